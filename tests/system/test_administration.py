"""The supervisor's desk and the administration: who may, what it leaves behind, and what it must not touch."""

import datetime

import pytest

from lib import wait
from lib.api import scan, uuid7
from lib.standalone import Standalone
from lib.town import PASSWORD, Town, pages

NEW_PASSWORD = "mật khẩu mới rất dài 2027"


@pytest.fixture(scope="module")
def town(contract):
    with Standalone() as own:
        made = Town(own, contract)
        yield made
        made.close()


def error_of(reply):
    return reply.status_code, reply.json()["error"], reply.json().get("member")


def audit(town, action, subject):
    return town.standalone.sql(
        "SELECT a.account, u.detail FROM audit u JOIN account a ON a.id = u.account_id"
        " WHERE u.action = %s AND u.subject = %s", action, str(subject))


# -- outbox


def add_line(town, state="dead", account="north-clerk"):
    """A line for the portal in some state; its id."""
    item = town.take_in(account)
    ((line_id,),) = town.standalone.sql(
        "UPDATE outbox SET state = %s, failures = 7, next_at = now() + interval '1 day', last_error = 'portal_never',"
        " answer = 'Mã hồ sơ không tồn tại' WHERE item_code = %s RETURNING id::text", state, item)
    return line_id


def line(town, line_id):
    return town.standalone.sql(
        "SELECT state, attempt, failures, settled_why, next_at <= now() FROM outbox WHERE id = %s", int(line_id))[0]


def test_a_dead_line_is_sent_again_and_attributed(town):
    line_id = add_line(town)
    reply = town.person["north-supervisor"].post(f"/v1/outbox/{line_id}/retry")
    assert reply.json() == {"id": line_id, "state": "ready"}
    assert line(town, line_id) == ("ready", 1, 0, "", True)
    assert audit(town, "outbox.retry", line_id) == [("north-supervisor", "")]


def test_a_line_is_skipped_once_with_a_reason(town):
    line_id = add_line(town)
    north = town.person["north-supervisor"]
    assert error_of(north.request("POST", f"/v1/outbox/{line_id}/skip", {}, valid=False)) == (
        422, "missing_member", "reason")
    reply = north.post(f"/v1/outbox/{line_id}/skip", {"reason": "Cơ quan đã nhận bằng văn bản"})
    assert reply.json() == {"id": line_id, "state": "skipped"}
    for again in (north.post(f"/v1/outbox/{line_id}/skip", {"reason": "lần hai"}),
                  north.post(f"/v1/outbox/{line_id}/retry")):
        assert error_of(again) == (409, "conflict", None)
    assert line(town, line_id)[3] == "Cơ quan đã nhận bằng văn bản"
    assert len(audit(town, "outbox.skip", line_id)) == 1
    (shown,) = [row for row in pages(north, "/v1/outbox", state="skipped") if row["id"] == line_id]
    assert shown["settled_by"] == "Người north-supervisor" and shown["settled_at"]


@pytest.mark.parametrize("state", ["done", "waiting_code"])
def test_what_is_done_or_has_no_code_yet_is_left_alone(town, state):
    line_id = add_line(town, state)
    assert error_of(town.root.post(f"/v1/outbox/{line_id}/retry")) == (409, "conflict", None)
    assert line(town, line_id)[:3] == (state, 0, 7)
    assert audit(town, "outbox.retry", line_id) == []


def test_a_line_in_the_air_is_left_alone(town):
    line_id = add_line(town, "ready")
    town.standalone.sql("UPDATE outbox SET lease_until = now() + interval '1 minute' WHERE id = %s", int(line_id))
    assert error_of(town.root.post(f"/v1/outbox/{line_id}/skip", {"reason": "x"})) == (409, "conflict", None)
    assert line(town, line_id)[:2] == ("ready", 0)


@pytest.mark.parametrize("line_id", ["0", "-1", "x", "99999999999", "9" * 30, "1 OR 1=1"])
def test_a_line_that_is_not_there(town, line_id):
    assert error_of(town.root.post(f"/v1/outbox/{line_id}/retry")) == (404, "not_found", None)


def test_lines_have_a_scope_and_pages(town):
    mine = {add_line(town) for _ in range(5)}
    north, south = town.person["north-supervisor"], town.person["south-supervisor"]
    ids = [row["id"] for row in pages(north, "/v1/outbox", limit=2, state="dead")]
    assert mine <= set(ids) and len(ids) == len(set(ids)) and ids == sorted(ids, key=int, reverse=True)
    assert not mine & {row["id"] for row in pages(south, "/v1/outbox")}
    for line_id in mine:
        assert error_of(south.post(f"/v1/outbox/{line_id}/retry")) == (404, "not_found", None)
        assert line(town, line_id)[0] == "dead"
    reply = north.request("GET", "/v1/outbox", valid=False, params={"state": "lost"})
    assert error_of(reply) == (422, "bad_member", "state")


def test_what_is_not_with_the_portal_is_counted_in_scope(town):
    north, south = town.person["north-supervisor"], town.person["south-supervisor"]
    before, others = north.get("/v1/outbox/counts").json(), south.get("/v1/outbox/counts").json()
    assert before["road"] == {"state": "none", "daemons": 0, "closed_since": None, "closed_by": None}
    lines = {state: add_line(town, state) for state in ("dead", "ready", "waiting_code")}
    town.standalone.sql("UPDATE outbox SET created_at = '2020-01-02T03:04:05Z' WHERE id = %s", int(lines["dead"]))
    behind = uuid7()
    town.standalone.sql(  # the next of its dossier, which must not pass it
        "INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)"
        " SELECT %s, dossier_id, item_code, 1000, 'arrived', line, 'ready', now(), '2021-01-01' FROM outbox WHERE id = %s",
        behind, int(lines["dead"]))
    try:
        counts = north.get("/v1/outbox/counts").json()
        grown = {group: counts[group]["count"] - before[group]["count"] for group in ("waiting", "blocked", "dead")}
        assert grown == {"waiting": 1, "blocked": 1, "dead": 1} and counts["partial"] is False
        oldest = counts["dead"]["oldest"]
        assert (oldest["id"], oldest["created_at"], oldest["answer"]) == (lines["dead"], "2020-01-02T03:04:05.000Z", "Mã hồ sơ không tồn tại")
        assert counts["blocked"]["oldest"]["kind"] == "arrived" and counts["waiting"]["oldest"]["age_s"] >= 0
        assert south.get("/v1/outbox/counts").json() == others
        assert error_of(north.request("GET", "/v1/outbox/counts", valid=False, params={"state": "dead"}))[1:] == ("unknown_member", "state")
    finally:
        town.standalone.sql("DELETE FROM outbox WHERE event_id = %s", behind)


def test_the_road_is_what_all_daemons_say_of_it(town):
    """Whoever is asked: what is in the database, of those that were heard of lately."""
    told = lambda *daemons: [town.standalone.sql(
        "INSERT INTO portal_road (daemon, closed_by, since, told_at) VALUES (%s, %s, now() - %s * interval '1 minute', now() - %s * interval '1 second')",
        *daemon) for daemon in daemons]
    road = lambda: town.root.get("/v1/outbox/counts").json()["road"]
    try:
        told(("one", "", 5, 1), ("gone", "portal_paused", 90, 31))
        assert road() == {"state": "open", "daemons": 1, "closed_since": None, "closed_by": None}
        told(("two", "portal_later", 2, 1))
        assert [road()[name] for name in ("state", "daemons", "closed_by")] == ["partly", 2, "portal_later"]
        town.standalone.sql("UPDATE portal_road SET closed_by = 'portal_paused' WHERE daemon = 'one'")
        assert [road()[name] for name in ("state", "daemons", "closed_by")] == ["closed", 2, "portal_paused"]
        ((since,),) = town.standalone.sql("SELECT since FROM portal_road WHERE daemon = 'one'")
        assert road()["closed_since"][:19] == since.astimezone(datetime.timezone.utc).isoformat()[:19], "of whom it is closed for the longest"
    finally:
        town.standalone.sql("DELETE FROM portal_road")


# -- exceptions


def desk(client, item=None):
    return [row for row in pages(client, "/v1/exceptions", limit=3) if item in (None, row["item_code"])]


def test_an_unknown_item_is_on_the_desk_until_it_is_accepted(town):
    north, south = town.person["north-supervisor"], town.person["south-supervisor"]
    made = town.acceptance()
    town.send("north-clerk", scan("arrived", made["code"]))
    (row,) = desk(north, made["code"])
    assert (row["what"], row["next_action"], row["actor"], row["office"]) == (
        "unknown_item", "accept", "Người north-clerk", "NORTH")
    assert 0 <= row["age_s"] < 60
    assert desk(south, made["code"]) == []
    made["occurred_at"] = scan("note", made["code"])["occurred_at"]
    town.send("north-clerk", made)
    assert desk(north, made["code"]) == []


def test_a_refused_scan_is_on_the_desk_until_somebody_who_may_has_done_it(town):
    made = town.acceptance(agency="KHONG-CO")
    (refused,) = town.send("north-clerk", made)
    assert (refused["verdict"], refused["why"]) == ("refused", "unknown_agency")
    (row,) = desk(town.person["north-supervisor"], made["code"])
    assert (row["what"], row["why"], row["next_action"]) == ("refused", "unknown_agency", "record_again")
    again = {**made, "event_id": uuid7(), "data": {**made["data"], "agency": "TU-PHAP"}}
    assert town.send("north-clerk", again)[0]["verdict"] == "recorded"
    assert desk(town.person["north-supervisor"], made["code"]) == []


def test_a_conflict_is_on_the_desk_until_it_is_voided(town):
    item = town.take_in()
    town.send("north-clerk", scan("delivered", item, officer="Cán bộ", minutes="BB-2"))
    conflict = scan("out_for_delivery", item)
    (result,) = town.send("north-clerk", conflict)
    assert result["verdict"] == "conflict", result
    (row,) = desk(town.person["north-supervisor"], item)
    assert (row["what"], row["id"], row["next_action"]) == ("conflict", conflict["event_id"], "check_item")
    (voided,) = town.send("north-supervisor", scan(
        "void", item, target=conflict["event_id"], void_reason="did_not_occur"))
    assert voided["verdict"] == "recorded", voided
    assert desk(town.person["north-supervisor"], item) == []


def test_dead_lines_and_quarantined_scans_are_on_the_desk(town):
    line_id = add_line(town)
    event_id = uuid7()
    town.standalone.sql(
        "INSERT INTO quarantine (event_id, account_id, item_code, kind, occurred_at, data, sqlstate)"
        " SELECT %s, id, 'RR999999999VN', 'note', now(), '\\x00', '22021' FROM account WHERE account = 'north-clerk'",
        event_id)
    rows = {row["id"]: row for row in desk(town.person["north-supervisor"])}
    dead, kept = rows[line_id], rows[event_id]
    assert (dead["what"], dead["why"], dead["detail"], dead["next_action"]) == (
        "dead_push", "portal_never", "Mã hồ sơ không tồn tại", "retry_or_skip")
    assert (kept["what"], kept["why"], kept["actor"]) == ("quarantined", "22021", "Người north-clerk")
    times = [row["at"] for row in desk(town.person["north-supervisor"])]
    assert times == sorted(times, reverse=True) and len(rows) == len(times)
    assert not {line_id, event_id} & {row["id"] for row in desk(town.person["south-supervisor"])}


# -- accounts


def new_account(name, role="clerk", **place):
    return {"account": name, "name": "Người Mới", "role": role, "password": PASSWORD, **place}


@pytest.mark.parametrize("by, body, status, error, member", [
    ("north-supervisor", new_account("n1", office="SOUTH"), 422, "bad_member", "office"),
    ("north-supervisor", new_account("n1", office="NOWHERE"), 422, "bad_member", "office"),
    ("north-supervisor", new_account("n1", "agency", agency="TU-PHAP"), 422, "bad_member", "agency"),
    ("root", new_account("n1", "agency", agency="NOWHERE"), 422, "bad_member", "agency"),
    ("root", new_account("n1", "agency", office="NORTH"), 422, "missing_member", "agency"),
    ("root", new_account("n1", "clerk", agency="TU-PHAP"), 422, "missing_member", "office"),
    ("root", new_account("n1", "system", office="NORTH"), 422, "bad_member", "role"),
    ("root", new_account("n1", "king", office="NORTH"), 422, "bad_member", "role"),
    ("root", new_account("Hoa.N", office="NORTH"), 422, "bad_member", "account"),
    ("root", new_account("a b", office="NORTH"), 422, "bad_member", "account"),
    ("root", new_account("a" * 65, office="NORTH"), 422, "bad_member", "account"),
    ("root", new_account("north-clerk", office="NORTH"), 409, "conflict", "account"),
    ("root", {**new_account("n1", office="NORTH"), "password": "ngắn"}, 422, "weak_password", "password"),
    ("root", {**new_account("n1", office="NORTH"), "password": 5}, 422, "bad_member", "password"),
    ("root", {**new_account("n1", office="NORTH"), "admin": True}, 422, "unknown_member", None)])
def test_an_account_that_may_not_be(town, by, body, status, error, member):
    before = town.standalone.sql("SELECT count(*) FROM account")
    client = town.root if by == "root" else town.person[by]
    assert error_of(client.request("POST", "/v1/accounts", body, valid=False)) == (status, error, member)
    assert town.standalone.sql("SELECT count(*) FROM account") == before


def test_a_supervisor_sees_and_makes_accounts_below_their_office_only(town):
    north = town.person["north-supervisor"]
    town.create("north-new", "courier", "NORTH-1", by=north)
    shown = {row["account"]: row for row in pages(north, "/v1/accounts", limit=2)}
    assert {"north-new", "north-clerk", "north-courier", "north-supervisor"} <= set(shown)
    assert not {"south-clerk", "justice", "supervisor"} & set(shown)
    assert shown["north-new"]["office"]["code"] == "NORTH-1" and not shown["north-new"]["disabled"]
    everybody = [row["account"] for row in pages(town.root, "/v1/accounts", limit=2)]
    assert {"south-clerk", "justice", "north-new"} <= set(everybody) and everybody == sorted(everybody)
    assert audit(town, "account.create", "north-new") == [("north-supervisor", "courier NORTH-1")]
    assert town.standalone.sql("SELECT count(*) FROM audit WHERE detail LIKE %s", f"%{PASSWORD}%") == [(0,)]


@pytest.mark.parametrize("account", ["south-clerk", "justice", "supervisor", "nobody", "' OR 1=1", "đ"])
def test_accounts_out_of_scope_are_not_there(town, account):
    north = town.person["north-supervisor"]
    assert error_of(north.post(f"/v1/accounts/{account}/disable")) == (404, "not_found", None)
    reply = north.post(f"/v1/accounts/{account}/password", {"password": NEW_PASSWORD})
    assert error_of(reply) == (404, "not_found", None)


def test_a_disabled_account_is_out_at_once(town):
    town.create("leaver", "clerk", "NORTH")
    client = town.sign_in("leaver")
    assert client.get("/v1/dossiers").status_code == 200
    assert town.person["north-supervisor"].post("/v1/accounts/leaver/disable").json() == {"account": "leaver"}
    assert error_of(client.get("/v1/dossiers"))[:2] == (401, "unauthorized")
    reply = client.another().post("/v1/session", {"account": "leaver", "password": PASSWORD})
    assert error_of(reply)[:2] == (401, "bad_login")
    assert town.person["north-supervisor"].post("/v1/accounts/leaver/disable").status_code == 200
    (row,) = [row for row in pages(town.root, "/v1/accounts") if row["account"] == "leaver"]
    assert row["disabled"]
    client.close()


def test_nobody_disables_themselves(town):
    assert error_of(town.root.post("/v1/accounts/supervisor/disable"))[:2] == (403, "forbidden")


def test_a_new_password_replaces_the_old_one_and_ends_sessions(town):
    town.create("forgetful", "clerk", "NORTH")
    client = town.sign_in("forgetful")
    north = town.person["north-supervisor"]
    weak = north.request("POST", "/v1/accounts/forgetful/password", {"password": "ngắn"}, valid=False)
    assert error_of(weak) == (422, "weak_password", "password")
    assert client.get("/v1/me").status_code == 200
    assert north.post("/v1/accounts/forgetful/password", {"password": NEW_PASSWORD}).status_code == 200
    assert client.get("/v1/me").status_code == 401
    old = client.another().post("/v1/session", {"account": "forgetful", "password": PASSWORD})
    assert old.status_code == 401
    client.close()
    town.sign_in("forgetful", NEW_PASSWORD).close()


# -- the catalogue


@pytest.mark.parametrize("body, status, error, member", [
    ([], 400, "bad_json", None), ({"town": []}, 422, "unknown_member", None),
    ({"offices": {}}, 422, "bad_member", "offices"), ({"offices": [1]}, 422, "bad_member", "offices"),
    ({"offices": [{"code": "a", "name": "A"}]}, 422, "bad_member", "code"),
    ({"offices": [{"code": "A"}]}, 422, "missing_member", "name"),
    ({"offices": [{"code": "A", "name": "A", "parent": "NOWHERE"}]}, 422, "bad_member", "parent"),
    ({"offices": [{"code": "A", "name": "A", "parent": "A"}]}, 422, "bad_member", "parent"),
    ({"offices": [{"code": "A", "name": "A", "parent": "B"}, {"code": "B", "name": "B", "parent": "A"}]},
     422, "bad_member", "parent"),
    ({"offices": [{"code": "NORTH", "name": "x", "parent": "NORTH-1"}]}, 422, "bad_member", "parent"),
    ({"agencies": [{"code": "X", "name": "X"}, {"code": "X", "name": "Y"}]}, 422, "bad_member", "code"),
    ({"agencies": [{"code": "X", "name": "X\u0000"}]}, 400, "bad_json", None),
    ({"agencies": [{"code": "X" * 61, "name": "X"}]}, 422, "bad_member", "code"),
    ({"procedures": [{"code": "X", "name": "X", "fee": -1}]}, 422, "bad_member", "fee"),
    ({"procedures": [{"code": "X", "name": "X", "by_post": 1}]}, 422, "bad_member", "by_post"),
    ({"agencies": [{"code": "X", "name": "X"}], "offices": [{"code": "A", "name": "A", "parent": "NOWHERE"}]},
     422, "bad_member", "parent")])
def test_an_import_that_is_wrong_changes_nothing(town, body, status, error, member):
    before = town.root.get("/v1/catalogue").json()
    assert error_of(town.root.request("PUT", "/v1/catalogue", body, valid=False)) == (status, error, member)
    assert town.root.get("/v1/catalogue").json() == before


def test_only_the_root_imports(town):
    reply = town.person["north-supervisor"].put("/v1/catalogue", {"agencies": [{"code": "X", "name": "X"}]})
    assert error_of(reply)[:2] == (403, "forbidden")
    assert "X" not in [row["code"] for row in town.root.get("/v1/catalogue").json()["agencies"]]


def rows_of(town, table, code):
    return town.standalone.sql(f"SELECT name, valid_to IS NULL FROM {table} WHERE code = %s ORDER BY id", code)


def test_within_a_day_a_row_is_corrected_in_place(town):
    for name in ("Sở Một", "Sở Hai"):
        town.root.put("/v1/catalogue", {"agencies": [{"code": "SAI-TEN", "name": name}]})
    assert rows_of(town, "agency", "SAI-TEN") == [("Sở Hai", True)]
    town.root.put("/v1/catalogue", {"agencies": [{"code": "SAI-TEN", "name": "Sở Hai"}]})
    assert rows_of(town, "agency", "SAI-TEN") == [("Sở Hai", True)]


def age(town, days):
    """As if everything in the catalogue were there for so many days already. No two calls with the same number."""
    for table in ("office", "agency", "procedure"):
        town.standalone.sql(
            f"UPDATE {table} SET valid_from = valid_from - {days}, valid_to = valid_to - {days}")


def test_a_new_name_opens_a_new_row_and_what_was_stays_visible(town):
    item = town.take_in("north-clerk")
    age(town, 10)
    town.root.put("/v1/catalogue", {
        "offices": [{"code": "NORTH", "name": "Bưu điện Bắc Mới", "parent": town.root_office}],
        "agencies": [{"code": "TU-PHAP", "name": "Sở Tư pháp Mới"}],
        "procedures": [{"code": "1.000.1", "name": "Cấp bản sao", "fee": 9000}]})
    assert rows_of(town, "office", "NORTH") == [("Bưu điện Bắc", False), ("Bưu điện Bắc Mới", True)]
    assert len(rows_of(town, "procedure", "1.000.1")) == 2
    assert rows_of(town, "office", "SOUTH") == [("Bưu điện Nam", True)]
    me = wait.until(lambda: town.person["north-clerk"].get("/v1/me").json(), 5, "me")
    assert me["office"]["name"] == "Bưu điện Bắc Mới"
    for account in ("north-clerk", "north-supervisor", "justice"):
        dossier = town.person[account].get(f"/v1/dossiers/{item}").json()
        assert dossier["agency"]["name"] == "Sở TU-PHAP", "it was taken in under the old name"
    assert town.person["south-clerk"].get(f"/v1/dossiers/{item}").status_code == 404
    fresh = town.take_in("north-clerk")
    assert town.person["justice"].get(f"/v1/dossiers/{fresh}").json()["agency"]["name"] == "Sở Tư pháp Mới"
    north = {row["account"] for row in pages(town.person["north-supervisor"], "/v1/accounts")}
    assert {"north-clerk", "north-courier"} <= north and "south-clerk" not in north


def test_an_office_that_moves_takes_its_dossiers_along(town):
    courier_item = town.take_in("north-courier")
    assert town.person["south-supervisor"].get(f"/v1/dossiers/{courier_item}").status_code == 404
    age(town, 13)
    town.root.put("/v1/catalogue", {"offices": [{"code": "NORTH-1", "name": "Bưu cục Bắc 1", "parent": "SOUTH"}]})
    assert town.person["south-supervisor"].get(f"/v1/dossiers/{courier_item}").status_code == 200
    assert town.person["north-supervisor"].get(f"/v1/dossiers/{courier_item}").status_code == 404
    (parent,) = [row["parent"] for row in town.root.get("/v1/catalogue").json()["offices"] if row["code"] == "NORTH-1"]
    assert parent == "SOUTH"
