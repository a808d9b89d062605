"""Two daemons on one database, held by locks of the test's own at the worst moment."""

import threading

import pytest

from lib import wait
from lib.api import Api, scan
from lib.hosod import Hosod
from lib.oracle import Oracle
from lib.world import FIRST_LEG, World, moment, new_item


@pytest.fixture
def world(standalone):
    made = World(standalone)
    yield made
    made.close()


@pytest.fixture
def second(standalone, world):
    """A client of another daemon on the same database."""
    with Hosod(standalone) as hosod:
        client = Api(hosod.url, hosod.ca)
        client.token = world.token()
        yield client
        client.close()


class Holder:
    """Holds the row of an item's dossier until it is let go."""

    def __init__(self, standalone, item):
        self.connection = standalone.connect()
        self.connection.execute("BEGIN")
        self.connection.execute(
            "SELECT d.id FROM dossier d JOIN leg l ON l.dossier_id = d.id WHERE l.item_code = %s FOR UPDATE OF d",
            (item,),
        )

    def let_go(self):
        self.connection.execute("COMMIT")
        self.connection.close()


class Sending(threading.Thread):
    def __init__(self, client, *scans):
        super().__init__(daemon=True)
        self.client, self.scans, self.results = client, scans, None
        self.start()

    def run(self):
        self.results = self.client.send(*self.scans).json()

    def verdicts(self):
        self.join(20)
        return [result.get("verdict", result.get("error")) for result in self.results]


def wait_for_waiting(standalone, holder, count):
    """@count of hosod's sessions wait behind @holder, at once or in a row."""
    query = (
        "WITH RECURSIVE behind AS ("
        " SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        " UNION SELECT a.pid FROM pg_stat_activity a JOIN behind b ON b.pid = ANY(pg_blocking_pids(a.pid)))"
        " SELECT count(*) FROM behind"
    )
    pid = holder.connection.info.backend_pid
    wait.until(lambda: standalone.sql(query, pid) == [(count,)], 10, f"{count} sessions behind the holder")


def test_a_dossier_that_comes_into_being_behind_the_lock_is_not_written_unlocked(standalone, world, second):
    """
    The first daemon waits for a lock; meanwhile an item of the same batch is accepted elsewhere, and scanned once
    more. What the first one then reads it has not locked, so it must not write it.
    """
    first, old, new = world.person("clerk"), new_item(), new_item()
    first.send(scan("accepted", old, moment(0), **FIRST_LEG))
    holds_old = Holder(standalone, old)
    # The first scan flies alone; the two behind it are one batch.
    notes = [scan("note", item, moment(2), note="a") for item in (new_item(), old, new)]
    batch = Sending(first, *notes)
    wait_for_waiting(standalone, holds_old, 1)

    second.send(scan("accepted", new, moment(0), **FIRST_LEG))
    holds_new = Holder(standalone, new)
    rival = Sending(second, scan("arrived", new, moment(1)))
    wait_for_waiting(standalone, holds_new, 1)
    holds_old.let_go()
    wait_for_waiting(standalone, holds_new, 2)
    holds_new.let_go()

    assert batch.verdicts() == ["unknown_item", "recorded", "recorded"]
    assert rival.verdicts() == ["recorded"]
    oracle = Oracle(standalone).narrow(old, new)
    oracle.check_sequences()
    oracle.check_chains()


def test_two_daemons_meet_a_new_item_at_once(standalone, world, second):
    first = world.person("clerk")
    items = [new_item() for _ in range(20)]
    for item in items:
        sent = [Sending(client, scan("note", item, moment(at), note="a")) for at, client in enumerate((first, second))]
        assert [one.verdicts() for one in sent] == [["unknown_item"]] * 2
        assert standalone.sql("SELECT count(*) FROM leg WHERE item_code = %s", item) == [(1,)]
    oracle = Oracle(standalone).narrow(*items)
    oracle.check_sequences()
    oracle.check_chains()


def test_a_lock_held_for_long_is_waited_for(standalone, world):
    """Longer than the lock time-out: the batch comes again, and the client hears of nothing but its verdict."""
    clerk, item = world.person("clerk"), new_item()
    clerk.send(scan("accepted", item, moment(0), **FIRST_LEG))
    holder = Holder(standalone, item)
    sent = Sending(clerk, scan("arrived", item, moment(1)))
    sent.join(3)
    assert sent.is_alive()
    holder.let_go()
    assert sent.verdicts() == ["recorded"]
    assert standalone.sql("SELECT count(*) FROM quarantine WHERE item_code = %s", item) == [(0,)]
