"""Two daemons on one database, held by locks of the test's own at the worst moment."""

import threading

import pytest

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


def sessions_behind(standalone, holder):
    query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    return standalone.sql(query, holder.connection.info.backend_pid)[0][0]


def test_a_dossier_in_other_hands_is_waited_for_without_a_lock(standalone, world, second):
    """Two daemons have scans for it. Neither waits in the database, where it would hold up others; both come through."""
    first, item = world.person("clerk"), new_item()
    first.send(scan("accepted", item, moment(0), **FIRST_LEG))
    holder = Holder(standalone, item)
    sent = [Sending(client, scan("note", item, moment(1 + at), note="a")) for at, client in enumerate((first, second))]
    other = new_item()
    assert first.send(scan("note", other, moment(2), note="b")).json()[0]["verdict"] == "unknown_item"
    assert sessions_behind(standalone, holder) == 0
    assert all(one.is_alive() for one in sent)
    holder.let_go()
    assert [one.verdicts() for one in sent] == [["recorded"]] * 2
    oracle = Oracle(standalone).narrow(item, other)
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
