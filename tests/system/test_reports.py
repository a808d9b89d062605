"""Reports: every number against an independent count, and the items behind it."""

import datetime
import os
import random

import pytest

from lib.api import uuid7
from lib.report_oracle import ReportOracle, share
from lib.reports import QUALITY, VOLUME, cells, follow, numbers, section_of, show
from lib.year import YEAR, year_of

LEGS = 1_000_000 if int(os.environ.get("HOSO_LONG", "1")) >= 50 else 20_000
SEED = int(os.environ.get("HOSO_SEED", "7"))
DAY = datetime.date

# period, cut, its first and last day: a month's end, the cut around Tết, a quarter, all of it
PERIODS = [
    (f"{YEAR}-01", "calendar", DAY(YEAR, 1, 1), DAY(YEAR, 1, 31)),
    (f"{YEAR}-02", "15", DAY(YEAR, 1, 15), DAY(YEAR, 2, 14)),
    (f"{YEAR}-Q1", "15", DAY(YEAR - 1, 12, 15), DAY(YEAR, 3, 14)),
    (f"{YEAR}-H2", "calendar", DAY(YEAR, 7, 1), DAY(YEAR, 12, 31)),
    (f"{YEAR}", "calendar", DAY(YEAR, 1, 1), DAY(YEAR, 12, 31)),
]
period_cases = pytest.mark.parametrize("period, cut, first, last", PERIODS)


@pytest.fixture(scope="module")
def year(contract):
    print(f"legs={LEGS} seed={SEED}")
    with year_of(LEGS, SEED, contract) as made:
        yield made


@pytest.fixture(scope="module")
def oracle(year):
    return ReportOracle(year.running)


@period_cases
def test_volume_is_what_the_legs_add_up_to(year, oracle, period, cut, first, last):
    wanted = oracle.volume(first, last)
    assert numbers(show(year.person("y-chief"), "volume", period, cut), *VOLUME) == wanted
    assert sum(wanted["total", ""]) > 100, "the period has something in it"


@period_cases
def test_quality_is_what_the_legs_add_up_to(year, oracle, period, cut, first, last):
    report = show(year.person("y-chief"), "quality", period, cut)
    assert numbers(report, *QUALITY) == oracle.quality(first, last)
    for section in report["sections"]:
        for row in cells(section).values():
            assert row["in_time_share"] == share(row["in_time"], row["due"])
            assert row["first_try_share"] == share(row["first_try"], row["ended"])
            assert row["returned_share"] == share(row["returned"], row["to_citizen"])


@period_cases
def test_out_of_hours_is_what_the_legs_add_up_to(year, oracle, period, cut, first, last):
    report = show(year.person("y-chief"), "out_of_hours", period, cut)
    wanted = oracle.out_of_hours(first, last)
    slots = {("slot", key): [row["accepted"], row["by_courier"], row["delivered"], 0]
             for key, row in cells(section_of(report, "slot")).items()}
    rest = {
        (key, row_key): [row["accepted"], row["accepted_outside"], row["delivered"], row["delivered_outside"]]
        for key in ("total", "office") for row_key, row in cells(section_of(report, key)).items()}
    assert {**slots, **rest} == wanted
    if period == str(YEAR):
        assert {slot for _, slot in slots} == {"open", "before", "noon", "after", "weekend", "holiday"}


@period_cases
def test_the_quarters_report_is_what_the_legs_add_up_to(year, oracle, period, cut, first, last):
    report = show(year.person("y-chief"), "quarterly", period, cut)
    found = {(section["key"], key): row["safe" if section["key"] == "level" else "value"]
             for section in report["sections"] for key, row in cells(section).items()}
    wanted = oracle.quarterly(first, last)
    assert {key: value for key, value in found.items() if key in wanted} == wanted
    assert all(value is None for key, value in found.items() if key not in wanted), "nobody has entered a figure"
    money = section_of(report, "money")
    assert [column["kind"] for column in money["columns"]] == ["text", "money"], "three kinds, and no sum of them"
    assert len(money["rows"]) == 3


@period_cases
def test_the_plan_counts_dossiers_and_gives_no_share_without_a_whole(year, oracle, period, cut, first, last):
    report = show(year.person("y-chief"), "plan", period, cut)
    wanted, used = oracle.plan(first, last)
    rows = cells(section_of(report, "agency"))
    assert {code: [row[name] for name in ("received", "delivered", "handed", "registered")]
            for code, row in rows.items()} == wanted
    indicators = cells(section_of(report, "indicator"))
    assert (indicators["K3"]["numerator"], indicators["K3"]["denominator"]) == (len(used), len(oracle.published))
    assert indicators["K3"]["share"] == share(len(used), len(oracle.published))
    for key, place in (("K4", 0), ("K5", 1), ("K5.handed", 2), ("K5.registered", 3)):
        assert indicators[key]["numerator"] == sum(each[place] for each in wanted.values())
        assert indicators[key]["denominator"] is None and indicators[key]["share"] is None
        assert indicators[key]["note"] == "chưa có mẫu số" and indicators[key]["reached"] is None
    assert [indicators[key]["target"] for key in ("K1", "K2", "K3", "K4", "K5")] == [5000, 2000, 5000, 500, 2000]
    assert "mặc định" in indicators["K5"]["name"]


def test_a_branch_sees_what_it_and_those_below_did(year):
    below = {f"Y{n:03d}" for n in range(2, 13)}
    oracle = ReportOracle(year.running, offices=below)
    branch, first, last = year.person("y-branch"), DAY(YEAR, 4, 1), DAY(YEAR, 6, 30)
    assert numbers(show(branch, "volume", f"{YEAR}-Q2"), *VOLUME) == oracle.volume(first, last)
    assert numbers(show(branch, "quality", f"{YEAR}-Q2"), *QUALITY) == oracle.quality(first, last)
    assert set(cells(section_of(show(branch, "volume", f"{YEAR}-Q2"), "office"))) <= below
    show(branch, "volume", f"{YEAR}-Q2", office="Y001", status=422)
    show(branch, "volume", f"{YEAR}-Q2", office="Y020", status=422)
    assert section_of(show(branch, "volume", f"{YEAR}-Q2", office="Y003"), "office")["rows"]


@pytest.mark.parametrize("member, value, column", [
    ("agency", "YA01", "agency"), ("procedure", "9.000003", "procedure"), ("office", "Y002", None),
    ("courier", "buuta005", None)])
def test_what_is_asked_for_narrows(year, member, value, column):
    offices = {f"Y{n:03d}" for n in range(2, 13)} if member == "office" else None
    oracle = ReportOracle(year.running, offices, narrow=lambda leg: column is None or getattr(leg, column) == value)
    if member == "courier":
        # who accepted, and who delivered, are asked for apart
        accepted = ReportOracle(year.running, None, narrow=lambda leg: leg.accepted_by == value)
        ended = ReportOracle(year.running, None, narrow=lambda leg: leg.ended_by == value)
        first, last = DAY(YEAR, 1, 1), DAY(YEAR, 12, 31)
        wanted = accepted.volume(first, last)["total", ""][:2] + ended.volume(first, last)["total", ""][2:6]
        found = numbers(show(year.person("y-chief"), "volume", f"{YEAR}", courier=value), *VOLUME)["total", ""]
        assert found[:6] == wanted and sum(wanted) > 0
        return
    wanted = oracle.volume(DAY(YEAR, 1, 1), DAY(YEAR, 12, 31))
    assert numbers(show(year.person("y-chief"), "volume", f"{YEAR}", **{member: value}), *VOLUME) == wanted
    assert wanted["total", ""][0] > 0


def test_an_officer_sees_the_plan_of_its_own_agency_and_nothing_else(year, oracle):
    officer = year.person("y-officer")
    report = show(officer, "plan", f"{YEAR}-Q1")
    wanted, _ = oracle.plan(DAY(YEAR, 1, 1), DAY(YEAR, 3, 31))
    rows = cells(section_of(report, "agency"))
    assert set(rows) == {"YA03"} and rows["YA03"]["received"] == wanted["YA03"][0]
    for name in ("volume", "quality", "out_of_hours", "quarterly"):
        show(officer, name, f"{YEAR}-Q1", status=403)
    show(officer, "plan", f"{YEAR}-Q1", agency="YA04", status=422)
    order = {"id": uuid7(), "period": f"{YEAR}-Q1"}
    assert officer.post("/v1/reports/plan/freeze", order).status_code == 403
    assert year.person("y-clerk").get("/v1/reports/plan", params={"period": f"{YEAR}-Q1"}).status_code == 403


def test_an_empty_period_is_a_report_of_nothing(year):
    chief = year.person("y-chief")
    for name in ("plan", "volume", "quality", "out_of_hours", "quarterly"):
        report = show(chief, name, f"{YEAR - 3}-Q2")
        shown = [cell for section in report["sections"] for row in section["rows"] for column, cell in
                 zip(section["columns"], row["cells"]) if column["kind"] == "share" and column["key"] != "target"]
        assert all(cell in (None, 0) for cell in shown), "no share of nothing"
        for format in ("csv", "xlsx", "pdf"):
            assert show(chief, name, f"{YEAR - 3}-Q2", format=format).content


HOSTILE = [{}, {"period": ""}, {"period": "2026-Q5"}, {"period": "2026-Q1'--"}, {"period": "1999"}, {"period": "9" * 50},
           {"period": "2026-Q1", "cut": "16"}, {"period": "2026-Q1", "format": "exe"}, {"period": "2026-Q1", "office": "Y1' OR 1=1"},
           {"period": "2026-Q1", "agency": "NOWHERE"}, {"period": "2026-Q1", "procedure": "0"}, {"period": "2026-Q1", "courier": "quay001"},
           {"period": "2026-Q1", "courier": "x" * 300}, {"period": "2026-Q1", "separator": "tab"}, {"period": "2026-Q1", "evil": "1"}]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_parameters_are_refused(year, query):
    reply = year.person("y-chief").get("/v1/reports/volume", params=query, valid=False)
    assert reply.status_code == 422, reply.text
    assert year.person("y-chief").get("/v1/reports/nothing", params=query, valid=False).status_code in (404, 422)


# -- what is behind a number

def test_every_number_can_be_followed_to_its_items(year):
    chief, dice = year.person("y-chief"), random.Random(SEED)
    checked = 0
    for name in ("volume", "quality"):
        report = show(chief, name, f"{YEAR}-03")
        for section in report["sections"]:
            rows = cells(section)
            for key in dice.sample(sorted(rows), min(3, len(rows))):
                for column in section["columns"]:
                    wanted = rows[key][column["key"]]
                    if not column["figure"] or (section["by"] is None and section["key"] != "total") or wanted > 2000:
                        continue
                    narrow = {section["by"]: key} if section["by"] else {}
                    items = follow(chief, name, period=f"{YEAR}-03", figure=column["figure"], **narrow)
                    assert len(items) == wanted, (name, section["key"], key, column["key"])
                    assert len({item["item_code"] for item in items}) == len(items)
                    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
                    checked += 1
    assert checked > 50
    plan = cells(section_of(show(chief, "plan", f"{YEAR}-03"), "indicator"))
    for key, figure in (("K4", "received"), ("K5", "result_delivered"), ("K5.handed", "result_handed"),
                        ("K5.registered", "result_registered")):
        if plan[key]["numerator"] <= 2000:
            items = follow(chief, "plan", period=f"{YEAR}-03", figure=figure)
            assert len({item["dossier"] for item in items}) == plan[key]["numerator"], key


@pytest.mark.parametrize("name, login, narrow", [
    ("volume", "y-chief", {}), ("quality", "y-chief", {}), ("volume", "y-chief", {"office": "Y002"}), ("volume", "y-branch", {})])
def test_an_offices_number_is_followed_to_what_that_office_did(year, name, login, narrow):
    """Also of those that have offices below them, whose numbers stand in rows of their own."""
    who = year.person(login)
    section = section_of(show(who, name, f"{YEAR}-03", **narrow), "office")
    rows, checked = cells(section), 0
    for code in sorted({"Y001", "Y002", "Y003"} & set(rows)):
        for column in section["columns"]:
            if column["figure"]:
                ask = {**narrow, section["by"]: code, "period": f"{YEAR}-03", "figure": column["figure"]}
                items = follow(who, name, **ask)
                assert len(items) == rows[code][column["key"]], (code, column["key"])
                assert {item["office"] for item in items} <= {code}
                checked += 1
    assert checked >= 12 and any(rows[code][section["columns"][2]["key"]] for code in ("Y002", "Y003"))


def test_an_office_out_of_sight_has_nothing_to_follow(year):
    ask = {"period": f"{YEAR}-03", "figure": "accepted"}
    assert follow(year.person("y-chief"), "volume", at_office="Y020", **ask)
    for place in ({"at_office": "Y020"}, {"at_office": "Y001"}, {"office": "Y003", "at_office": "Y002"}, {"at_office": "NOWHERE"}):
        assert follow(year.person("y-branch"), "volume", **ask, **place) == []


def test_a_look_at_the_items_is_written_down_and_names_nobody(year):
    before = year.running.sql("SELECT count(*) FROM view_log WHERE what = 'report'")[0][0]
    reply = year.person("y-chief").get("/v1/reports/volume/dossiers", params={
        "period": f"{YEAR}-03", "figure": "accepted", "limit": 5})
    assert len(reply.json()["items"]) == 5 and "Người" not in reply.text
    assert year.running.sql("SELECT count(*) FROM view_log WHERE what = 'report'")[0][0] == before + 1


@pytest.mark.parametrize("query", [
    {"figure": "nothing"}, {}, {"figure": "accepted", "kind": "x"}, {"figure": "accepted", "day": "2020-01-01"},
    {"figure": "accepted", "day": "yesterday"}, {"figure": "accepted", "limit": "201"}])
def test_hostile_questions_for_items_are_refused(year, query):
    reply = year.person("y-chief").get("/v1/reports/volume/dossiers", params={"period": f"{YEAR}-03", **query}, valid=False)
    assert reply.status_code == 422
    bad = {"period": f"{YEAR}-03", "figure": "accepted", "cursor": "zzz"}
    assert year.person("y-chief").get("/v1/reports/volume/dossiers", params=bad, valid=False).status_code == 400
