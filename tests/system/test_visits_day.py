"""Visits and their items: labels, what is scanned at the door; lists, a courier's day, the board, the program hoso."""

import datetime

import pytest

from lib.api import rfc3339, scan, uuid7
from lib.appointments import at, book, booking, changed, new_day, open_offices, PERSON, refusal, show, ZONE
from lib.client import hoso, json_lines
from lib.standalone import Standalone
from lib.town import pages as town_pages
from lib.world import FIRST_LEG, PROCEDURE, World, new_dossier_code, new_item, result_life, submit_life


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        made.hire("chief2", "supervisor", "KT2")
        open_offices(made)
        yield made
        made.close()


def leg(world, item):
    return world.person("chief").get(f"/v1/dossiers/{item}").json()["legs"][0]


def kinds(world, item):
    events = world.person("chief").get(f"/v1/dossiers/{item}").json()["events"]
    return [(event["kind"], event["verdict"]) for event in events]


def test_a_label_that_was_handed_out_follows_its_visit(world):
    day, later = new_day(), new_day()
    items = [new_item(), new_item()]
    visit = book(world, day, items=items, procedures=[PROCEDURE])
    assert [leg(world, item)["state"] for item in items] == ["requested", "requested"]
    changed(world, visit, "assign", courier="courier")
    assert leg(world, items[0])["state"] == "assigned"
    changed(world, visit, "fail", "courier", reason="B1", window_from=at(later, 8), window_to=at(later, 9))
    assert leg(world, items[1])["state"] == "pickup_failed"
    changed(world, visit, "assign", courier="courier")
    assert kinds(world, items[0]) == [("requested", "recorded"), ("assigned", "recorded"),
                                      ("pickup_failed", "recorded"), ("assigned", "recorded")]
    whole = world.person("chief").get(f"/v1/dossiers/{items[0]}").json()
    assert {event["data"]["visit"] for event in whole["events"]} == {visit}
    assert whole["events"][2]["data"]["next_on"] == str(later)


def test_a_label_is_in_one_open_visit_at_a_time(world):
    day, item = new_day(), new_item()
    first = book(world, day, items=[item], procedures=[PROCEDURE])
    again = booking(day, 9, items=[item], procedures=[PROCEDURE])
    refusal(world.person("clerk").post("/v1/visits", again), 409, "wrong_state", "items")
    changed(world, first, "cancel", reason="busy", wished_by="citizen")
    assert world.person("clerk").post("/v1/visits", again).status_code == 201
    assert leg(world, item)["state"] == "requested"


def test_a_booking_with_a_label_in_use_leaves_nothing_behind(world):
    day = new_day()
    used, fresh = new_item(), new_item()
    world.person("clerk").send(scan("accepted", used, **FIRST_LEG))
    body = booking(day, items=[fresh, used], procedures=[PROCEDURE])
    refusal(world.person("clerk").post("/v1/visits", body), 409, "wrong_state", "items")
    assert world.running.sql("SELECT count(*) FROM visit WHERE id = %s", body["id"]) == [(0,)]
    assert world.person("chief").get(f"/v1/dossiers/{fresh}").status_code == 404
    assert kinds(world, used) == [("accepted", "recorded")]
    refusal(world.person("clerk").post("/v1/visits", booking(day, items=[fresh])), 422, "missing_member", "procedures")
    refusal(world.person("clerk").post("/v1/visits", booking(day, items=[fresh, fresh], procedures=[PROCEDURE])), 422,
            "bad_member", "items")
    refusal(world.person("clerk").post("/v1/visits", booking(day, returns=[new_item()])), 404, "not_found", "returns")
    refusal(world.person("clerk").post("/v1/visits", booking(day, procedures=["9.9"])), 422, "unknown_procedure")
    assert world.person("clerk").get("/v1/visits/slots", params={"day": str(day)}).json()["slots"][0]["free"] == 2


def acceptance(visit, item=None, **options):
    return scan("accepted", item or new_item(), **options, **FIRST_LEG, visit=visit)


def test_what_is_taken_in_at_the_door_makes_the_visit_done_once_whenever_it_comes(world):
    visit = book(world, new_day())
    changed(world, visit, "assign", courier="courier")
    courier = world.person("courier")
    taken, more = acceptance(visit, occurred_at=rfc3339(-7200)), acceptance(visit)
    for _ in range(2):  # the telephone sends it again: it lost the answer
        (result,) = courier.send(taken).json()
        assert result["verdict"] == "recorded"
    courier.send(more)
    changed(world, visit, "start", "courier", at=rfc3339(-9000))  # what came before it comes after it
    changed(world, visit, "done", "courier")
    whole = show(world, visit)
    assert whole["state"] == "done"
    assert [line["action"] for line in whole["history"]] == ["book", "assign", "scanned", "start", "done"]
    assert whole["history"][2]["occurred_at"] == taken["occurred_at"]
    assert whole["items"] == sorted(({"code": made["code"], "way": "pickup", "scanned": True} for made in (taken, more)),
                                    key=lambda item: item["code"])


def test_a_visit_that_was_cancelled_behind_the_couriers_back_is_done_all_the_same(world):
    day = new_day()
    visit = book(world, day, 19)
    changed(world, visit, "assign", courier="courier")
    changed(world, visit, "cancel", reason="busy", wished_by="citizen")
    other = book(world, day, 19)  # the seat went on
    changed(world, other, "assign", courier="courier")
    (result,) = world.person("courier").send(acceptance(visit)).json()
    assert result["verdict"] == "recorded"
    assert show(world, visit)["state"] == "done" and show(world, other)["state"] == "assigned"


def test_a_voided_acceptance_opens_the_visit_again_unless_another_stands(world):
    visit = book(world, new_day())
    changed(world, visit, "assign", courier="courier")
    courier = world.person("courier")
    first, second = acceptance(visit), acceptance(visit)
    courier.send(first, second)

    def void(made):
        (result,) = courier.send(scan("void", made["code"], target=made["event_id"], void_reason="incorrect_data")).json()
        assert result["verdict"] == "recorded", result

    void(first)
    assert show(world, visit)["state"] == "done"
    void(second)
    whole = show(world, visit)
    assert whole["state"] == "assigned" and whole["history"][-1]["action"] == "unscanned"
    assert [item["scanned"] for item in whole["items"]] == [False, False]
    courier.send(acceptance(visit))
    assert show(world, visit)["state"] == "done"


def test_an_acceptance_for_anothers_visit_or_none_is_kept_and_changes_no_visit(world):
    visit = book(world, new_day())
    for named in (visit, uuid7()):
        (result,) = world.person("courier9").send(acceptance(named)).json()
        assert result["verdict"] == "recorded"
    assert show(world, visit)["state"] == "booked" and show(world, visit)["items"] == []


def test_a_result_handed_over_makes_its_visit_done(world):
    code, item = new_dossier_code(), new_item()
    clerk, courier = world.person("clerk"), world.person("courier")
    clerk.send(*submit_life(new_item(), code)[:1])
    lives = result_life(item, code)
    bound = submit_life(new_item(), code)
    for made in (bound[0], {**bound[5], "code": bound[0]["code"]}, lives[0]):
        assert clerk.send({**made, "event_id": uuid7()}).json()[0].get("verdict") in ("recorded", "late"), made
    visit = book(world, new_day(), kind="return", returns=[item], dossiers=[code])
    refusal(clerk.post("/v1/visits", booking(new_day(), dossiers=[new_dossier_code()])), 404, "not_found", "dossiers")
    delivered = {**lives[6], "event_id": uuid7(), "occurred_at": rfc3339()}
    delivered["data"] = {**delivered["data"], "visit": visit}
    assert courier.send(delivered).json()[0]["verdict"] == "recorded"
    assert show(world, visit)["state"] == "done" and show(world, visit)["items"][0]["scanned"]


# -- lists


def pages(client, limit=50, **query):
    items, cursor = [], None
    for _ in range(100):
        reply = client.get("/v1/visits", params={**query, "limit": limit, **({"cursor": cursor} if cursor else {})})
        assert reply.status_code == 200, reply.text
        items += reply.json()["items"]
        cursor = reply.json()["next"]
        if cursor is None:
            return items
    raise AssertionError("the pages do not end")


def test_lists_by_day_state_courier_and_telephone(world):
    day = new_day()
    visits = [book(world, day, hour, person={**PERSON, "phone": "0988000111"}) for hour in (8, 9, 10, 8)]
    changed(world, visits[1], "assign", courier="courier2")
    clerk = world.person("clerk")
    found = pages(clerk, day=str(day))
    assert [visit["id"] for visit in found] == [visits[0], visits[3], visits[1], visits[2]]
    assert pages(clerk, limit=1, day=str(day)) == found
    assert found[0]["person"]["phone"] == "******0111"
    assert [visit["id"] for visit in pages(clerk, day=str(day), state="assigned")] == [visits[1]]
    assert [visit["id"] for visit in pages(clerk, day=str(day), courier="courier2")] == [visits[1]]
    assert pages(world.person("clerk2"), day=str(day)) == []
    assert len(pages(world.person("chief"), day=str(day), office="KT1")) == 4
    assert pages(world.person("chief"), day=str(day), office="KT2") == []
    for phone in ("0988 000 111", "+84988000111", "0111"):
        reply = clerk.post("/v1/visits/search", {"phone": phone, "day": str(day)})
        assert len(reply.json()["items"]) == 4, reply.text
    assert clerk.post("/v1/visits/search", {"phone": "0988000112"}).json()["items"] == []
    assert clerk.get("/v1/visits", params={"phone": "0988000111"}, valid=False).status_code == 422
    for query in ({"state": "x"}, {"day": "2026-02-30"}, {"cursor": "x"}, {"missed": "1"}, {"limit": "0"}):
        assert clerk.get("/v1/visits", params=query, valid=False).status_code in (400, 422)
    (views,) = world.running.sql("SELECT count(*) FROM view_log WHERE what = 'visits'")[0]
    assert views > 0


def on_desk(world, login="chief"):
    return [(row["key"], row["id"], row["why"], row["office"], row["owner"]["role"], row["next_action"])
            for row in town_pages(world.person(login), "/v1/exceptions", what="missed_visit")]


def test_missed_windows_are_told_until_something_is_done(world):
    clerk = world.person("clerk")
    day = new_day()
    visits = [book(world, day, 8), book(world, day, 9)]
    assert pages(clerk, missed="true") == []
    # At most one of the two spans the local midnight, which no window may.
    began, ended = next(window for window in ((125, 65), (60, 36)) if len({
        (datetime.datetime.now(ZONE) - datetime.timedelta(minutes=minutes)).date() for minutes in window}) == 1)
    world.running.sql("UPDATE visit SET window_from = now() - %s * interval '1 minute', missed_at = now() - interval '1 minute',"
                      " window_to = now() - %s * interval '1 minute' WHERE id = %s", began, ended, visits[0])
    assert [visit["id"] for visit in pages(clerk, missed="true")] == [visits[0]]
    assert show(world, visits[0])["missed"] and not show(world, visits[1])["missed"]
    assert on_desk(world) == [(f"missed_visit:{visits[0]}", visits[0], "booked", "KT1", "clerk", "arrange_again")]
    assert on_desk(world, "chief2") == [], "another office's"
    changed(world, visits[0], "fail", reason="OT", note="quên", window_from=at(day, 10), window_to=at(day, 11))
    assert pages(clerk, missed="true") == [] and on_desk(world) == []


def test_a_couriers_day_is_one_small_answer_that_knows_whether_it_has_changed(world):
    day = new_day()
    visit = book(world, day, items=[new_item()], procedures=[PROCEDURE])
    changed(world, visit, "assign", courier="courier2")
    carried, today = new_item(), str(datetime.datetime.now(ZONE).date())
    clerk, courier, other = world.person("clerk"), world.person("courier2"), world.person("courier")
    others = other.get("/v1/visits/mine", params={"day": today}).json()["deliveries"]
    clerk.send(scan("accepted", carried, **{**FIRST_LEG, "service": 1}))
    clerk.send(scan("out_for_delivery", carried, courier="courier2"))
    mine = courier.get("/v1/visits/mine", params={"day": str(day)})
    body = mine.json()
    assert [made["id"] for made in body["visits"]] == [visit] and body["visits"][0]["person"]["phone"] == "0912345678"
    carried_now = courier.get("/v1/visits/mine", params={"day": today}).json()["deliveries"]
    assert [made["item_code"] for made in carried_now] == [carried] and carried_now[0]["name"]
    assert other.get("/v1/visits/mine", params={"day": today}).json()["deliveries"] == others
    new = {"name": "Lê Người Mới", "phone": "0987654321", "address": "9 Trần Phú"}
    assert clerk.send(scan("redirected", carried, receiver=new, requester="Người nhận")).json()[0]["verdict"] == "recorded"
    (now,) = courier.get("/v1/visits/mine", params={"day": today}).json()["deliveries"]
    assert {name: now[name] for name in new} == new, "to whom it goes since"
    same = courier.get("/v1/visits/mine", params={"day": str(day)}, headers={"if-none-match": mine.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    changed(world, visit, "start", "courier2")
    again = courier.get("/v1/visits/mine", params={"day": str(day)}, headers={"if-none-match": mine.headers["etag"]})
    assert again.status_code == 200 and again.headers["etag"] != mine.headers["etag"]
    (views,) = world.running.sql("SELECT count(*) FROM view_log v JOIN account a ON a.id = v.account_id"
                                 " WHERE a.account = 'courier2' AND what = 'visits.mine' AND dossier_id IS NOT NULL")[0]
    assert views >= 1


def test_the_board_of_a_day(world):
    day = new_day()
    visits = [book(world, day, hour) for hour in (8, 9, 19)]
    changed(world, visits[0], "assign", courier="courier")
    rows = world.person("chief").get("/v1/visits/board", params={"day": str(day)}).json()["rows"]
    assert [(row["courier"] and row["courier"]["account"], row["booked"], row["assigned"], row["out_of_hours"])
            for row in rows] == [(None, 2, 0, 1), ("courier", 0, 1, 0)]
    assert rows[0]["first"] == at(day, 9) and rows[0]["last"] == at(day, 20)


def couriers(world, day, login="clerk", **params):
    window = {"from": at(day, 8), "to": at(day, 9)}
    reply = world.person(login).get("/v1/visits/couriers", params={**window, **params})
    assert reply.status_code == 200, reply.text
    return {row["account"]: row["busy"] for row in reply.json()["items"]}


def test_a_clerk_sees_who_is_free_in_a_window(world):
    day = new_day()
    visit, beside, cancelled = (book(world, day, hour) for hour in (8, 9, 10))
    for given, courier in ((visit, "courier"), (beside, "courier2"), (cancelled, "courier3")):
        changed(world, given, "assign", courier=courier)
    changed(world, cancelled, "cancel", reason="busy", wished_by="citizen")
    mine = ("courier", "courier2", "courier3")
    found = couriers(world, day)
    assert {name: found[name] for name in mine} == {"courier": True, "courier2": False, "courier3": False}, "what only touches is no other's"
    assert "courier9" not in found and "clerk" not in found, "another office's, and who is no courier"
    assert couriers(world, day, visit=visit)["courier"] is False, "by the visit itself nobody is busy"
    later = couriers(world, day, **{"from": at(day, 8), "to": at(day, 11)})
    assert [later[name] for name in mine] == [True, True, False], "a cancelled visit is none"
    assert "courier9" in couriers(world, day, "chief") and set(couriers(world, day, "chief", office="KT2")) & set(mine) == set()
    assert couriers(world, day, office="KT2") == {}, "out of sight"
    clerk = world.person("clerk")
    for params, error in (({"from": at(day, 8)}, "missing_member"), ({"from": at(day, 9), "to": at(day, 9)}, "bad_member"),
                          ({"from": at(day, 8), "to": at(day, 9), "visit": "x"}, "bad_member")):
        reply = clerk.get("/v1/visits/couriers", params=params, valid=False)
        assert (reply.status_code, reply.json()["error"]) == (422, error), params
    window = {"from": at(day, 8), "to": at(day, 9)}
    assert world.person("courier").get("/v1/visits/couriers", params=window).status_code == 403
    assert world.person("officer").get("/v1/visits/couriers", params=window).status_code == 403


# -- the program hoso


def test_hoso_books_shows_and_ends_visits(world, tmp_path):
    day = new_day()

    def run(login, *arguments, code=0):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / login),
                       "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": world.running.url,
                       "HOSO_CA": str(world.running.ca), "LANG": "C", "TERM": "xterm"}
        if not (tmp_path / login).exists():
            (tmp_path / "password").write_text(world.password + "\n")
            result = hoso(environment, "login", login, "--password-file", str(tmp_path / "password"))
            assert result.returncode == 0, result.stderr.decode()
        result = hoso(environment, "visit", *arguments)
        assert result.returncode == code, (result.stdout + result.stderr).decode()
        return result

    order = ["book", "--name", "Trần Thị Bé", "--address", "5 Trần Phú", "--phone", "0912345678", "--day", str(day),
             "--from", "19:00", "--to", "20:00", "--id", uuid7(), "--json"]
    (line,) = json_lines(run("clerk", *order).stdout)
    assert line["window_from"] == at(day, 19) and line["out_of_hours"]
    assert json_lines(run("clerk", *order).stdout) == [line]
    visit = line["visit"]
    full = run("clerk", *order[:-3], "--id", uuid7(), code=65)
    assert "kín" in full.stderr.decode()
    assert "ngoài giờ" in run("clerk", "slots", "--day", str(day)).stdout.decode()
    run("clerk", "assign", visit, "--courier", "courier")
    text = run("courier", "mine", "--day", str(day)).stdout.decode()
    assert visit in text and "0912345678" in text and "Đã phân công" in text
    later = new_day()
    run("courier", "fail", visit, "--reason", "B1", code=65)
    run("courier", "fail", visit, "--reason", "B1", "--day", str(later), "--from", "23:00", "--to", "24:00", "--courier",
        "courier")
    (item,) = json_lines(run("clerk", "list", "--day", str(later), "--json").stdout)
    assert (item["id"], item["window_to"], item["attempts"]) == (visit, at(later, 24), 1)
    assert [item["id"] for item in json_lines(run("clerk", "list", "--phone", "0912345678", "--day", str(later),
                                                  "--json").stdout)] == [visit]
    run("clerk", "move", visit, "--day", str(later), "--from", "18:00", "--to", "19:00", "--reason", "busy", "--wished-by",
        "citizen")
    run("clerk", "cancel", visit, "--reason", "no_need", "--wished-by", "citizen")
    assert "Đã hủy" in run("clerk", "list", "--day", str(later)).stdout.decode()
    run("clerk", "done", visit, code=65)
    run("clerk", "book", code=64)
    run("clerk", "book", "--name", "A", "--address", "B", "--day", "2026-02-30", "--from", "8", "--to", "9", code=65)
    assert "B1" in run("clerk", "--reason=list").stdout.decode()
