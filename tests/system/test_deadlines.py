"""Deadlines: what is promised, what falls due, and what stands on the desk when nobody acts."""

import datetime
import pathlib
import re

import pytest

from lib.api import rfc3339, scan
from lib.client import hoso
from lib.oracle import Oracle
from lib.standalone import Standalone
from lib.town import pages
from lib.world import FIRST_LEG, TO_AGENCY, TO_CITIZEN, World, new_dossier_code, new_item

LOCAL = datetime.timezone(datetime.timedelta(hours=7))
ROOT = pathlib.Path(__file__).resolve().parents[2]
TOWN = """
INSERT INTO hoso.area VALUES ('NEAR', 'Gần'), ('FAR', 'Xa'), ('ISLE', 'Đảo') ON CONFLICT DO NOTHING;
INSERT INTO hoso.area_relation VALUES ('FAR', 'NEAR', 'province'), ('ISLE', 'NEAR', 'special') ON CONFLICT DO NOTHING;
UPDATE hoso.office SET area = 'NEAR' WHERE code = 'KT1';
UPDATE hoso.office SET area = 'FAR' WHERE code = 'KT0';
UPDATE hoso.agency SET area = 'NEAR' WHERE code = 'KT.A1';
UPDATE hoso.agency SET area = 'ISLE' WHERE code = 'KT.A2';
"""


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as running:
        made = World(running, contract)
        running.sql(TOWN)
        yield made
        made.close()
        Oracle(running).check()


@pytest.fixture
def holidays(world):
    """Days of the calendar that this test needs: holidays({day: is_workday})."""
    def set_days(days):
        for day, is_workday in days.items():
            world.running.sql("INSERT INTO calendar_day VALUES (%s, %s, 'Nghỉ') ON CONFLICT (day)"
                              " DO UPDATE SET is_workday = EXCLUDED.is_workday", day, is_workday)
    yield set_days
    world.running.sql("DELETE FROM calendar_day")


def today():
    return datetime.datetime.now(LOCAL).date()


def local_day(rfc):
    return datetime.datetime.fromisoformat(rfc.replace("Z", "+00:00")).astimezone(LOCAL).date()


def workday(day, special=()):
    return dict(special).get(day, day.weekday() < 5)


def after(day, count, special=()):
    """The count-th working day after @day, counted out."""
    while count:
        day += datetime.timedelta(days=1)
        count -= workday(day, special)
    return day


def ago(days, minutes=0):
    """At noon of that local day, whatever time it is now: half an hour before midnight is another day."""
    now = datetime.datetime.now(LOCAL)
    noon = (now - datetime.timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)
    return rfc3339(((noon if days else now) - now).total_seconds() - minutes * 60)


def do(world, login, *scans, verdict="recorded"):
    results = world.person(login).send(*scans).json()
    assert [result["verdict"] for result in results] == [verdict] * len(scans), results
    return results


def take_in(world, days=0, login="clerk", agency="KT.A1", **data):
    item = new_item()
    do(world, login, scan("accepted", item, ago(days, 30), **{**FIRST_LEG, "agency": agency, **data}))
    return item


def result_leg(world, days, code=None, login="clerk"):
    """A result on its way to a citizen of KT1, accepted @days ago."""
    code = code or new_dossier_code()
    paper, item = take_in(world, days + 1, login), new_item()
    do(world, login, scan("bound", paper, dossier_code=code))
    do(world, login, scan("accepted", item, ago(days, 20), dossier_code=code, leg_kind="result"))
    return item


def promised(world, item):
    return world.running.sql("SELECT promised_on FROM leg WHERE item_code = %s", item)[0][0]


def desk(world, item=None, login="chief", **query):
    rows = pages(world.person(login), "/v1/exceptions", limit=7, **query)
    return [row for row in rows if item in (None, row["item_code"])]


def dossier(world, item, **columns):
    """What the agency's part of the system writes; here it is only set."""
    for name, value in columns.items():
        world.running.sql(f"UPDATE dossier SET {name} = %s WHERE id = (SELECT dossier_id FROM leg WHERE item_code = %s)",
                          value, item)


# -- promises


@pytest.mark.parametrize("login, agency, count", [
    ("clerk", "KT.A1", 1), ("chief", "KT.A1", 2), ("clerk", "KT.A2", 6), ("courier", "KT.A1", 1)])
def test_a_promise_is_so_many_working_days_from_the_acceptance(world, holidays, login, agency, count):
    day = local_day(ago(9, 30))
    special = {day + datetime.timedelta(days=1): False, day + datetime.timedelta(days=3): True,
               day + datetime.timedelta(days=4): True, day + datetime.timedelta(days=5): True}
    holidays(special)
    item = take_in(world, 9, login, agency)
    assert promised(world, item) == after(day, count, special)


@pytest.mark.parametrize("login, agency", [("clerk2", "KT.A1"), ("chief", "KT.A2")])
def test_what_nobody_knows_is_not_promised(world, login, agency):
    item = take_in(world, 9, login, agency)
    assert promised(world, item) is None
    (row,) = world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"]
    assert (row["state"], row["due_on"], row["rule"], row["met_at"]) == ("unknown", None, "hand_over", None)
    assert desk(world, item) == []


def test_a_result_is_promised_from_the_citizens_own_office_and_a_slip_from_the_papers(world):
    code = new_dossier_code()
    paper, result, slip = take_in(world, 9, "chief"), new_item(), new_item()
    do(world, "chief", scan("bound", paper, dossier_code=code))
    do(world, "clerk", scan("accepted", slip, ago(5), dossier_code=code, leg_kind="slip"))
    do(world, "clerk", scan("accepted", result, ago(4), dossier_code=code, leg_kind="result"))
    assert promised(world, result) == after(local_day(ago(4)), 2)
    assert promised(world, slip) == after(local_day(ago(9, 30)), 4)


def test_between_agencies_it_goes_the_same_day_whatever_the_area(world):
    item = new_item()
    at = datetime.datetime.now(LOCAL).replace(hour=15, minute=1) - datetime.timedelta(days=3)
    do(world, "clerk2", scan("accepted", item, at.isoformat(timespec="milliseconds"),
                             **{**FIRST_LEG, "leg_kind": "inter"}))
    assert promised(world, item) == after(at.date(), 1)


# -- the desk: each kind is there when its time has come, and leaves when somebody acts


def test_an_item_whose_promise_is_broken_is_late_until_it_is_handed_over(world):
    item, fresh = take_in(world, 20), take_in(world)
    (row,) = desk(world, item)
    midnight = datetime.datetime.combine(
        promised(world, item) + datetime.timedelta(days=1), datetime.time(), LOCAL).timestamp()
    assert (row["what"], row["next_action"], row["owner"]) == ("late", "deliver_now", {"role": "clerk", "place": "KT1"})
    assert datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00")).timestamp() == midnight
    assert row["to_do"] == "Giao cơ quan hoặc phát ngay" and row["leg_kind"] == "submit" and row["kind"] is None
    (due,) = world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"]
    assert (due["state"], due["due_on"]) == ("late", promised(world, item).isoformat())
    do(world, "courier", scan("delivered", item, **TO_AGENCY))
    assert desk(world, item) == [] and desk(world, fresh) == []
    due = world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"][0]
    assert due["state"] == "missed" and due["met_at"]


def test_an_acceptance_that_was_voided_promises_nothing(world):
    item, accepted = new_item(), scan("accepted", new_item(), ago(20), **FIRST_LEG)
    accepted["code"] = item
    do(world, "clerk", accepted)
    do(world, "chief", scan("void", item, target=accepted["event_id"], void_reason="did_not_occur"))
    assert desk(world, item) == [] and world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"] == []


def test_a_results_clock_stops_at_the_first_attempt(world):
    item = result_leg(world, 20)
    assert [row["what"] for row in desk(world, item)] == ["late"]
    do(world, "courier", scan("delivery_failed", item, ago(19), reason="B1"))
    assert "late" not in [row["what"] for row in desk(world, item)]
    due = world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"]
    first = [row for row in due if row["item_code"] == item and row["rule"] == "first_attempt"]
    assert [row["state"] for row in first] == ["kept"]


def test_failed_twice_invited_and_invited_again_until_it_goes_back(world):
    item = result_leg(world, 28)
    do(world, "courier", scan("delivery_failed", item, ago(27), reason="B1"))
    assert [row["what"] for row in desk(world, item)] == ["held_long"]
    do(world, "courier", scan("delivery_failed", item, ago(26), reason="B1"))
    (row,) = desk(world, item)
    assert (row["what"], row["next_action"]) == ("invite", "invite")
    do(world, "clerk", scan("invited", item, ago(20)))
    (row,) = desk(world, item)
    assert (row["what"], row["next_action"]) == ("invite_again", "invite")
    do(world, "clerk", scan("invited", item, ago(10)))
    (row,) = desk(world, item)
    assert (row["what"], row["next_action"], row["owner"]["role"]) == ("return_due", "return", "supervisor")
    rules = {due["rule"]: due for due in world.person("chief").get(f"/v1/deadlines/{item}").json()["deadlines"]}
    assert rules["return"]["due_on"] == after(local_day(ago(10)), 2).isoformat()
    do(world, "chief", scan("returning", item, reason="A4"))
    assert desk(world, item) == []


def test_an_invitation_of_today_leaves_the_invited_their_time(world):
    item = result_leg(world, 9)
    for days in (8, 7):
        do(world, "courier", scan("delivery_failed", item, ago(days), reason="B1"))
    do(world, "clerk", scan("invited", item, ago(6)))
    assert [row["what"] for row in desk(world, item)] == ["invite_again"]
    do(world, "clerk", scan("invited", item))
    assert desk(world, item) == []


def test_holidays_between_two_invitations_do_not_count(world, holidays):
    """An invitation that is too early is refused itself; here the holidays are known only afterwards."""
    item = result_leg(world, 14)
    for days in (13, 12):
        do(world, "courier", scan("delivery_failed", item, ago(days), reason="B1"))
    do(world, "clerk", scan("invited", item, ago(11)), scan("invited", item, ago(5)))
    holidays({local_day(ago(days)): False for days in range(0, 11)})
    (refused,) = do(world, "chief", scan("returning", item, reason="A4"), verdict="refused")
    assert refused["why"] == "too_early"
    world.running.sql("DELETE FROM calendar_day")
    do(world, "chief", scan("returning", item, reason="A4"))


def test_days_that_are_none_make_the_desk_ask_for_another_invitation(world, holidays):
    item = result_leg(world, 14)
    for days in (13, 12):
        do(world, "courier", scan("delivery_failed", item, ago(days), reason="B1"))
    do(world, "clerk", scan("invited", item, ago(11)), scan("invited", item, ago(5)))
    holidays({local_day(ago(days)): False for days in range(5, 11)})
    (row,) = desk(world, item)
    assert (row["what"], row["next_action"]) == ("return_due", "invite")


def test_a_hand_over_that_nobody_scanned_is_a_gap_until_it_is_scanned_late(world):
    item = take_in(world)
    do(world, "clerk2", scan("arrived", item, rfc3339(-60)))
    (row,) = desk(world, item)
    assert (row["what"], row["next_action"], row["office"]) == ("gap", "scan_missing", "KT2")
    do(world, "clerk", scan("dispatched", item, rfc3339(-120), next_office="KT2"), verdict="late")
    assert desk(world, item) == []


def test_what_lies_on_a_shelf_is_held_too_long(world):
    item = take_in(world, 9, "clerk2")
    do(world, "clerk2", scan("held", item, ago(8)))
    (row,) = desk(world, item)
    assert (row["what"], row["office"]) == ("held_long", "KT2")
    do(world, "courier", scan("out_for_delivery", item))
    assert desk(world, item) == []


def test_what_an_agency_owes_is_on_the_desk_and_among_the_deadlines(world):
    item = take_in(world, 30)
    do(world, "courier", scan("delivered", item, ago(29), **TO_AGENCY))
    code = new_dossier_code()
    do(world, "clerk", scan("bound", item, dossier_code=code))

    def kinds():
        return [(row["what"], row["owner"]) for row in desk(world) if row["dossier_code"] == code]

    agency = {"role": "agency", "place": "KT.A1"}
    dossier(world, item, status="submitted", submitted_at=ago(29))
    assert kinds() == [("agency_word", agency)]
    dossier(world, item, status="processing", due_on=(today() - datetime.timedelta(days=1)))
    assert kinds() == [("agency_overdue", agency)]
    dossier(world, item, due_on=today())
    assert kinds() == []
    dossier(world, item, status="result_ready", result_ready_at=ago(10))
    assert kinds() == [("not_collected", {"role": "courier", "place": "KT1"})]
    rules = {row["rule"]: row["state"] for row in world.person("chief").get(f"/v1/deadlines/{code}").json()["deadlines"]}
    assert rules == {"hand_over": "kept", "agency_result": "kept", "collect_result": "late"}
    do(world, "clerk", scan("accepted", new_item(), dossier_code=code, leg_kind="result"))
    assert kinds() == []


# -- lists


def test_the_desk_is_filtered_and_paged_without_doubles(world):
    items = {take_in(world, 12), take_in(world, 12, "chief")}
    everything = desk(world)
    keys = [row["key"] for row in everything]
    assert len(keys) == len(set(keys)) and items <= {row["item_code"] for row in everything}
    assert [row["at"] for row in everything] == sorted((row["at"] for row in everything), reverse=True)
    late = desk(world, what="late")
    assert items <= {row["item_code"] for row in late} and {row["what"] for row in late} == {"late"}
    here = desk(world, what="late", office="KT0")
    assert here and {row["office"] for row in here} == {"KT0"}
    assert {row["owner"]["role"] for row in desk(world, owner="clerk")} == {"clerk"}
    assert desk(world, what="late", owner="agency") == []
    for query, member in (({"what": "x"}, "what"), ({"owner": "king"}, "owner")):
        for path in ("/v1/exceptions", "/v1/exceptions/counts"):
            reply = world.person("chief").request("GET", path, valid=False, params=query)
            assert (reply.status_code, reply.json()["member"]) == (422, member)


def test_the_counts_are_those_of_the_list_and_end_at_99(world):
    def counts(**query):
        items = world.person("chief").get("/v1/exceptions/counts", params=query).json()["items"]
        return {item["what"]: item["text"] for item in items}

    told = counts(owner="agency")
    assert set(told) == {"agency_word", "agency_overdue"}
    told = counts()
    for what in ("late", "gap", "invite", "held_long", "conflict", "refused"):
        assert told[what] == str(len(desk(world, what=what))), what
    do(world, "clerk", *(scan("accepted", new_item(), ago(40), **FIRST_LEG) for _ in range(100)))
    assert counts(what="late") == {"late": "99+"} and counts(what="late", office="KT0") != {"late": "99+"}


def test_who_may_see_what(world):
    item = take_in(world, 20)
    for login in ("clerk", "courier"):
        for path in ("/v1/exceptions", "/v1/exceptions/counts"):
            assert world.person(login).get(path).status_code == 403
    assert world.person("officer2").get(f"/v1/deadlines/{item}").status_code == 404
    assert world.person("clerk2").get(f"/v1/deadlines/{item}").status_code == 404
    assert world.person("officer").get(f"/v1/deadlines/{item}").status_code == 200
    assert world.person("chief").get("/v1/deadlines/RR000000151VN").json()["error"] == "bad_check_digit"
    seen = world.running.sql(
        "SELECT count(*) FROM view_log v JOIN account a ON a.id = v.account_id JOIN leg l USING (dossier_id)"
        " WHERE v.what = 'deadlines' AND l.item_code = %s", item)
    assert seen == [(1,)]


def test_an_officers_desk_has_what_their_own_agency_owes_and_nothing_else(world):
    ours, others, late = take_in(world, 20), take_in(world, 20, agency="KT.A2"), take_in(world, 20)
    for item in (ours, others):
        dossier(world, item, status="submitted", submitted_at=ago(20))
    dossier(world, late, status="received", due_on=today() - datetime.timedelta(days=1))
    seen = desk(world, login="officer")
    mine = {(row["item_code"], row["what"]) for row in seen}
    assert {(ours, "agency_word"), (late, "agency_overdue")} <= mine
    assert {row["what"] for row in seen} <= {"agency_word", "agency_overdue"} and {row["owner"]["place"] for row in seen} == {"KT.A1"}
    assert (others, "agency_word") in {(row["item_code"], row["what"]) for row in desk(world, login="officer2")}
    for query in ({"what": "late"}, {"owner": "clerk"}, {"office": "KT2"}):
        assert desk(world, login="officer", **query) == [], query
    told = {item["what"]: item["count"] for item in world.person("officer").get("/v1/exceptions/counts").json()["items"]}
    assert told == {what: len([row for row in seen if row["what"] == what]) for what in ("agency_word", "agency_overdue")}


def test_a_supervisor_sees_what_was_in_their_offices_only(world):
    world.hire("chief2", "supervisor", "KT2")
    here, there = take_in(world, 20), take_in(world, 20, "clerk2")
    world.running.sql("UPDATE leg SET promised_on = current_date - 5 WHERE item_code = %s", there)
    dossier(world, here, status="submitted", submitted_at=ago(20))
    assert {row["what"] for row in desk(world, here)} == {"late", "agency_word"}
    seen = desk(world, login="chief2")
    assert {row["item_code"] for row in seen} >= {there} and here not in {row["item_code"] for row in seen}
    assert "agency_word" not in {row["what"] for row in seen}
    told = {item["what"]: item["count"] for item in world.person("chief2").get("/v1/exceptions/counts").json()["items"]}
    assert told["late"] == len([row for row in seen if row["what"] == "late"]) and told["agency_word"] == 0


def test_hoso_says_what_is_due_and_what_waits(world, tmp_path):
    item = take_in(world, 20)
    password = tmp_path / "password"
    password.write_text(world.password + "\n")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
                   "HOSO_SERVER": world.running.url, "HOSO_CA": str(world.running.ca), "LANG": "C.UTF-8"}
    assert hoso(environment, "login", "chief", "--password-file", password).returncode == 0
    shown = hoso(environment, "deadline", item)
    assert shown.returncode == 0 and "quá hạn" in shown.stdout.decode() and b"TT 17/2017" in shown.stdout, shown
    shown = hoso(environment, "exceptions", "--what", "late", "--all")
    assert shown.returncode == 0 and item.encode() in shown.stdout and "phát ngay" in shown.stdout.decode(), shown
    shown = hoso(environment, "exceptions", "--counts")
    assert shown.returncode == 0 and "quá hạn J+n" in shown.stdout.decode(), shown
    assert hoso(environment, "deadline", new_item()).returncode != 0


# -- the facts


def test_old_rows_get_their_facts_from_their_events(world):
    item = result_leg(world, 6)
    voided = scan("delivered", item, ago(2), **TO_CITIZEN)
    do(world, "courier", scan("delivery_failed", item, ago(3), reason="B1"), voided)
    do(world, "chief", scan("void", item, target=voided["event_id"], void_reason="did_not_occur"))
    lost = take_in(world, 3)
    do(world, "chief", scan("lost", lost, ago(2), note="x"), scan("found", lost, ago(1)), scan("lost", lost, note="y"))
    text = (ROOT / "schema" / "0003_facts.sql").read_text()
    (backfill,) = re.findall(r"CREATE TEMPORARY TABLE taken.*DROP TABLE taken;", text, re.S)
    columns = ("accepted_at, accepted_office_id, accepted_by, attempted_at, first_invited_at, last_invited_at, ended_at,"
               " ended_office_id, ended_by")
    select = f"SELECT id, {columns} FROM leg ORDER BY id"
    before = world.running.sql(select)
    with world.running.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE leg SET " + ", ".join(f"{name.strip()} = NULL" for name in columns.split(",")))
        connection.execute(backfill)
        after_all = connection.execute(select).fetchall()
        connection.execute("ROLLBACK")
    assert after_all == before and len(before) > 5
