"""A device's clock that is off: measured with each request, recorded when it changes, told beside its events, never a reason to refuse."""

import concurrent.futures
import datetime
import time

import pytest

from lib import wait
from lib.api import Api, rfc3339, scan, uuid7
from lib.hosod import Hosod
from lib.world import FIRST_LEG, PROCEDURE, World, new_dossier_code, new_item

HEADER = "Hoso-Device-Time"
MINUTE_S = 60
DAY_S = 86400


@pytest.fixture(scope="module")
def world(standalone, contract):
    made = World(standalone, contract)
    yield made
    made.close()


class Device:
    """A device with a clock that is off by @off_s; of a session, and so a name, of its own."""

    def __init__(self, world, name, off_s=0.0, url=None, account="clerk"):
        self.world, self.name, self.off_s = world, name, off_s
        self.client = Api(url or world.running.url, world.running.ca, world.contract)
        reply = self.client.post("/v1/session", {"account": account, "password": world.password, "device": name})
        self.client.token = reply.json()["token"]

    def scan(self, item=None, ago_s=0.0):
        return scan("accepted", item or new_item(), rfc3339(self.off_s - ago_s), **FIRST_LEG)

    def send(self, *scans, said=None):
        reply = self.client.send(*scans, headers={HEADER: rfc3339(self.off_s) if said is None else said})
        assert reply.status_code == 200, reply.text
        return reply.json()

    def kept(self):
        """The offsets that are recorded, in seconds, rounded to those that the test set."""
        rows = self.world.running.sql("SELECT offset_ms FROM device_clock WHERE device = %s ORDER BY noted_at", self.name)
        return [round(offset_ms / 10_000) * 10 for (offset_ms,) in rows]

    def until_kept(self, *offsets_s):
        wait.until(lambda: self.kept() == list(offsets_s), what=f"{offsets_s} recorded of {self.name}, after {self.kept()}")

    def told(self, item):
        (event,) = self.client.get(f"/v1/dossiers/{item}").json()["events"]
        return event


@pytest.fixture
def device(world, request):
    made = []

    def make(off_s=0.0, url=None, name=None, account="clerk"):
        made.append(Device(world, name or f"{request.node.name}", off_s, url, account))
        return made[-1]

    yield make
    for one in made:
        one.client.close()


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def is_near(text, seconds_from_now):
    return abs(at(text) - time.time() - seconds_from_now) < 20


@pytest.mark.parametrize("off_s, ago_s", [(7 * MINUTE_S, 3 * MINUTE_S), (-DAY_S, 0)], ids=["fast", "slow"])
def test_a_clock_that_is_off_is_recorded_once_and_told(device, off_s, ago_s):
    its = device(off_s)
    first = its.scan(ago_s=ago_s)
    assert its.send(first)[0]["verdict"] == "recorded"
    its.until_kept(off_s)
    for _ in range(3):
        assert its.send(first)[0]["replayed"]
    second = its.scan(ago_s=ago_s)
    assert its.send(second)[0]["verdict"] == "recorded"
    for made in (first, second):
        event = its.told(made["code"])
        assert event["occurred_at"] == made["occurred_at"], "what was claimed stays"
        assert abs(event["device_clock"]["offset_s"] - off_s) < 20
        assert is_near(event["device_clock"]["corrected_at"], -ago_s), event
    its.off_s = 0
    third = its.scan()
    assert its.send(third)[0]["verdict"] == "recorded"
    its.until_kept(off_s, 0)
    assert "device_clock" not in its.told(third["code"])
    assert "device_clock" in its.told(first["code"]), "it was off then"


def test_what_was_refused_stays_refused_and_nothing_else_is(device):
    its = device(7 * MINUTE_S)
    ahead, fine = its.scan(), its.scan(ago_s=3 * MINUTE_S)
    refused, taken = its.send(ahead, fine)
    assert (refused["error"], taken["verdict"]) == ("event_in_future", "recorded")
    its.until_kept(7 * MINUTE_S)


def test_a_right_clock_writes_nothing_and_says_nothing(device):
    its = device()
    made = its.scan()
    for _ in range(3):
        its.send(made)
    assert "device_clock" not in its.told(made["code"])
    its.off_s = 7 * MINUTE_S  # what comes behind shows that nothing was recorded before
    wait.until(lambda: its.send(its.scan(ago_s=3 * MINUTE_S)) and its.kept(), what="the offset recorded")
    assert its.kept() == [7 * MINUTE_S]


def test_a_manifests_lines_measure_it_too(device):
    its = device(7 * MINUTE_S)
    made = its.client.post("/v1/manifests", {"id": uuid7(), "kind": "bag", "next_office": "KT2"})
    assert made.status_code in (200, 201), made.text
    reply = its.client.post(f"/v1/manifests/{made.json()['id']}/lines", [{**its.scan(ago_s=3 * MINUTE_S), "data": {}}], headers={HEADER: rfc3339(its.off_s)})
    assert reply.status_code == 200, reply.text
    its.until_kept(7 * MINUTE_S)


def step(its, code, ago_s=0.0, **data):
    body = {"event_id": uuid7(), "kind": "result_ready", "occurred_at": rfc3339(its.off_s - ago_s), "data": data}
    return its.client.post(f"/v1/dossiers/{code}/steps", body, headers={HEADER: rfc3339(its.off_s)})


def test_an_officers_step_measures_it_and_is_told_beside_it(device):
    its, code = device(7 * MINUTE_S, account="officer"), new_dossier_code()
    made = {"result_kind": "Giấy phép", "procedure": PROCEDURE, "receiver": {"name": "Nguyễn Văn An"}}
    ahead = step(its, code, **made)
    assert (ahead.status_code, ahead.json()["error"]) == (422, "event_in_future"), "what was refused stays refused, and has told of the clock"
    its.until_kept(7 * MINUTE_S)
    assert step(its, code, ago_s=3 * MINUTE_S, **made).status_code == 200
    event = its.told(code)
    assert abs(event["device_clock"]["offset_s"] - 7 * MINUTE_S) < 20 and is_near(event["device_clock"]["corrected_at"], -3 * MINUTE_S), event


@pytest.mark.parametrize("said", ["", "garbage", "2026-11-23T03:00:00", "2026-02-30T03:00:00Z", "9999-12-31T23:59:59Z", "1" * 4000, "\"';--"],
                         ids=["empty", "word", "no zone", "no day", "too late", "long", "quotes"])
def test_what_is_no_time_stops_no_scan(device, said):
    its = device()
    made = its.scan()
    assert its.send(made, said=said)[0]["verdict"] == "recorded"
    assert "device_clock" not in its.told(made["code"])
    its.off_s = 7 * MINUTE_S  # what comes behind shows that nothing was recorded before
    its.send(its.scan(ago_s=3 * MINUTE_S))
    its.until_kept(7 * MINUTE_S)


@pytest.mark.parametrize("said", ["2100-01-01T00:00:00.000Z", "2000-01-01T00:00:00Z", rfc3339(5 * 365 * DAY_S), rfc3339(-5 * 365 * DAY_S)],
                         ids=["2100", "2000", "5 years on", "5 years back"])
def test_a_clock_that_was_set_since_corrects_nothing(device, said):
    """The scan's time is a likely one, the clock's at its sending is not: what the first one was worth nobody knows."""
    its = device()
    its.send(its.scan(), said=said)
    wait.until(its.kept, what="the offset recorded")
    made = its.scan()
    assert its.send(made, said=said)[0]["verdict"] == "recorded"
    clock = its.told(made["code"])["device_clock"]
    assert clock["corrected_at"] is None and abs(clock["offset_s"] - (at(said) - time.time())) < 60


def test_no_scan_waits_for_it(device, standalone, world):
    its = device(7 * MINUTE_S)
    ((account,),) = standalone.sql("SELECT id FROM account WHERE account = 'clerk'")
    with standalone.connect() as held:
        held.execute("BEGIN")
        held.execute("SELECT pg_advisory_xact_lock(7236003, hashtext(%s))", (f"{account}/{its.name}",))
        assert its.send(its.scan(ago_s=3 * MINUTE_S))[0]["verdict"] == "recorded"
        assert its.kept() == []
        held.execute("COMMIT")
    its.until_kept(7 * MINUTE_S)


def test_two_daemons_that_hear_of_it_at_once_record_it_once(device, standalone):
    with Hosod(standalone) as other:
        here = device(7 * MINUTE_S)
        there = device(7 * MINUTE_S, url=other.url)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in range(5):
                list(pool.map(lambda its: its.send(its.scan(ago_s=3 * MINUTE_S)), (here, there)))
        here.off_s = -DAY_S
        here.send(here.scan())
        here.until_kept(7 * MINUTE_S, -DAY_S)


def test_a_daemon_that_begins_anew_knows_what_is_recorded(device, standalone):
    """The clock was put right while no daemon remembered that it had been wrong."""
    its = device(-DAY_S)
    its.send(its.scan())
    its.until_kept(-DAY_S)
    with Hosod(standalone) as other:
        there = device(0, url=other.url)
        made = there.scan()
        there.send(made)
        there.until_kept(-DAY_S, 0)
        again = there.scan()
        there.send(again)
        assert "device_clock" not in there.told(again["code"])
