"""
PostgreSQL dies, fills up, locks, refuses and lies under load; afterwards nothing that was acknowledged is lost.

What hosod does meanwhile is said honestly: 503 and nothing else. HOSO_LONG=n does each of it n times as often.
"""

import contextlib
import os
import statistics
import subprocess
import threading
import time

import psycopg
import pytest

from lib import table, wait
from lib.api import Api, scan
from lib.own_postgres import OwnPostgres
from lib.scene import LONG, SEED, Scene
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import FIRST_LEG, moment, new_item

CLIENTS, LIVES = 4, 2
STALL_S = 5

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def scene():
    with PortalSim() as portal:
        made = Scene("dvcqg", portal, CLIENTS, LIVES)
        yield made
        made.close()


def end_sessions(scene):
    scene.running.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon'")


def accept(scene, item):
    reply = scene.world.person("clerk").send(scan("accepted", item, moment(0), **FIRST_LEG))
    assert reply.status_code == 200, reply.text


def test_the_server_crashes_again_and_again(scene):
    crashes = 6 * LONG
    with OwnPostgres(scene.running) as postgres:
        with scene.load(lives=LIVES * LONG) as load:
            for _ in range(crashes):
                threading.Event().wait(scene.dice.uniform(0, 0.4))
                postgres.crash()
        scene.hosod.wait_ready()
        scene.check_afresh(load, "PostgreSQL stopped in the middle of everything", crashes)


def test_the_server_crashes_while_it_recovers(scene):
    crashes = 4 * LONG
    with OwnPostgres(scene.running) as postgres:
        with scene.load() as load:
            for _ in range(crashes):
                threading.Event().wait(scene.dice.uniform(0, 0.3))
                postgres.stop()
                postgres.start(wait_ready=False)
                threading.Event().wait(scene.dice.uniform(0, 0.2))
                postgres.crash()
        scene.check_afresh(load, "PostgreSQL stopped while it recovered", crashes)


def test_hosod_starts_again_and_again_while_there_is_no_database(scene):
    """It lives, says that it is not ready, and does not end; when the database is there, it is ready by itself."""
    with OwnPostgres(scene.running) as postgres:
        postgres.stop()
        for _ in range(5 * LONG):
            scene.hosod.kill()
            scene.hosod.start(ready=False)
            status, body = scene.hosod.readyz()
            assert status == 503, body
            assert scene.hosod.process.poll() is None
        postgres.start()
        scene.hosod.wait_ready()


def test_the_database_is_read_only(scene):
    """As after a switch to a standby: every write fails, and nothing may look like a success."""
    with scene.load() as load:
        for _ in range(LONG):
            scene.wait_share(load, 0.3)
            scene.running.sql("ALTER DATABASE hoso SET default_transaction_read_only = on")
            end_sessions(scene)
            before = load.answered()
            threading.Event().wait(1)
            assert load.answered() - before <= CLIENTS * 12, "written to a database that takes no writes"
            with scene.running.connect() as admin:
                admin.execute("SET default_transaction_read_only = off")
                admin.execute("ALTER DATABASE hoso RESET default_transaction_read_only")
            end_sessions(scene)
            wait.until(lambda: scene.hosod.readyz()[0] == 200, 30, "hosod's way back")
    scene.check_afresh(load, "a read-only database", LONG)


def test_all_connections_are_taken(scene):
    greedy = []
    with scene.load() as load:
        scene.wait_share(load, 0.3)
        end_sessions(scene)
        try:
            while len(greedy) < 200:
                greedy.append(psycopg.connect(scene.running.conninfo("hoso_report")))
        except psycopg.OperationalError as error:
            assert "connection" in str(error)
        end_sessions_if_possible(scene)
        threading.Event().wait(1)
        for connection in greedy:
            connection.close()
        wait.until(lambda: scene.hosod.readyz()[0] == 200, 30, "hosod's way back")
    assert 10 < len(greedy) < 200
    scene.check_afresh(load, "all connections taken by others", 1)


def end_sessions_if_possible(scene):
    """A superuser has some connections in reserve."""
    try:
        end_sessions(scene)
    except psycopg.OperationalError:
        pass


@contextlib.contextmanager
def small_disk(running, megabytes):
    """The folder of a Standalone that was not started yet, on a disk of its own."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", running.folder], check=True)
    try:
        yield
    finally:
        running.close()
        subprocess.run(["umount", running.folder], check=True)
        running.folder.rmdir()


def fill(path):
    """Until nothing more goes in."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_the_disk_of_the_database_is_full():
    """Scans are told 503 while it is; when there is room again, all goes on."""
    with PortalSim() as portal, contextlib.ExitStack() as stack:
        running = Standalone()
        stack.enter_context(small_disk(running, 200))
        scene = Scene("dvcqg", portal, CLIENTS, LIVES, running=running.start())
        stack.callback(scene.close)
        ballast = running.folder / "pg" / "ballast"
        with OwnPostgres(running) as postgres, scene.load(lives=8) as load:
            scene.wait_share(load, 0.2)
            fill(ballast)
            threading.Event().wait(2)
            told = load.answered()
            threading.Event().wait(1)
            stuck = load.answered() == told
            ballast.unlink()
            if stuck:  # its journal had no room: it may have given up
                postgres.crash()
            scene.hosod.wait_ready()
            load.__exit__()
        scene.check_afresh(load, "the disk of the database full", 1)


class Stranger(threading.Thread):
    """A clerk at another counter: one note after the other on an own item; how long each took."""

    def __init__(self, scene, item):
        super().__init__(daemon=True)
        self.client = Api(scene.hosod.url, scene.running.ca, timeout=12)
        self.client.token = scene.world.token()
        self.item, self.done, self.took_s = item, threading.Event(), []

    def run(self):
        while not self.done.is_set():
            began = time.monotonic()
            reply = self.client.send(scan("note", self.item, moment(20), note="a"))
            assert reply.status_code in (200, 503), reply.text
            self.took_s.append(time.monotonic() - began)
            self.done.wait(0.02)

    def finish(self):
        self.done.set()
        self.join(20)
        self.client.close()
        return self.took_s


def test_one_dossier_is_locked_by_somebody_else(scene):
    """That one waits, or is told 503; it comes through when the lock is gone. The others do not feel it."""
    locked, other = new_item(), new_item()
    accept(scene, locked)
    accept(scene, other)
    holder = scene.running.connect()
    holder.execute("BEGIN")
    holder.execute(
        "SELECT d.id FROM dossier d JOIN leg l ON l.dossier_id = d.id WHERE l.item_code = %s FOR UPDATE OF d", (locked,)
    )
    victim, stranger = Stranger(scene, locked), Stranger(scene, other)
    stranger.start()
    wait.until(lambda: len(stranger.took_s) > 20, 10, "some answers")
    calm_s = statistics.median(stranger.took_s)
    victim.start()
    threading.Event().wait(STALL_S * LONG)
    holder.execute("COMMIT")
    holder.close()
    wait.until(lambda: victim.took_s, 12, "the answer of the locked one")
    worst_s = max(stranger.finish())
    victim.finish()
    table.row("one dossier locked by somebody else", 1, seed=SEED, held_s=STALL_S * LONG,
              others_calm_ms=round(calm_s * 1000, 1), others_worst_ms=round(worst_s * 1000))
    assert worst_s < STALL_S * LONG / 2, "others wait for nobody"
    scene.check(None)


def test_a_bad_row_at_every_place_of_a_batch(scene):
    """It alone goes to the quarantine; the others are recorded, in order."""
    scene.running.sql(
        "CREATE FUNCTION hoso.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.data->>'note' = 'POISON' THEN RAISE 'poison'; END IF; RETURN NEW; END $$"
    )
    scene.running.sql("CREATE TRIGGER poison BEFORE INSERT ON hoso.event FOR EACH ROW EXECUTE FUNCTION hoso.poison()")
    clerk, item, batches = scene.world.person("clerk"), new_item(), 0
    accept(scene, item)
    for count in range(1, 6 + LONG):
        for place in range(count):
            notes = [scan("note", item, moment(20), note="POISON" if n == place else "a") for n in range(count)]
            results = clerk.request("POST", scene.hosod.url + "/v1/scans", notes).json()
            told = [result.get("verdict", result.get("error")) for result in results]
            assert told == ["quarantined" if n == place else "recorded" for n in range(count)]
            numbers = [result["dseq"] for result in results if "dseq" in result]
            assert numbers == list(range(numbers[0], numbers[0] + count - 1)) if numbers else count == 1
            batches += 1
    assert scene.running.sql("SELECT count(*) FROM quarantine") == [(batches,)]
    scene.running.sql("DROP TRIGGER poison ON hoso.event")
    scene.running.sql("DROP FUNCTION hoso.poison()")
    scene.running.sql("DELETE FROM quarantine")
    scene.check(None, "a bad row at every place of a batch", batches)


def test_a_claim_that_got_lost_is_not_kept_for_ever(scene):
    """Rows that were claimed over a lost session are nobody's: what is in the air must not renew their lease."""
    clerk, lost = scene.world.person("clerk"), new_item()
    clerk.send(scan("accepted", lost, moment(0), **FIRST_LEG))
    settings = scene.hosod.settings
    scene.hosod.kill()
    scene.hosod.settings = [*settings, "portal.timeout=9s"]
    scene.hosod.start()
    scene.portal.misbehave({"mode": "hang", "seconds": 8})
    with scene.load(lives=1, clients=1) as load:
        claimed = "SELECT id, lease_owner, lease_until FROM outbox WHERE lease_until > now() ORDER BY id"
        air, owner, until = wait.until(lambda: scene.running.sql(claimed), 20, "a push in the air")[0]
        scene.running.sql(
            "UPDATE outbox SET state = 'ready', lease_owner = %s, lease_until = now() + interval '14 seconds'"
            " WHERE event_id = (SELECT id FROM event WHERE item_code = %s)", owner, lost,
        )
        orphan = "SELECT lease_until FROM outbox WHERE event_id = (SELECT id FROM event WHERE item_code = %s)"
        before = scene.running.sql(orphan, lost)
        wait.until(lambda: scene.running.sql("SELECT true FROM outbox WHERE id = %s AND lease_until > %s", air, until),
                   20, "a renewed lease")
        assert scene.running.sql(orphan, lost) == before
        scene.running.sql(
            "UPDATE outbox SET state = 'waiting_code', lease_owner = NULL, lease_until = NULL"
            " WHERE event_id = (SELECT id FROM event WHERE item_code = %s)", lost,
        )
    scene.check(load)
    scene.hosod.kill()
    scene.hosod.settings = settings
    scene.hosod.start()


