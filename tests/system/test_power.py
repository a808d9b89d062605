"""
The power goes in the middle of the work; afterwards nothing that was acknowledged is lost, doubled or out of order.

Whoever remembers what was acknowledged is this process: its memory is not on the disk that dies. Controls that do not
flush must lose, or the rig proves nothing. The seed is printed; HOSO_SEED repeats it. HOSO_LONG=n: n times the cuts.
"""

import contextlib
import os
import pathlib
import subprocess
import threading
import time

import pytest

from lib import table, wait
from lib.api import Api
from lib.hosod import portal_settings
from lib.load import Load
from lib.oracle import Oracle
from lib.power_rig import LONG, SEED, StandaloneOnRig, dice, limit, rig
from lib.sim import PortalSim
from lib.world import World

CUTS = 3 * LONG
SETUP_CUTS = LONG
CLIENTS = 8
LIVES = 5  # each, for each cut: 40 dossiers, about 560 scans
LEASE_S = limit("OUTBOX_LEASE_MS") / 1000
CONTROL_TRIES = 5  # a cut that happens to lose nothing says nothing

pytestmark = [pytest.mark.slow]


# --- the rig itself


def test_the_rig_forgets_what_was_not_flushed_and_nothing_else(rig):
    def write(name, flush):
        with (rig.mount / name).open("wb") as file:
            file.write(name.encode() * 5000)
            file.flush()
            if flush:
                os.fsync(file.fileno())

    write("flushed", True)
    write("not flushed", False)
    rig.cut()
    rig.restore()
    assert (rig.mount / "flushed").read_bytes() == b"flushed" * 5000
    kept = rig.mount / "not flushed"
    assert not kept.exists() or kept.read_bytes() == b""


# --- hosod and PostgreSQL


class Office:
    """hosod and PostgreSQL on the rig, clients elsewhere, and a portal elsewhere if one is given."""

    def __init__(self, rig, dice, portal=None):
        self.dice, self.portal = dice, portal
        self.answers = {}
        self.running = StandaloneOnRig(rig).start()
        if portal:
            self.running.settings = portal_settings(self.running, portal, dice.choice(["dvcqg", "webhook"]))
            self.running.stop()
            self.running.start()
        self.world = World(self.running)
        self.world.token()
        # A new office's files have long been on the disk when the day's work begins.
        rig.sync()

    def close(self):
        self.world.close()
        self.running.close()

    def load(self):
        return Load([self.running.url], self.world, CLIENTS, LIVES, self.dice.randrange(1_000_000))

    def wait_share(self, load, share):
        wait.until(lambda: load.answered() >= share * load.total, 100, f"{share:.0%} of the load", every=0.003)

    def checkpoint(self):
        """In the background: the cut may then strike while pages are being written."""

        def work():
            with contextlib.suppress(Exception):
                self.running.sql("CHECKPOINT")

        threading.Thread(target=work, daemon=True).start()

    def cut_while_it_starts(self):
        """The power comes back, and goes again in the middle of the recovery or soon after."""

        def cut():
            with contextlib.suppress(AssertionError):
                wait.until(lambda: "postgres" in self.commands(), 20, "PostgreSQL's start", every=0.01)
            time.sleep(delay_s)
            self.running.cut()

        delay_s = self.dice.uniform(0, 0.5)
        self.running.rig.restore()
        cutter = threading.Thread(target=cut)
        cutter.start()
        with contextlib.suppress(AssertionError):
            self.running.start()
        cutter.join()

    def commands(self):
        found = set()
        for pid in self.running.rig.users():
            with contextlib.suppress(OSError):
                found.add(pathlib.Path(f"/proc/{pid}/comm").read_text().strip())
        return found

    def lost(self, answers):
        """Which of @answers (event id: what the client was told) have no event."""
        ids = list(answers)
        rows = self.running.sql("SELECT id::text FROM event WHERE id = ANY(%s::uuid[])", ids)
        return set(ids) - {event_id for (event_id,) in rows}

    def drain(self):
        wait.until(self._is_drained, 60 * LONG, "an empty outbox", every=0.1)

    def _is_drained(self):
        """What was put off, or was in the hands of a sender that is dead, comes now."""
        self.running.sql(
            "UPDATE outbox SET next_at = now() WHERE state = 'ready' AND lease_until IS NULL"
            " AND next_at > now() + interval '1 second'"
        )
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'") == [(0,)]

    def expire_leases(self):
        """As if the leases of the dead sender had run out already; those of the living one reach further."""
        self.running.sql(
            "UPDATE outbox SET lease_until = now() WHERE lease_until BETWEEN now() AND to_timestamp(%s)",
            self.running.cut_at + LEASE_S,
        )


@pytest.fixture
def office(rig, dice):
    """Makes the office on the rig: office(portal)."""
    made = []

    def make(portal=None):
        made.append(Office(rig, dice, portal))
        return made[-1]

    yield make
    for one in made:
        one.close()


def cut_under_load(office, number):
    """One cut while clients are at work; they keep at it until all is answered. Returns what they were told."""
    with office.load() as load:
        share = office.dice.uniform(0.05, 0.9)
        if number % 3 == 1:
            office.wait_share(load, share * 0.9)
            office.checkpoint()
        office.wait_share(load, share)
        office.running.cut()
        if number % 3 == 2:
            office.cut_while_it_starts()
        office.running.come_back()
        office.expire_leases()
    return load.answers()


def test_a_power_cut_loses_nothing_that_was_acknowledged(office, dice):
    with PortalSim() as portal:
        scene = office(portal)
        cuts, lost = 0, set()
        for number in range(CUTS):
            told = cut_under_load(scene, number)
            scene.answers.update(told)
            lost |= scene.lost(told)
            cuts += 2 if number % 3 == 2 else 1
        table.row("power cut: hosod and PostgreSQL", cuts, lost=len(lost), scans=len(scene.answers), seed=SEED)
        assert lost == set()
        scene.drain()
        Oracle(scene.running).check(scene.answers, portal.applied())


# hosod asks the server before it trusts it, and refuses one like this; so the server lies to it. The names that
# hosod's question uses are found in this schema first, for its role only; the daemon, the load and the count are
# the same as above.
_LIE = """
CREATE SCHEMA lie;
GRANT USAGE ON SCHEMA lie TO hoso_daemon;
CREATE FUNCTION lie.current_setting(name text) RETURNS text LANGUAGE sql AS $$
 SELECT CASE WHEN name IN ('fsync', 'synchronous_commit') THEN 'on' ELSE pg_catalog.current_setting(name) END $$;
CREATE FUNCTION lie.set_config(name text, value text, is_local boolean) RETURNS text LANGUAGE sql AS $$
 SELECT CASE WHEN name = 'synchronous_commit' THEN value ELSE pg_catalog.set_config(name, value, is_local) END $$;
ALTER ROLE hoso_daemon IN DATABASE hoso SET search_path = lie, pg_catalog, hoso;
"""


def make_it_lie(running, setting):
    with running.connect() as connection:
        connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    wait.until(lambda: running.sql(f"SHOW {setting}") == [("off",)], 20, f"{setting} = off")
    # A session that was opened before has pinned what it found then.
    end_sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon'"
    running.sql(end_sessions)
    wait.until(lambda: not running.is_ready(), 20, "hosod's refusal")
    running.sql(_LIE)
    running.sql(end_sessions)
    running.wait_ready()


def cut_and_abandon(scene):
    """
    One cut, after which nobody sends anything again. Returns (what the clients were told, what of it is lost, whether
    the server could be started again).
    """
    with scene.load() as load:
        scene.running.rig.sync()
        scene.wait_share(load, scene.dice.uniform(0.2, 0.6))
        scene.running.cut()
        for client in load.clients:
            client.give_up_at = 0
    told = {event_id: answer for client in load.clients for event_id, answer in client.answers.items()}
    try:
        scene.running.come_back()
    except AssertionError as error:
        print(f"the cluster cannot be started again: {error}")
        return told, set(told), False
    return told, scene.lost(told), True


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
def test_a_server_that_does_not_flush_is_caught(office, setting):
    scene = office()
    make_it_lie(scene.running, setting)
    scene.running.rig.sync()
    cuts, scans, lost, alive = 0, 0, set(), True
    while alive and (cuts < LONG or not lost and cuts < LONG + CONTROL_TRIES):
        told, gone, alive = cut_and_abandon(scene)
        cuts, scans, lost = cuts + 1, scans + len(told), lost | gone
    table.row(f"power cut, control that must lose: {setting}=off", cuts, lost=len(lost), scans=scans, seed=SEED)
    assert lost, "the rig has no teeth"


# --- the set-up, and what only a power cut leaves behind

# What standalone makes, in this order; one of them is there, and a moment later the power is gone.
MILESTONES = ("tls", "ca.pem", "hosod.conf", "pg.new", "pg", "postgres.pid", "first-supervisor", "hosod.pid", "url")


def cut_the_setup(rig, running, milestone, delay_s):
    def cut():
        with contextlib.suppress(AssertionError):
            wait.until((running.folder / milestone).exists, 60, milestone, every=0.005)
        time.sleep(delay_s)
        running.cut()

    cutter = threading.Thread(target=cut)
    cutter.start()
    with contextlib.suppress(AssertionError):
        running.start()
    cutter.join()
    rig.restore()
    running.listen = "127.0.0.1:0"
    running.start()


def is_anybody_let_in(running):
    """False in one case only: the account was committed, and the power went before its password was written."""
    if not (running.folder / "first-supervisor").exists():
        assert "there are accounts already" in running.text()
        return False
    client = Api(running.url, running.ca)
    client.login(*running.first_supervisor())
    client.close()
    return True


def test_an_office_whose_power_goes_while_it_is_set_up_is_set_up_by_the_next_start(rig, dice):
    let_in = 0
    for number in range(SETUP_CUTS):
        running = StandaloneOnRig(rig, name=f"hoso{number}")
        try:
            cut_the_setup(rig, running, dice.choice(MILESTONES), dice.uniform(0, 0.4))
            let_in += is_anybody_let_in(running)
        finally:
            running.close()
    table.row("power cut: while an office is set up", SETUP_CUTS, let_in=let_in, seed=SEED)


@contextlib.contextmanager
def a_neighbour(running):
    """A process of the same user that has nothing to do with it."""
    owner = os.stat(running.folder / "pg")
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "300"], **as_owner) as neighbour:
        try:
            yield neighbour
        finally:
            neighbour.kill()


def test_a_number_that_now_is_a_neighbours_is_no_running_server(own_standalone):
    """After a power cut the processes are numbered anew, and PostgreSQL's lock files are still there."""
    running = own_standalone()
    locks = [running.folder / "pg" / "postmaster.pid", running.folder / "run" / ".s.PGSQL.5432.lock"]
    left = [lock.read_text() for lock in locks]
    running.kill()
    with a_neighbour(running) as neighbour:
        for lock, text in zip(locks, left):
            lock.write_text(text.replace(text.split()[0], str(neighbour.pid), 1))
        running.start()
        assert neighbour.poll() is None
        assert running.postgres_pid() != neighbour.pid
