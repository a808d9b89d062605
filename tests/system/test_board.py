"""The live board: one question to the database for all who look on, each sees their offices and below, and nothing twice."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import pytest

from lib import browser, places, wait
from lib.api import Api, rfc3339, scan
from lib.events import Events
from lib.hosod import Hosod
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, World, new_item


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        made.hire("chief1", "supervisor", "KT1")
        made.hire("chief2", "supervisor", "KT2")
        yield made
        made.close()


def record(world, who, *scans, url=None):
    reply = world.person(who).send(*scans)
    assert {result["verdict"] for result in reply.json()} == {"recorded"}, reply.text


def take_in(world, who="clerk", count=1, at=None):
    items = [new_item() for _ in range(count)]
    record(world, who, *[scan("accepted", item, at, **FIRST_LEG) for item in items])
    return items


def sees(events, items):
    return events.until(lambda: set(items) <= set(events.codes()), f"{items} on the board, not {events.codes()[-5:]}")


@contextlib.contextmanager
def looking(world, who="chief", last=None, url=None):
    with Events(world.person(who), last, url) as events:
        assert events.reply.status_code == 200
        events.until(lambda: events.events, "the first event")
        yield events


# -- what is shown


def test_it_begins_with_the_whole_picture_and_goes_on_with_what_comes(world):
    before = take_in(world)
    with looking(world) as events:
        assert events.events[0]["event"] == "board"
        sees(events, before)
        assert events.reply.headers["content-type"].startswith("text/event-stream")
        assert events.reply.headers["x-accel-buffering"] == "no" and events.reply.headers["cache-control"] == "no-store"
        assert events.retry_ms == 3000
        counts = events.counts()
        item, other = take_in(world, count=2)
        sees(events, [item, other])
        record(world, "clerk", scan("delivered", item, **TO_AGENCY))
        events.until(lambda: events.counts()["handed_over"] == counts["handed_over"] + 1, "the hand-over is counted")
        assert events.counts()["taken_in"] == counts["taken_in"] + 2
        # In the order in which it became visible, each once.
        shown = [(handover["item_code"], handover["kind"]) for handover in events.of("handover")]
        assert shown == [(item, "accepted"), (other, "accepted"), (item, "delivered")] or \
            sorted(shown[:2]) == sorted([(item, "accepted"), (other, "accepted")]) and shown[2:] == [(item, "delivered")]


@contextlib.contextmanager
def fresh(world, who="chief"):
    """A client of a daemon that has just begun: what is open is counted at once, and not with the next ten seconds."""
    with Hosod(world.running) as own:
        client = Api(own.url, own.ca, world.contract)
        client.token = world.token(who)
        yield client
        client.close()


def test_it_is_what_the_database_says(world):
    take_in(world, count=3)
    with fresh(world) as client:
        board = client.get("/v1/board").json()
    (taken, over), = world.running.sql(
        "SELECT count(*) FILTER (WHERE kind = 'accepted'), count(*) FILTER (WHERE kind = 'delivered') FROM hoso.event"
        " WHERE verdict IN ('recorded', 'late') AND (occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
        "  = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
    (waiting,), = world.running.sql("SELECT count(*) FROM hoso.leg WHERE state IN ('accepted', 'arrived', 'attempt_failed', 'held')")
    counts = board["counts"]
    assert (counts["taken_in"], counts["handed_over"], counts["waiting"], counts["partial"]) == (taken, over, waiting, False)
    last = world.running.sql("SELECT item_code FROM hoso.event WHERE kind IN ('accepted', 'delivered') ORDER BY txid DESC, id DESC LIMIT 20")
    assert [handover["item_code"] for handover in board["handovers"]] == [code for (code,) in last]


def test_what_is_late_and_what_the_portal_has_not_taken_is_counted(world):
    item, = take_in(world)
    world.running.sql("UPDATE hoso.leg SET state_at = now() - interval '3 days' WHERE item_code = %s", item)
    world.running.sql("UPDATE hoso.outbox SET state = 'ready', created_at = '2026-01-02T03:04:05Z' WHERE item_code = %s", item)
    try:
        with fresh(world, "chief1") as client:
            counts = client.get("/v1/board").json()["counts"]
            client.token = world.token("chief2")
            others = client.get("/v1/board").json()["counts"]
    finally:
        lines = world.running.sql("SELECT count(*) FROM hoso.outbox WHERE item_code = %s", item)[0][0]
        world.running.sql("UPDATE hoso.outbox SET state = 'waiting_code' WHERE item_code = %s", item)
    assert counts["late"] == 1 and others["late"] == 0
    assert counts["portal_waiting"] >= lines and others["portal_waiting"] == 0
    assert lines > 0 and counts["portal_oldest_at"] == "2026-01-02T03:04:05.000Z"


# -- who sees what


def test_each_sees_their_office_and_below_and_nothing_else(world):
    here, = take_in(world, "clerk")
    there, = take_in(world, "clerk2")
    with looking(world, "chief") as top, looking(world, "chief1") as one, looking(world, "chief2") as two:
        sees(top, [here, there])
        sees(one, [here])
        sees(two, [there])
        new_here, = take_in(world, "clerk")
        new_there, = take_in(world, "clerk2")
        sees(top, [new_here, new_there])
        sees(one, [new_here])
        sees(two, [new_there])
        assert not {there, new_there} & set(one.codes()) and not {here, new_here} & set(two.codes())
        assert {handover["office"]["code"] for handover in one.of("handover")} == {"KT1"}
        assert one.counts()["taken_in"] + two.counts()["taken_in"] <= top.counts()["taken_in"]


@pytest.mark.parametrize("who", ["clerk", "courier", "officer"])
@pytest.mark.parametrize("path", ["/v1/board", "/v1/stream"])
def test_it_is_for_supervisors(world, who, path):
    assert world.person(who).get(path).status_code == 403


def test_nobodys_name_is_on_it(world):
    take_in(world)
    text = world.person("chief").get("/v1/board").text
    for private in ("Nguyễn Văn An", "0912345678", "Lê Lợi", "Người"):
        assert private not in text


# -- going on


def test_who_comes_back_gets_what_came_since_and_nothing_twice(world):
    with looking(world) as events:
        sees(events, take_in(world))
        last = events.last
    items = take_in(world, count=3)
    with looking(world, last=last) as events:
        sees(events, items)
        assert not events.of("board") and sorted(events.codes()) == sorted(items)
        last = events.last
    # More than is kept: the whole picture again.
    more = take_in(world, count=30)
    with Events(world.person("chief"), last) as events:
        whole = events.until(lambda: events.of("board"), "the whole picture")[-1]["handovers"]
        assert len(whole) == 20 and {handover["item_code"] for handover in whole} <= set(more)


@pytest.mark.parametrize("last", ["x", "1-", "-1-018f0000-0000-7000-8000-000000000000", "99999999999999999999-x", "1" * 500])
def test_a_last_event_id_that_is_none_is_a_beginning(world, last):
    with looking(world, last=last) as events:
        assert events.events[0]["event"] == "board"


def test_another_daemon_on_the_same_database_shows_the_same(world):
    with Hosod(world.running) as other, looking(world, url=other.url) as there, looking(world) as here:
        items = take_in(world)  # recorded by the one
        sees(here, items)
        sees(there, items)
        client = Api(other.url, other.ca, None)
        client.login("clerk2", world.password)
        item = new_item()
        assert client.send(scan("accepted", item, **FIRST_LEG)).json()[0]["verdict"] == "recorded"
        client.close()
        sees(here, [item])
        sees(there, [item])
        assert here.last == there.last  # so that a reader may change from one to the other


@pytest.mark.slow
def test_many_who_look_on_cost_the_database_no_more_than_one(world):
    """Transactions of three seconds, beside one reader and beside 22; asked for each, there would be 21 a second more."""
    def commits():
        return world.running.sql("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")[0][0]

    def measure():
        before, began = commits(), time.monotonic()
        wait.until(lambda: time.monotonic() - began >= 3, 10, "three seconds")
        return (commits() - before) / (time.monotonic() - began)

    with contextlib.ExitStack() as stack:
        stack.enter_context(looking(world))
        alone = measure()
        for who in ("chief", "chief1", "chief2"):
            for _ in range(7):
                stack.enter_context(looking(world, who))
        # What opened the streams is counted when its backend reports it: one with nothing to do, up to ten seconds later.
        together = []
        while len(together) < 5 and (not together or together[-1] - alone >= 10):
            together.append(measure())
    print(f"{alone:.1f} and {', '.join(f'{rate:.1f}' for rate in together)} transactions a second")
    assert together[-1] - alone < 10


def test_who_polls_finds_the_answer_ready(world):
    """An office that somebody asks from again and again is not asked for anew: the answer is there at once."""
    chief = world.person("chief2")
    assert chief.get("/v1/board").status_code == 200
    seconds = []
    for _ in range(20):
        began = time.monotonic()
        assert chief.get("/v1/board").status_code == 200
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[10] < 0.2, seconds  # far below a second, which is how often the database is asked


# -- bounds


def test_a_person_has_so_many_streams_and_then_polls(world):
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(looking(world)) for _ in range(8)]
        with Events(world.person("chief")) as ninth:
            assert ninth.reply.status_code == 503 and int(ninth.reply.headers["retry-after"]) > 0
            assert ninth.reply.json()["error"] == "busy"
        assert world.person("chief").get("/v1/board").status_code == 200
        with looking(world, "chief1"):
            pass
        streams[0].close()

        def one_more():
            with Events(world.person("chief")) as again:
                return again.reply.status_code == 200

        wait.until(one_more, 5, "a place that somebody has left")


def test_a_stream_ends_with_its_session_and_with_its_account(world):
    """Long before its minute is over; and nobody else's ends."""
    world.hire("leaver", "supervisor", "KT1")
    with contextlib.ExitStack() as stack:
        out, other, leaver = (Api(world.running.url, world.running.ca, world.contract) for _ in range(3))
        for client, login in ((out, "chief1"), (other, "chief1"), (leaver, "leaver")):
            client.login(login, world.password)
        signed_out, stays, disabled = (stack.enter_context(Events(client)) for client in (out, other, leaver))
        for events in (signed_out, stays, disabled):
            events.until(lambda e=events: e.events, "the first event")
        began = time.monotonic()
        assert out.delete("/v1/session").status_code in (200, 204)
        assert world.person("chief1").post("/v1/accounts/leaver/disable").status_code == 200
        assert signed_out.ended.wait(15) and disabled.ended.wait(15 - (time.monotonic() - began))
        sees(stays, take_in(world))
        assert not stays.ended.is_set()
        for client in (out, other, leaver):
            client.close()


@pytest.mark.slow
def test_a_silent_stream_has_a_heartbeat(world):
    with looking(world, "chief2") as events:
        events.until(lambda: events.comments > 0, "a heartbeat", 20)


# -- the database is away, the daemon stops


def test_when_the_database_is_away_it_is_said_and_it_goes_on_by_itself(world):
    with looking(world) as events:
        world.running.kill_postgres()
        events.until(lambda: events.of("away"), "away is told", 20)
        assert events.of("away")[0]["error"] == "database_down"
        world.running.wait_ready()
        sees(events, take_in(world))
        assert events.events[-1]["event"] != "away"


def test_a_daemon_that_stops_ends_its_streams_at_once(world):
    with Hosod(world.running) as own:
        with looking(world, url=own.url) as events:
            own.process.send_signal(signal.SIGTERM)
            assert own.process.wait(8) == 0
            assert events.ended.wait(5)


def test_who_is_gone_leaves_nothing_behind(world):
    with Hosod(world.running) as own:
        folder = f"/proc/{own.pid}/fd"
        before = len(os.listdir(folder))
        for _ in range(12):
            with looking(world, url=own.url):
                pass
        wait.until(lambda: len(os.listdir(folder)) <= before + 1, 10, "descriptors are back")


# -- in a browser

NODE = int((shutil.which("node") and subprocess.run(["node", "--version"], capture_output=True, text=True).stdout or "v0")[1:].split(".")[0])


def serve_orders(world, orders, process):
    """The browser asks for one item more by a line in @orders; its code is the answer."""
    done = 0
    while process.poll() is None:
        for _ in range(orders.read_text().count("\n") - done):
            done += 1
            made = orders.with_name("made")
            made.write_text(take_in(world)[0])
            made.rename(f"{orders}.{done}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_in_a_browser(world, tmp_path):
    orders, said = tmp_path / "orders", tmp_path / "said"
    orders.touch()
    environment = {**os.environ, "HOSO_BUILD": str(places.BUILD), "HOSO_URL": world.running.url, "HOSO_PASSWORD": world.password,
                   "HOSO_ORDERS": str(orders), "HOSO_SCREENS": str(places.BUILD / "tests" / "web" / "screens")}
    with said.open("wb") as out:
        process = subprocess.Popen([places.ROOT / "tests" / "web" / "run", "board"], stdout=out, stderr=out, env=environment)
        try:
            serve_orders(world, orders, process)
        finally:
            process.kill()
    assert process.returncode == 0, said.read_text()[-6000:]
