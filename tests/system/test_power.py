"""
The power goes in the middle of the work; afterwards nothing that was acknowledged is lost, doubled or out of order.

Whoever remembers what was acknowledged is this process: its memory is not on the disk that dies. Controls that do not
flush must lose, or the rig proves nothing. The seed is printed; HOSO_SEED repeats it, HOSO_LONG=n makes n times the cuts.
"""

import contextlib
import glob
import os
import pathlib
import random
import re
import subprocess
import threading
import time

import pytest

from lib import power_rig, table, wait
from lib.api import s10
from lib.client import HOSO, PASSWORD, environment, hoso, json_lines, needs_hoso, server, signed_in, stored_codes
from lib.hosod import portal_settings
from lib.load import Load
from lib.oracle import Oracle
from lib.power_rig import PowerRig, StandaloneOnRig
from lib.sim import PortalSim
from lib.world import World

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))
CUTS = 3 * LONG
CLIENTS = 8
LIVES = 5  # each, for each cut: 40 dossiers, about 560 scans
CONTROL_CUTS = 5  # at most; one that happens to lose nothing says nothing
CONTROL_CUT_S = 3.0  # after the last sync: before the kernel writes back by itself (5 s)

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture
def dice():
    print(f"HOSO_SEED={SEED}")
    return random.Random(SEED)


@pytest.fixture
def rig():
    lacks = power_rig.missing()
    if lacks:
        pytest.skip(f"no power can be cut here; missing: {', '.join(lacks)}")
    with PowerRig() as made:
        yield made


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
        wait.until(self._is_drained, 60, "an empty outbox", every=0.1)

    def _is_drained(self):
        """What was put off, or was in the hands of a sender that is dead, comes now."""
        self.running.sql(
            "UPDATE outbox SET next_at = now() WHERE state = 'ready' AND lease_until IS NULL"
            " AND next_at > now() + interval '1 second'"
        )
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'") == [(0,)]

    def expire_leases(self):
        self.running.sql("UPDATE outbox SET lease_until = now() WHERE lease_until > now()")


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
    """One cut, after which nobody sends anything again. Returns (what the clients were told, what of it is lost)."""
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
        return told, set(told)
    return told, scene.lost(told)


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
def test_a_server_that_does_not_flush_is_caught(office, setting):
    scene = office()
    make_it_lie(scene.running, setting)
    scene.running.rig.sync()
    cuts, scans, lost = 0, 0, set()
    while not lost and cuts < CONTROL_CUTS:
        told, gone = cut_and_abandon(scene)
        cuts, scans, lost = cuts + 1, scans + len(told), lost | gone
    table.row(f"power cut, control that must lose: {setting}=off", cuts, lost=len(lost), scans=scans, seed=SEED)
    assert lost, "the rig has no teeth"


# --- the client's spool

SAVED = re.compile(r"  ([A-Z0-9]{13})  .*ĐÃ LƯU")


class Counter:
    """`hoso scan` without a server: codes are scanned as fast as it takes them, and what it says is remembered."""

    def __init__(self, environment, first):
        self.saved, self.serial = [], first
        self.process = subprocess.Popen(
            [HOSO, "scan", "--kind", "ARR", "--drain", "0"], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._scan, self._listen)]
        for thread in self.threads:
            thread.start()

    def _scan(self):
        with contextlib.suppress(BrokenPipeError, ValueError):
            while self.process.poll() is None:
                self.process.stdin.write(s10(self.serial) + "\n")
                self.process.stdin.flush()
                self.serial += 1

    def _listen(self):
        for line in self.process.stdout:
            found = SAVED.search(line)
            if found and line.endswith("\n"):
                self.saved.append(found[1])

    def end(self):
        """When its disk is gone, and so is it; returns what it said was saved."""
        self.process.wait(20)
        for thread in self.threads:
            thread.join(20)
        self.process.stderr.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        return self.saved


def queued(environment):
    result = hoso(environment, "queue", "--json")
    assert result.returncode == 0, result.stderr.decode()
    return [line["scan"]["code"] for line in json_lines(result.stdout)]


def tear_the_end(path, dice):
    """What other file systems leave of a write that was in the air: a part of a record, or zeros."""
    whole = path.read_bytes()
    piece = dice.choice([b"", whole[: dice.randrange(1, 100)], bytes(dice.randrange(1, 4096))])
    with path.open("ab") as file:
        file.write(piece)
    return bool(piece)


@pytest.fixture
def at_the_counter(rig, environment, server, tmp_path):
    """Signed in, with all that the client keeps on the rig; then the server cannot be reached."""
    keeping = {**environment, "HOSO_STATE": str(rig.mount / "state")}
    (tmp_path / "password").write_text(PASSWORD + "\n")
    result = hoso(keeping, "login", "thu.ngan", "--password-file", tmp_path / "password")
    assert result.returncode == 0, result.stderr.decode()
    server.stop()
    rig.sync()
    return keeping


def cut_at_the_counter(rig, environment, first, count):
    """One cut when @count scans were said to be saved. Returns (these, the serial of the next)."""
    counter = Counter(environment, first)
    wait.until(lambda: len(counter.saved) >= count, 60, f"{count} saved scans", every=0.002)
    rig.cut()
    saved = counter.end()
    rig.restore()
    return saved, counter.serial


@needs_hoso
def test_every_scan_that_was_said_to_be_saved_is_in_the_spool(rig, dice, at_the_counter, server):
    saved, torn, serial, lost = [], 0, 0, set()
    for _ in range(CUTS):
        said, serial = cut_at_the_counter(rig, at_the_counter, serial, dice.randrange(1, 200))
        saved += said
        lost |= set(saved) - set(queued(at_the_counter))
        torn += tear_the_end(rig.mount / "state" / "spool" / "scans", dice)
    table.row("power cut: the client's spool", CUTS, lost=len(lost), scans=len(saved), torn_ends=torn, seed=SEED)
    assert lost == set()
    waiting = queued(at_the_counter)
    assert [code for code in waiting if code in set(saved)] == saved
    assert len(set(waiting)) == len(waiting)
    server.start()
    sent = hoso(at_the_counter, "queue", "send", "--drain", "50")
    assert sent.returncode == 0, sent.stderr.decode()
    assert server.codes() == waiting
    assert len(list((rig.mount / "state" / "spool" / "corrupt").iterdir())) >= torn


@needs_hoso
def test_a_spool_that_does_not_flush_is_caught(rig, dice, at_the_counter):
    preload = glob.glob("/usr/lib/*/libeatmydata.so.1")
    if not preload:
        pytest.skip("no control for the spool; missing: libeatmydata1")
    careless = {**at_the_counter, "LD_PRELOAD": preload[0], "ASAN_OPTIONS": "verify_asan_link_order=0"}
    hoso(at_the_counter, "scan", "--kind", "ARR", "--drain", "0", text=s10(99_999_999))
    rig.sync()
    saved, _ = cut_at_the_counter(rig, careless, 0, dice.randrange(50, 200))
    lost = set(saved) - set(queued(at_the_counter))
    table.row("power cut, control that must lose: a spool without fsync", 1, lost=len(lost), scans=len(saved), seed=SEED)
    assert lost, "the rig has no teeth"


# --- a disk that rots, and one that is full


@needs_hoso
def test_the_scans_beside_a_rotten_one_are_still_sent(signed_in, server, dice):
    """Every byte of a spool is flipped in tests/unit/test_spool.c; here one of each scan, and what then becomes of all."""
    codes = [s10(i) for i in range(6)]
    spool = pathlib.Path(signed_in["HOSO_STATE"]) / "spool"
    server.stop()
    assert hoso(signed_in, "scan", "--kind", "ARR", "--drain", "0", text="\n".join(codes)).returncode == 75
    server.start()
    good = (spool / "scans").read_bytes()
    size = len(good) // len(codes)
    assert size * len(codes) == len(good)
    for number in range(len(codes)):
        rotten = bytearray(good)
        rotten[number * size + dice.randrange(size)] ^= dice.randrange(1, 256)
        (spool / "scans").write_bytes(rotten)
        (spool / "answers").unlink(missing_ok=True)
        server.scans.clear()
        assert hoso(signed_in, "queue", "send").returncode == 0
        assert server.codes() == [code for code in codes if code != codes[number]]
        assert len(list((spool / "corrupt").iterdir())) == number + 1
    table.row("a byte of the spool rots", len(codes), isolated=len(codes), seed=SEED)


@pytest.fixture
def small_disk(tmp_path):
    """A tmpfs of a few pages."""
    if os.geteuid() != 0 or not power_rig.may_mount():
        pytest.skip("no small disk can be made here; missing: root and the right to mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    power_rig.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "hoso-test", disk)
    yield disk
    power_rig.run("umount", disk)


@needs_hoso
def test_a_full_disk_refuses_the_scan_before_it_is_confirmed(small_disk, signed_in, server):
    environment = {**signed_in, "HOSO_STATE": str(small_disk / "state")}
    codes = [s10(i) for i in range(1000)]
    server.stop()
    full = hoso(environment, "scan", "--kind", "ARR", "--drain", "0", "--json", text="\n".join(codes))
    said = full.stderr.decode()
    saved = stored_codes(full.stdout)
    assert full.returncode == 74
    assert "KHÔNG ĐƯỢC LƯU" in said and any(words in said for words in ("No space left", "Không có đủ chỗ"))
    assert 0 < len(saved) < len(codes) and queued(environment) == saved
    refused = [line["code"] for line in json_lines(full.stdout) if line["type"] == "refused"]
    assert saved + refused == codes[: len(saved) + len(refused)] and refused
    power_rig.run("mount", "-o", "remount,size=4m", small_disk)
    again = hoso(environment, "scan", "--kind", "ARR", "--drain", "0", "--json", text="\n".join(codes[len(saved):]))
    assert again.returncode == 75
    assert stored_codes(again.stdout) == codes[len(saved):] and queued(environment) == codes
    table.row("a full disk under the spool", len(codes), lost=0, refused=len(refused))


# --- what only a power cut leaves behind


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
