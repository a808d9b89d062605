"""Manifests: a scan session that two PCs share, signed once by both parties, then frozen; and what it moves of money."""

import datetime
import hashlib
import threading
import time

import psycopg
import pytest

from lib.api import rfc3339, scan, uuid7
from lib.standalone import Standalone
from lib.world import World, first_leg, new_dossier_code, new_item

CLOSE = {"name": "Trần Thị Bình", "unit": "Một cửa phường Một", "minutes": "BB-07/2026"}


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        made.hire("clerk1b", "clerk", "KT1")
        yield made
        made.close()


def take_in(world, count=1, who="clerk", **data):
    items = [new_item() for _ in range(count)]
    for at in range(0, count, 100):
        answers = world.person(who).send(
            *[scan("accepted", item, rfc3339(-600), **first_leg(**data)) for item in items[at:at + 100]]).json()
        assert {answer["verdict"] for answer in answers} == {"recorded"}, answers
    return items


def open_one(client, kind="handover_in", **more):
    places = {"handover_in": {"agency": "KT.A1"}, "handover_out": {"agency": "KT.A1"}, "bag": {"next_office": "KT2"},
              "route": {"courier": "courier"}, "remittance": {"agency": "KT.A1"}}
    body = {"id": uuid7(), "kind": kind, **places[kind], **more}
    reply = client.post("/v1/manifests", body)
    assert reply.status_code == 201, reply.text
    return reply.json()


def line(code, event_id=None, **data):
    return {"event_id": event_id or uuid7(), "code": code, "kind": "note", "occurred_at": rfc3339(), "data": data}


def put(client, manifest, *lines):
    reply = client.post(f"/v1/manifests/{manifest['id']}/lines", list(lines))
    assert reply.status_code == 200, reply.text
    return reply.json()


def show(client, manifest):
    reply = client.get(f"/v1/manifests/{manifest['id']}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def close(client, manifest, **body):
    if "revision" not in body:
        body["revision"] = show(client, manifest)["revision"]
    return client.post(f"/v1/manifests/{manifest['id']}/close", body)


def events_of(world, item):
    return world.running.sql(
        "SELECT kind, verdict, ms(occurred_at), data::text, id::text FROM event WHERE item_code = %s ORDER BY dseq", item)


def seal_of(whole):
    """The hash of a closed manifest, computed by code that the daemon does not share."""
    def ms(text):
        return str(round(datetime.datetime.fromisoformat(text).timestamp() * 1000))

    def code(place, member="code"):
        return place[member] if place else ""

    signature = whole["signature"]
    values = ["hoso-manifest-1", whole["id"], whole["kind"], code(whole["office"]), code(whole["agency"]),
              code(whole["next_office"]), code(whole["courier"], "account"), whole["label"] or "",
              ms(whole["opened_at"]), ms(signature["at"]), signature["name"] or "", signature["unit"] or "",
              signature["minutes"] or ""]
    for row in whole["lines"]:
        if row["counts"]:
            values += [row["id"], row["item_code"], {None: "", True: "true", False: "false"}[row["complete"]],
                       row["note"] or "", row["money_kind"] or "", "" if row["amount"] is None else str(row["amount"]),
                       row["result"]["verdict"], row["result"]["why"]]
    return hashlib.sha256("".join(value + "\n" for value in values).encode()).hexdigest()


# -- one hand-over, two PCs


def test_a_handover_is_scanned_by_two_and_signed_once(world):
    one, two = world.person("clerk"), world.person("clerk1b")
    items = take_in(world, 3, fee=20000)
    manifest = open_one(one)
    first, again = line(items[0], complete=True, fee=20000), line(items[0])
    answers = put(one, manifest, first)
    assert answers[0]["verdict"] == "recorded" and answers[0]["counts"], answers
    (twice,) = put(two, manifest, again)
    assert twice["verdict"] == "duplicate" and not twice["counts"] and twice["recorded_by"] == "Người clerk"
    put(two, manifest, line(items[1], complete=False, note="thiếu bản sao"), line(items[2]))
    whole = show(two, manifest)
    assert [row["counts"] for row in whole["lines"]] == [True, False, True, True]
    assert {person["name"] for person in whole["people"]} == {"Người clerk", "Người clerk1b"}
    assert whole["lines_count"] == 3 and whole["incomplete"] == 1 and whole["fee"] == 20000
    signed = rfc3339(-60)
    reply = close(one, manifest, **CLOSE, signed_at=signed)
    assert reply.status_code == 200, reply.text
    closed = reply.json()
    assert closed["state"] == "closed" and closed["signature"]["at"] == signed
    assert [row["result"] and row["result"]["verdict"] for row in closed["lines"]] == ["recorded", None, "recorded",
                                                                                      "recorded"]
    assert closed["hash"] == seal_of(closed)
    for item, row in zip(items, [closed["lines"][0], *closed["lines"][2:]]):
        kind, verdict, _, data, event_id = events_of(world, item)[-1]
        assert (kind, verdict, event_id) == ("delivered", "recorded", row["id"])
        assert CLOSE["minutes"] in data and CLOSE["name"] in data
    assert world.running.sql("SELECT state FROM leg WHERE item_code = ANY(%s)", items) == [("delivered",)] * 3


def test_closing_twice_is_closing_once(world):
    clerk = world.person("clerk")
    (item,) = take_in(world)
    manifest = open_one(clerk)
    put(clerk, manifest, line(item))
    body = {**CLOSE, "revision": show(clerk, manifest)["revision"]}
    first, second = close(clerk, manifest, **body), close(clerk, manifest, **body)
    assert first.status_code == second.status_code == 200, second.text
    assert first.json()["hash"] == second.json()["hash"]
    assert [kind for kind, *_ in events_of(world, item)] == ["accepted", "delivered"]
    other = close(clerk, manifest, **{**body, "minutes": "BB-08"})
    assert (other.status_code, other.json()["error"]) == (409, "manifest_closed")
    assert [kind for kind, *_ in events_of(world, item)] == ["accepted", "delivered"]


def test_what_changed_meanwhile_is_not_signed(world):
    one, two = world.person("clerk"), world.person("clerk1b")
    items = take_in(world, 2)
    manifest = open_one(one)
    put(one, manifest, line(items[0]))
    seen = show(one, manifest)["revision"]
    put(two, manifest, line(items[1]))
    reply = close(one, manifest, **CLOSE, revision=seen)
    assert (reply.status_code, reply.json()["error"]) == (409, "manifest_changed")
    changed = [row["item_code"] for row in show(one, manifest)["lines"] if row["revision"] > seen]
    assert changed == [items[1]]
    assert [kind for kind, *_ in events_of(world, items[0])] == ["accepted"], "nothing of it was recorded"


def test_closed_is_frozen_for_everybody(world):
    clerk = world.person("clerk")
    (item, late) = take_in(world, 2)
    manifest = open_one(clerk)
    (answer,) = put(clerk, manifest, line(item))
    closed = close(clerk, manifest, **CLOSE).json()
    reply = clerk.post(f"/v1/manifests/{manifest['id']}/lines", [line(late)])
    assert (reply.status_code, reply.json()["error"]) == (409, "manifest_closed")
    reply = clerk.post(f"/v1/manifests/{manifest['id']}/lines/{answer['event_id']}", {"complete": False})
    assert (reply.status_code, reply.json()["error"]) == (409, "manifest_closed")
    reply = clerk.post(f"/v1/manifests/{manifest['id']}/cancel", {"reason": "nhầm"})
    assert (reply.status_code, reply.json()["error"]) == (409, "manifest_closed")
    for change in ("UPDATE manifest SET minutes = 'x' WHERE id = %s", "DELETE FROM manifest WHERE id = %s",
                   "UPDATE manifest_line SET note = 'x' WHERE manifest_id = %s",
                   "DELETE FROM manifest_line WHERE manifest_id = %s"):
        with pytest.raises(psycopg.Error, match="frozen"):
            world.running.sql(change, manifest["id"])
    assert show(clerk, manifest) == {**closed, "age_s": show(clerk, manifest)["age_s"]}


def test_the_same_line_again_is_the_same_line(world):
    clerk = world.person("clerk")
    items = take_in(world, 2)
    manifest = open_one(clerk)
    lines = [line(item) for item in items]
    first = put(clerk, manifest, *lines)
    revision = show(clerk, manifest)["revision"]
    second = put(clerk, manifest, *lines)
    assert [dict(answer, replayed=True) for answer in first] == second
    assert show(clerk, manifest)["revision"] == revision
    (other,) = put(clerk, manifest, {**lines[0], "data": {"note": "khác"}})
    assert other["error"] == "key_reuse"
    reopened = clerk.post("/v1/manifests", {"id": manifest["id"], "kind": "handover_in", "agency": "KT.A1"})
    assert reopened.status_code == 201 and reopened.json()["revision"] == revision
    reused = clerk.post("/v1/manifests", {"id": manifest["id"], "kind": "handover_in", "agency": "KT.A2"})
    assert (reused.status_code, reused.json()["error"]) == (422, "key_reuse")


def test_a_line_is_taken_off_and_put_on_again_in_one_spooled_request(world):
    clerk = world.person("clerk")
    (item,) = take_in(world)
    manifest = open_one(clerk)
    first = line(item)
    put(clerk, manifest, first)
    def off(target):
        return {"event_id": uuid7(), "code": item, "kind": "void", "occurred_at": rfc3339(),
                "data": {"target": target, "void_reason": "did_not_occur"}}
    second, third = line(item), line(item)
    answers = put(clerk, manifest, off(first["event_id"]), second, off(second["event_id"]), third)
    assert [answer["verdict"] for answer in answers] == ["recorded"] * 4
    rows = show(clerk, manifest)["lines"]
    assert [(row["counts"], row["undone_by"]) for row in rows] == [(False, "Người clerk"), (False, "Người clerk"),
                                                                   (True, None)]
    (nothing,) = put(clerk, manifest, off(uuid7()))
    assert (nothing["verdict"], nothing["why"]) == ("refused", "not_found")


def test_what_does_not_fit_is_kept_and_says_why(world):
    clerk = world.person("clerk")
    (mine, elsewhere) = take_in(world, 2)
    (foreign,) = take_in(world, agency="KT.A2")
    other = open_one(world.person("clerk1b"))
    put(world.person("clerk1b"), other, line(elsewhere))
    manifest = open_one(clerk)
    stray = new_item()
    answers = put(clerk, manifest, line(mine), line(stray), line(foreign), line(elsewhere))
    assert [(answer["verdict"], answer.get("why")) for answer in answers] == [
        ("recorded", None), ("unknown_item", "not_accepted"), ("conflict", "wrong_place"),
        ("conflict", "on_other_manifest")]
    assert answers[3]["other_manifest"] == other["id"] and answers[3]["recorded_by"] == "Người clerk1b"
    closed = close(clerk, manifest, **CLOSE).json()
    assert [row["result"]["verdict"] for row in closed["lines"]] == ["recorded", "unknown_item", "recorded", "recorded"]
    assert closed["hash"] == seal_of(closed)
    late = close(world.person("clerk1b"), other, **{**CLOSE, "minutes": "BB-09"}).json()
    assert late["lines"][0]["result"]["verdict"] in ("duplicate", "conflict"), "who is second is told"


# -- the other party


def test_an_officer_consents_in_their_own_session(world):
    clerk, officer = world.person("clerk"), world.person("officer")
    items = take_in(world, 2)
    manifest = open_one(clerk)
    put(clerk, manifest, line(items[0]))
    seen = show(officer, manifest)
    assert seen["consent"] is None
    assert world.person("officer2").get(f"/v1/manifests/{manifest['id']}").status_code == 404
    consent = {"id": uuid7(), "revision": seen["revision"]}
    for _ in range(2):
        reply = officer.post(f"/v1/manifests/{manifest['id']}/consents", consent)
        assert reply.status_code == 201, reply.text
    assert world.person("officer2").post(f"/v1/manifests/{manifest['id']}/consents",
                                         {**consent, "id": uuid7()}).status_code == 404
    told = show(clerk, manifest)["consent"]
    assert (told["id"], told["revision"]) == (consent["id"], consent["revision"]), "the post is told who has signed what"
    assert (told["name"], told["unit"]) == ("Người officer", "UBND phường Một")
    put(clerk, manifest, line(items[1]))
    after = show(clerk, manifest)
    assert after["consent"] == told and after["revision"] > told["revision"], "an older list was signed, and it says so"
    reply = close(clerk, manifest, consent=consent["id"], minutes="BB-10")
    assert (reply.status_code, reply.json()["error"]) == (409, "manifest_changed"), "it is good for what they saw"
    stale = officer.post(f"/v1/manifests/{manifest['id']}/consents", {**consent, "id": uuid7()})
    assert (stale.status_code, stale.json()["error"]) == (409, "manifest_changed")
    fresh = {"id": uuid7(), "revision": show(clerk, manifest)["revision"]}
    assert officer.post(f"/v1/manifests/{manifest['id']}/consents", fresh).status_code == 201
    listed = officer.get("/v1/manifests?state=open").json()["items"]
    assert {one["consent"] and one["consent"]["id"] for one in listed if one["id"] == manifest["id"]} == {fresh["id"]}
    closed = close(clerk, manifest, consent=fresh["id"], minutes="BB-10")
    assert closed.status_code == 200, closed.text
    signature = closed.json()["signature"]
    assert (signature["account"], signature["unit"]) == ("officer", "UBND phường Một")
    assert closed.json()["hash"] == seal_of(closed.json())
    other = open_one(clerk)
    put(clerk, other, line(take_in(world)[0]))
    assert close(clerk, other, consent=fresh["id"], minutes="BB-11").status_code == 404, "of another manifest"


@pytest.mark.parametrize("missing", ["name", "unit", "minutes"])
def test_without_a_whole_signature_nothing_is_closed(world, missing):
    clerk = world.person("clerk")
    manifest = open_one(clerk)
    put(clerk, manifest, line(take_in(world)[0]))
    body = {member: text for member, text in CLOSE.items() if member != missing}
    reply = close(clerk, manifest, **body)
    assert (reply.status_code, reply.json()["member"]) == (422, missing)
    assert show(clerk, manifest)["state"] == "open"


def test_a_bag_and_a_route(world):
    clerk = world.person("clerk")
    (bagged, carried) = take_in(world, 2)
    bag = open_one(clerk, "bag", label="T-77")
    put(clerk, bag, line(bagged))
    assert close(clerk, bag).status_code == 200
    assert events_of(world, bagged)[-1][0] == "dispatched" and '"bag":"T-77"' in events_of(world, bagged)[-1][3]
    assert show(world.person("clerk2"), bag)["state"] == "closed", "where it goes to sees it"
    route = open_one(clerk, "route")
    put(clerk, route, line(carried))
    assert close(clerk, route).status_code == 200
    assert events_of(world, carried)[-1][0] == "out_for_delivery"
    empty = open_one(clerk, "bag")
    assert close(clerk, empty).status_code == 422


def test_results_from_the_agency(world):
    clerk = world.person("clerk")
    (item,) = take_in(world)
    code, result = new_dossier_code(), new_item()
    clerk.send(scan("bound", item, dossier_code=code))
    clerk.send(scan("accepted", result, dossier_code=code, leg_kind="result"))
    manifest = open_one(clerk, "handover_out")
    expected = clerk.get(f"/v1/manifests/{manifest['id']}/expected").json()["items"]
    assert result in [row["item_code"] for row in expected]
    answers = put(clerk, manifest, line(result), line(item))
    assert [answer["verdict"] for answer in answers] == ["recorded", "conflict"]
    closed = close(clerk, manifest, **CLOSE)
    assert closed.status_code == 200, closed.text
    kind, verdict, _, data, _ = events_of(world, result)[-1]
    assert (kind, verdict) == ("note", "recorded") and CLOSE["minutes"] in data


def test_what_is_expected_is_paged_and_marked(world):
    clerk = world.person("clerk2")
    items = sorted(take_in(world, 5, who="clerk2"))
    manifest = open_one(clerk)
    put(clerk, manifest, line(items[2]))
    seen, cursor = [], None
    while True:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        page = clerk.get(f"/v1/manifests/{manifest['id']}/expected{query}").json()
        seen += [(row["item_code"], row["scanned"]) for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert [pair for pair in seen if pair[0] in items] == [(item, item == items[2]) for item in items]
    assert len(seen) == len(set(seen))


# -- who


def test_others_neither_see_nor_touch_it(world):
    clerk, stranger = world.person("clerk"), world.person("clerk2")
    manifest = open_one(clerk)
    path = f"/v1/manifests/{manifest['id']}"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/lines", [line(new_item())]).status_code == 404
    assert stranger.post(f"{path}/close", {"revision": 0, **CLOSE}).status_code == 404
    assert stranger.post(f"{path}/cancel", {"reason": "x"}).status_code == 404
    assert stranger.post("/v1/manifests", {"id": manifest["id"], "kind": "handover_in", "agency": "KT.A1"}
                         ).json()["error"] == "key_reuse"
    assert manifest["id"] not in [row["id"] for row in stranger.get("/v1/manifests").json()["items"]]
    courier = world.person("courier")
    assert courier.post("/v1/manifests", {"id": uuid7(), "kind": "bag", "next_office": "KT2"}).status_code == 403
    reply = clerk.post("/v1/manifests", {"id": uuid7(), "kind": "handover_in", "agency": "NOBODY"})
    assert (reply.status_code, reply.json()["member"]) == (422, "agency")
    chief = world.person("chief")
    assert chief.post(f"{path}/cancel", {"reason": "bỏ quên"}).status_code == 200, "above it"
    assert chief.post(f"{path}/cancel", {"reason": "bỏ quên"}).status_code == 200, "again is the same"
    assert show(clerk, manifest)["cancel_reason"] == "bỏ quên"


def test_lists_are_filtered_and_paged(world):
    clerk = world.person("clerk")
    made = [open_one(clerk, "bag")["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        query = f"?kind=bag&state=open&limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = clerk.get(f"/v1/manifests{query}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert [one for one in seen if one in made] == made[::-1] and len(seen) == len(set(seen))
    assert clerk.get("/v1/manifests?agency=KT.A2&kind=bag").json()["items"] == []
    assert clerk.get("/v1/manifests?to=2020-01-01").json()["items"] == []
    assert clerk.get("/v1/manifests?cursor=bTowOng", valid=False).status_code == 400


# -- size, and lost answers


def test_five_hundred_lines_are_closed_in_two_seconds(world):
    clerk = world.person("clerk")
    items = take_in(world, 500)
    manifest = open_one(clerk)
    for at in range(0, 500, 200):
        put(clerk, manifest, *[line(item) for item in items[at:at + 200]])
    first = show(clerk, manifest)["lines"][0]
    undo = {**line(first["item_code"], target=first["id"], void_reason="did_not_occur"), "kind": "void"}
    beyond, last, again = [line(item) for item in take_in(world, 2)] + [line(items[1])]
    # Only what does not fit is turned away: what comes behind a line that was taken off has its place.
    said = put(clerk, manifest, beyond, undo, last, again)
    assert [answer.get("error", answer.get("verdict")) for answer in said] == [
        "manifest_full", "recorded", "recorded", "duplicate"], said
    assert said[0]["status"] == 409 and "500" in said[0]["detail"]
    revision = show(clerk, manifest)["revision"]
    (full,) = put(clerk, manifest, beyond)
    assert full["error"] == "manifest_full" and show(clerk, manifest)["revision"] == revision, "nothing was written"
    assert put(clerk, manifest, last)[0]["replayed"] is True
    body = {**CLOSE, "revision": show(clerk, manifest)["revision"]}
    began = time.monotonic()
    closed = close(clerk, manifest, **body)
    took_s = time.monotonic() - began
    print(f"500 lines closed in {took_s:.2f} s")
    assert closed.status_code == 200, closed.text
    lines = [row for row in closed.json()["lines"] if row["counts"]]
    assert {row["result"]["verdict"] for row in lines} == {"recorded"}
    assert {row["item_code"] for row in lines} == {*items[1:], last["code"]}
    assert closed.json()["hash"] == seal_of(closed.json())
    assert took_s < 2


def test_hosod_dies_while_it_closes(world):
    """Killed in the middle, again and again: in the end every event is there once, and no half of them ever."""
    clerk = world.person("clerk")
    items = take_in(world, 40)
    manifest = open_one(clerk)
    put(clerk, manifest, *[line(item) for item in items])
    body = {**CLOSE, "revision": show(clerk, manifest)["revision"]}
    count = "SELECT count(*) FROM event WHERE kind = 'delivered' AND item_code = ANY(%s)"
    for pause_s in (0.0, 0.005, 0.02):
        def try_it():
            try:
                close(clerk, manifest, **body)
            except Exception:  # noqa: BLE001 - the connection dies with the process
                pass
        thread = threading.Thread(target=try_it)
        thread.start()
        threading.Event().wait(pause_s)
        world.running.kill_hosod()
        thread.join(40)
        world.running.wait_ready()
        assert world.running.sql(count, items)[0][0] in (0, 40), "whole or not at all"
    reply = close(clerk, manifest, **body)
    assert reply.status_code == 200, reply.text
    assert world.running.sql(count, items) == [(40,)]
    assert reply.json()["hash"] == seal_of(reply.json())
