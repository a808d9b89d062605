"""POST /v1/scans: every bad input has a token of its own, what is bad stops nobody else, and nothing is lost."""

import json
import time
import zlib

import pytest

from lib.api import rfc3339, s10, scan, uuid7
from lib.oracle import Oracle
from lib.world import FIRST_LEG, NOT_BY_POST, PEOPLE, TO_AGENCY, TO_CITIZEN, World, moment, new_item

DAY_MS = 86400 * 1000


@pytest.fixture(scope="module")
def world(standalone, contract):
    made = World(standalone, contract)
    yield made
    made.close()


@pytest.fixture
def clerk(world):
    return world.person("clerk")


def note(code=None, **more):
    return scan("note", code or new_item(), note="ghi chú", **more)


def accepted(code=None, **more):
    return scan("accepted", code or new_item(), **{**FIRST_LEG, **more})


def send_one(client, made, valid=True):
    reply = client.send(made, valid=valid)
    assert reply.status_code == 200, reply.text
    (result,) = reply.json()
    return result


def without(made, *names):
    return {name: value for name, value in made.items() if name not in names}


def with_data(made, **data):
    return {**made, "data": {**made["data"], **data}}


def wrong_check_digit():
    code = new_item()
    return code[:10] + str((int(code[10]) + 1) % 10) + code[11:]


def shifted_uuid7(ms):
    return uuid7(int(time.time() * 1000) + ms)


# name: (the token, the member that is named, a scan)
BAD_SCANS = {
    "check digit": ("bad_check_digit", "code", lambda: note(wrong_check_digit())),
    "item code": ("bad_item_code", "code", lambda: note("có dấu")),
    "short item code": ("bad_item_code", "code", lambda: note("A1")),
    "code is a number": ("bad_member", "code", lambda: {**note(), "code": 12345678}),
    "kind": ("unknown_kind", "kind", lambda: scan("teleported", new_item())),
    "kind is null": ("bad_member", "kind", lambda: {**note(), "kind": None}),
    "no code": ("missing_member", "code", lambda: without(note(), "code")),
    "no kind": ("missing_member", "kind", lambda: without(note(), "kind")),
    "no time": ("missing_member", "occurred_at", lambda: without(note(), "occurred_at")),
    "no id": ("missing_member", "event_id", lambda: without(note(), "event_id")),
    "local time": ("bad_member", "occurred_at", lambda: {**note(), "occurred_at": "2026-01-01T00:00:00"}),
    "id is text": ("bad_event_id", "event_id", lambda: {**note(), "event_id": "abc"}),
    "id is a UUIDv4": ("bad_event_id", "event_id", lambda: note(event_id="0b56f5a4-71c0-4b0e-9b3d-0e6f6e6b1c11")),
    "old id": ("event_too_old", None, lambda: note(event_id=shifted_uuid7(-61 * DAY_MS))),
    "future id": ("event_in_future", None, lambda: note(event_id=shifted_uuid7(600_000))),
    "old time": ("event_too_old", None, lambda: note(occurred_at=rfc3339(-61 * 86400))),
    "future time": ("event_in_future", None, lambda: note(occurred_at=rfc3339(600))),
    "no data": ("missing_data", "note", lambda: scan("note", new_item())),
    "no seal or parties": ("missing_data", "sender", lambda: scan("accepted", new_item())),
    "no reason": ("missing_data", "reason", lambda: scan("delivery_failed", new_item())),
    "other reason in no words": ("missing_data", "note", lambda: scan("delivery_failed", new_item(), reason="OT")),
    "somebody else, no authorisation": (
        "no_authorisation", "authorisation",
        lambda: scan("delivered", new_item(), **{**TO_CITIZEN, "relation": "authorised"}),
    ),
    "reason": ("unknown_reason", "reason", lambda: scan("delivery_failed", new_item(), reason="Z9")),
    "dossier code": ("bad_dossier_code", "dossier_code", lambda: scan("bound", new_item(), dossier_code="a b")),
    "dossier code is an item's": (
        "bad_dossier_code", "dossier_code", lambda: scan("bound", new_item(), dossier_code=new_item())
    ),
    "whole identity number": (
        "bad_member", "id_last4",
        lambda: scan("delivered", new_item(), **{**TO_CITIZEN, "id_last4": "044090001234"}),
    ),
    "money is a fraction": ("bad_member", "fee", lambda: accepted(fee=1.5)),
    "money is negative": ("bad_member", "fee", lambda: accepted(fee=-1)),
    "too much money": ("bad_member", "fee", lambda: accepted(fee=10**11)),
    "phone in words": ("bad_member", "sender", lambda: accepted(sender={"name": "An", "phone": "không có"})),
    "date": ("bad_member", "due_on", lambda: scan("invited", new_item(), due_on="2026-02-30")),
    "control character": ("bad_member", "note", lambda: scan("note", new_item(), note="a\u0007b")),
    "unknown member of a scan": ("unknown_member", None, lambda: {**note(), "x": 1}),
    "unknown member of the data": ("unknown_member", "data", lambda: with_data(note(), x=1)),
    "unknown member of a party": (
        "unknown_member", "sender", lambda: accepted(sender={"name": "An", "cccd": "044090001234"})
    ),
    "unknown member of a paper": ("unknown_member", "papers", lambda: accepted(papers=[{"name": "Đơn", "x": 1}])),
    "member of another kind": ("unknown_member", "seal", lambda: with_data(note(), seal="NP-1")),
    "data is a list": ("bad_member", "data", lambda: {**note(), "data": []}),
    "another office": ("forbidden", "office", lambda: note(office="KT2")),
    "scan is no object": ("bad_member", None, lambda: 7),
}


@pytest.mark.parametrize("name", BAD_SCANS)
def test_a_bad_scan_has_its_token_and_stops_nobody_else(clerk, standalone, name):
    token, member, make = BAD_SCANS[name]
    before, bad, after = note(), make(), note()
    reply = clerk.send(before, bad, after, valid=False)
    assert reply.status_code == 200
    results = reply.json()
    assert [result.get("verdict") for result in results] == ["unknown_item", None, "unknown_item"]
    assert results[1]["error"] == token
    assert results[1]["detail"]
    assert results[1].get("member") == member
    assert [results[0]["event_id"], results[2]["event_id"]] == [before["event_id"], after["event_id"]]
    ids = [made["event_id"] for made in (before, after)]
    assert standalone.sql("SELECT count(*) FROM event WHERE id = ANY(%s)", ids) == [(2,)]
    if isinstance(bad, dict) and name not in ("no id", "id is text"):
        assert standalone.sql("SELECT count(*) FROM event WHERE id = %s::uuid", bad["event_id"]) == [(0,)]


BROKEN_BODIES = {
    "not JSON": (b"[{", 400, "bad_json"),
    "empty": (b"", 400, "bad_json"),
    "no list": (b"{}", 400, "bad_json"),
    "two documents": (b"[] []", 400, "bad_json"),
    "empty list": (b"[]", 422, "missing_member"),
    "not a number": (b"[NaN]", 400, "bad_json"),
    "duplicate member": (b'[{"kind":"note","kind":"bound"}]', 400, "bad_json"),
    "duplicate member below": (b'[{"data":{"note":"a","note":"b"}}]', 400, "bad_json"),
    "NUL": (b"[\x00]", 400, "bad_json"),
    "escaped NUL": (rb'["\u0000"]', 400, "bad_json"),
    "surrogate": (rb'["\ud800"]', 400, "bad_json"),
    "not UTF-8": (b'[{"kind":"\xff\xfe"}]', 400, "bad_utf8"),
    "overlong UTF-8": (b'[{"kind":"\xc0\xaf"}]', 400, "bad_utf8"),
    "nine deep": (b"[" * 9 + b"]" * 9, 400, "deep_json"),
    "a million deep": (b"[" * 1_000_000, 400, "deep_json"),
}


@pytest.mark.parametrize("name", BROKEN_BODIES)
def test_a_broken_body_has_its_token(clerk, name):
    body, status, token = BROKEN_BODIES[name]
    reply = clerk.post(
        "/v1/scans", valid=False, content=body, headers={"content-type": "application/json"}
    )
    assert (reply.status_code, reply.json()["error"]) == (status, token)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/jsonp"},
        {"content-type": ""},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "deflate"},
    ],
)
def test_only_plain_json_is_taken(clerk, standalone, headers):
    made = note()
    body = json.dumps([made]).encode()
    if "content-encoding" in headers:
        body = zlib.compress(body)
    reply = clerk.post("/v1/scans", valid=False, content=body, headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (415, "bad_media")
    assert standalone.sql("SELECT count(*) FROM event WHERE id = %s::uuid", made["event_id"]) == [(0,)]


def test_a_body_over_the_limit_is_refused_and_the_limit_is_not(clerk):
    padding = b" " * (1024 * 1024)
    made = json.dumps([note()]).encode()
    headers = {"content-type": "application/json"}
    reply = clerk.post("/v1/scans", valid=False, content=made + padding, headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (413, "too_large")
    whole = made + padding[: 1024 * 1024 - len(made)]
    assert clerk.post("/v1/scans", valid=False, content=whole, headers=headers).status_code == 200


def test_the_data_of_one_scan_has_a_limit(clerk):
    papers = [{"name": "g" * 300} for _ in range(60)]
    reply = clerk.send(accepted(papers=papers), valid=False)
    assert reply.json()[0]["error"] == "too_large"
    assert reply.json()[0]["status"] == 413


def test_200_scans_are_taken_and_201_are_not(clerk, standalone):
    many = [note() for _ in range(201)]
    reply = clerk.send(*many, valid=False)
    assert (reply.status_code, reply.json()["error"]) == (413, "too_many")
    ids = [made["event_id"] for made in many]
    assert standalone.sql("SELECT count(*) FROM event WHERE id = ANY(%s)", ids) == [(0,)]
    reply = clerk.send(*many[:200])
    assert [result["event_id"] for result in reply.json()] == ids[:200]
    assert standalone.sql("SELECT count(*) FROM event WHERE id = ANY(%s)", ids) == [(200,)]


def test_the_order_of_the_results_is_the_order_of_the_scans(clerk):
    code = new_item()
    scans = [
        accepted(code, occurred_at=moment(0)),
        scan("out_for_delivery", code, moment(1)),
        note(wrong_check_digit()),
        scan("delivered", code, moment(2), **TO_AGENCY),
    ]
    reply = clerk.send(*scans, valid=False)
    results = reply.json()
    assert [result["event_id"] for result in results] == [made["event_id"] for made in scans]
    assert [result.get("leg_state") for result in results] == ["accepted", "out_for_delivery", None, "delivered"]
    assert [result.get("dseq") for result in results] == [1, 2, None, 3]


def test_a_scan_again_gets_the_same_verdict(clerk, standalone):
    code = new_item()
    scans = [
        accepted(code, occurred_at=moment(0)),
        scan("arrived", code, moment(1)),
        scan("arrived", code, moment(2)),
        scan("returned", code, moment(3), **TO_AGENCY),
        note(),
    ]
    first = clerk.send(*scans).json()
    assert [result["verdict"] for result in first] == ["recorded", "recorded", "duplicate", "conflict", "unknown_item"]
    again = clerk.send(*scans).json()
    kept = ("event_id", "verdict", "leg_state", "dseq", "gap", "why")
    assert [[result.get(name) for name in kept] for result in again] == [
        [result.get(name) for name in kept] for result in first
    ]
    assert {result["replayed"] for result in first} == {False}
    assert {result["replayed"] for result in again} == {True}
    assert standalone.sql("SELECT count(*) FROM event WHERE item_code = %s", code) == [(4,)]


def test_the_same_scan_twice_in_one_request_is_recorded_once(clerk, standalone):
    made = accepted()
    first, second = clerk.send(made, made).json()
    assert (first["verdict"], first["dseq"]) == (second["verdict"], second["dseq"]) == ("recorded", 1)
    assert standalone.sql("SELECT count(*) FROM event WHERE item_code = %s", made["code"]) == [(1,)]


def test_writing_it_another_way_is_the_same_scan(clerk):
    made = accepted(sender={"name": "Nguyễn An", "phone": "0912345678"})
    assert send_one(clerk, made)["verdict"] == "recorded"
    again = {**made, "code": " " + made["code"].lower() + "\r\n", "event_id": made["event_id"].upper()}
    again["data"] = {**made["data"], "sender": {"phone": "+84 912 345 678", "name": "Nguyễn An"}}
    result = send_one(clerk, again, valid=False)
    assert result["replayed"] and result["verdict"] == "recorded"


CHANGES = {
    "code": lambda made: {**made, "code": new_item()},
    "kind": lambda made: {**made, "kind": "lost"},
    "time": lambda made: {**made, "occurred_at": rfc3339(-60)},
    "data": lambda made: with_data(made, note="khác"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_an_id_with_other_content_changes_nothing(clerk, standalone, what):
    made = note()
    send_one(clerk, made)
    stored = standalone.sql("SELECT e::text FROM event e WHERE id = %s::uuid", made["event_id"])
    result = send_one(clerk, CHANGES[what](made))
    assert (result["error"], result["status"]) == ("key_reuse", 422)
    assert standalone.sql("SELECT e::text FROM event e WHERE id = %s::uuid", made["event_id"]) == stored
    assert send_one(clerk, made)["replayed"]


def test_somebody_elses_id_is_a_reused_key(world, clerk):
    made = note()
    send_one(clerk, made)
    assert send_one(world.person("courier"), made)["error"] == "key_reuse"


def test_a_wrong_role_is_recorded_and_moves_nothing(world, clerk, standalone):
    code = new_item()
    send_one(clerk, accepted(code))
    result = send_one(world.person("courier"), scan("lost", code, note="mất"))
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", "wrong_role", "accepted")
    assert result["dseq"] == 2
    rows = standalone.sql("SELECT verdict, why FROM event WHERE item_code = %s ORDER BY dseq", code)
    assert rows == [("recorded", "ok"), ("refused", "wrong_role")]
    assert standalone.sql("SELECT count(*) FROM outbox WHERE item_code = %s AND kind = 'lost'", code) == [(0,)]


@pytest.mark.parametrize(
    "data, why",
    [
        ({"agency": "KT.NONE"}, "unknown_agency"),
        ({"procedure": "9.999999"}, "unknown_procedure"),
        ({"procedure": NOT_BY_POST}, "unknown_procedure"),
    ],
)
def test_what_the_catalogue_does_not_have_is_recorded_and_refused(clerk, standalone, data, why):
    made = accepted(**data)
    result = send_one(clerk, made)
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", why, "new")
    assert standalone.sql("SELECT why FROM event WHERE id = %s::uuid", made["event_id"]) == [(why,)]
    assert send_one(clerk, accepted(made["code"]))["verdict"] == "recorded"


def test_words_are_in_the_readers_language(world):
    for language, word, head in (("vi", "Vai trò", "vi"), ("en", "Your role", "en")):
        result = send_one(world.person("courier", language), scan("found", new_item()))
        assert result["detail"].startswith(word)
        result = send_one(world.person("courier", language), note(wrong_check_digit()), valid=False)
        assert ("Sai số kiểm tra" in result["detail"]) == (language == "vi")
        reply = world.person("courier", language).post("/v1/scans", [], valid=False)
        assert reply.headers["content-language"] == head
        assert reply.headers["content-type"].startswith("application/problem+json")


def test_other_shapes_of_item_codes_are_taken(clerk):
    assert send_one(clerk, note("KH-2026.000123"))["verdict"] == "unknown_item"
    assert send_one(clerk, note(s10(1).lower()), valid=False)["verdict"] == "unknown_item"


def test_the_database_is_as_it_should_be(clerk, standalone):
    """After all the bad input above."""
    clerk.send(accepted(), note(wrong_check_digit()), note(), valid=False)
    rows = standalone.sql(
        "SELECT DISTINCT item_code FROM event e JOIN account a ON a.id = e.account_id WHERE a.account = ANY(%s)",
        list(PEOPLE),
    )
    codes = [code for (code,) in rows]
    oracle = Oracle(standalone).narrow(*codes)
    assert len(oracle.events) >= 2
    oracle.check_once()
    oracle.check_sequences()
    oracle.check_chains()
    assert standalone.sql("SELECT q::text FROM quarantine q WHERE item_code = ANY(%s)", codes) == []
