"""
Between hosod and PostgreSQL the road fails, at COMMIT above all: what is not known is never acknowledged,
and the same ids again make it known.
"""

import concurrent.futures
import os
import random
import threading

import psycopg
import pytest

from lib import table, wait
from lib.api import scan
from lib.fault_proxy import AtBytes, Cut, FaultProxy, Script, Hole
from lib.fault_scene import LONG, SEED, Scene
from lib.hosod import Hosod
from lib.oracle import Oracle
from lib.world import FIRST_LEG, moment, new_item

pytestmark = [pytest.mark.slow]

BIND_COMMIT = b"\0commit\0"  # Bind: the portal's empty name, then the statement's; Parse has no NUL before it
INTAKE = b"book_"            # only the session that writes says this
COMMITTED_SHARE_MIN = 0.2    # else the cuts do not hit COMMIT
SINGLE_CUTS = 24 * LONG


class AtCommit(AtBytes):
    """AtBytes, of the intake's session only: others commit, too."""

    def __init__(self, then, nth=1):
        super().__init__(BIND_COMMIT, then, nth)
        self.is_intake = False

    async def up(self, link, data):
        self.is_intake = self.is_intake or INTAKE in data
        if self.is_intake:
            await super().up(link, data)
        else:
            await link.send("up", data)


@pytest.fixture(scope="module")
def scene():
    with Scene(roads=("back",)) as made:
        yield made


@pytest.fixture(autouse=True)
def whole_road(scene):
    """Every test begins and ends on a road that is good."""
    yield
    scene.back.script = Script
    scene.back.next_scripts.clear()
    scene.back.let_go()
    scene.hosod.wait_ready()


def renew_sessions(scene, script):
    """From now on all sessions have this script; returns when hosod is ready on new ones."""
    scene.back.script = script
    wanted = scene.back.counts["connections"] + scene.back.cut_all()
    wait.until(lambda: scene.back.counts["connections"] >= wanted, 20, "new sessions")
    scene.hosod.wait_ready()


def accepted():
    return scan("accepted", new_item(), moment(0), **FIRST_LEG)


def in_background(work, *arguments):
    pool = concurrent.futures.ThreadPoolExecutor(1)
    future = pool.submit(work, *arguments)
    pool.shutdown(wait=False)
    return future


def count_events(scene, *scans):
    ids = [made["event_id"] for made in scans]
    return scene.running.sql("SELECT count(*) FROM event WHERE id = ANY(%s::uuid[])", ids)[0][0]


def is_quiet(scene):
    """No session of hosod's has a transaction open: what was sent has been done, or undone."""
    return scene.running.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND xact_start IS NOT NULL"
    ) == [(0,)]


def cut_one_commit(scene, then):
    """One scan whose COMMIT is cut; what became of it is looked up before hosod can ask. True: it was committed."""
    sprung = f"sprung-{then}"
    before = scene.back.counts[sprung]
    renew_sessions(scene, lambda: AtCommit(then))
    scene.back.refuse()
    made = accepted()
    answer = in_background(scene.send, made)
    wait.until(lambda: scene.back.counts[sprung] > before and is_quiet(scene), 8, f"a COMMIT to cut: {then}")
    was_committed = count_events(scene, made) == 1
    assert not answer.done(), "it was answered, and nobody could know what became of it"
    scene.back.script = Script
    scene.back.accept()
    assert answer.result(20)[0]["verdict"] == "recorded"
    return was_committed


def test_what_a_cut_commit_was_is_found_out(scene):
    """B-05: cut before COMMIT, behind it, before and within its answer."""
    kinds = ["before", "sent", "unanswered", "one-byte"]
    committed = {kind: [cut_one_commit(scene, kind) for _ in range(SINGLE_CUTS // len(kinds))] for kind in kinds}
    print({kind: f"{sum(found)}/{len(found)}" for kind, found in committed.items()})
    assert not any(committed["before"])
    assert all(committed["unanswered"]) and all(committed["one-byte"])
    share = sum(map(sum, committed.values())) / sum(map(len, committed.values()))
    assert share >= COMMITTED_SHARE_MIN, "the cuts do not hit COMMIT"
    scene.check()
    table.row("COMMIT cut, outcome looked up", SINGLE_CUTS, committed_share=round(share, 2), seed=SEED)


def test_who_takes_a_cut_commit_for_a_failure_doubles(scene):
    """The control: a writer without ids of its own, which simply does it again, on the same road."""
    scene.running.sql("CREATE TABLE IF NOT EXISTS public.naive (number int)")
    with FaultProxy(scene.back.server, script=lambda: AtBytes(b"COMMIT", "unanswered")) as road:
        host, _, port = road.listen.rpartition(":")
        for number in range(5):
            for _ in range(2):  # cut, and again on a road that is good
                try:
                    with psycopg.connect(f"host={host} port={port} dbname=hoso user=postgres sslmode=disable") as naive:
                        naive.execute("INSERT INTO public.naive VALUES (%s)", [number])
                    break
                except psycopg.OperationalError:
                    road.next_scripts.append(Script())
    counts = scene.running.sql("SELECT count(*) FROM public.naive GROUP BY number")
    scene.running.sql("DROP TABLE public.naive")
    assert counts == [(2,)] * 5


def test_commits_are_cut_under_load(scene):
    """The same with batches: every few commits one is cut, at a moment of chance."""
    dice = random.Random(SEED)
    kinds = ["before", "sent", "unanswered", "one-byte"]
    cuts = sum(scene.back.counts[f"sprung-{kind}"] for kind in kinds)
    renew_sessions(scene, lambda: AtCommit(dice.choice(kinds), dice.randint(1, 6)))
    with scene.load(8, 3 * LONG) as load:
        pass
    scene.back.script = Script
    scene.back.cut_all()
    cuts = sum(scene.back.counts[f"sprung-{kind}"] for kind in kinds) - cuts
    assert cuts >= 5
    scene.check(load)
    table.row("COMMIT cut under load", cuts, scans=load.total, seed=SEED)


def test_sessions_are_cut_anywhere(scene):
    dice = random.Random(SEED + 1)

    def script():
        after = int(10 ** dice.uniform(1, 4.5))
        return Cut(dice.choice(["up", "down"]), after, dice.choice(["rst", "fin", "half"]))

    before = scene.back.counts["connections"]
    renew_sessions(scene, lambda: Script() if dice.random() < 0.2 else script())
    with scene.load(6, 2 * LONG) as load:
        pass
    scene.back.script = Script
    scene.back.cut_all()
    sessions = scene.back.counts["connections"] - before
    scene.check(load)
    table.row("database session cut anywhere", sessions, scans=load.total, seed=SEED)


def test_a_commit_that_stalls_is_unknown_until_the_deadline_and_then_known(scene):
    """The answer never comes: 503 outcome_unknown at the request's deadline, never 2xx; the same id is then found."""
    for then in ("stall", "hold"):
        renew_sessions(scene, lambda: AtCommit(then))
        scene.back.script = Hole  # hosod gives the session up, and the next ones are no better
        made = accepted()
        reply = scene.world.person("clerk").request("POST", scene.hosod.url + "/v1/scans", [made])
        assert (reply.status_code, reply.json()["error"]) == (503, "outcome_unknown")
        assert int(reply.headers["retry-after"]) > 0
        scene.back.script = Script
        scene.back.cut_all()  # what TCP's own keep-alive would find out in the end
        wait.until(lambda: is_quiet(scene), 20, "the end of the stalled transaction")
        assert count_events(scene, made) == (1 if then == "stall" else 0)
        scene.hosod.wait_ready(60)
        scene.send(made)
    scene.check()
    table.row("COMMIT stalled beyond the deadline", 2, seed=SEED)


def test_a_black_hole_to_the_database_and_back(scene):
    """B-04: nothing comes through for longer than a trip may take; then all is as it was."""
    with scene.load(4, LONG) as load:
        wait.until(lambda: load.answered() > load.total // 4, 60, "some of the load", every=0.01)
        scene.back.hold()
        wait.until(lambda: scene.hosod.readyz()[0] == 503, 30, "hosod says that it has no database")
        scene.back.let_go()
    scene.check(load)
    table.row("black hole to the database", 1, scans=load.total, seed=SEED)


def ghost_standby(scene, name):
    """A standby that never was must confirm every commit ('': no more)."""
    with scene.running.connect() as connection:
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        connection.execute("SELECT pg_reload_conf()")
        wait.until(lambda: connection.execute("SHOW synchronous_standby_names").fetchone() == (name,))


WAITING = "SELECT pid FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND wait_event = 'SyncRep'"


def test_committed_here_but_perhaps_not_there_is_not_acknowledged(scene):
    """B-10, M6: PostgreSQL says COMMIT with a warning 01000; that is no acknowledgement."""
    rounds = 2 * LONG
    for _ in range(rounds):
        ghost_standby(scene, "ghost")
        try:
            made = accepted()
            answer = in_background(scene.send, made)
            for _ in range(2):  # hosod asks again under the same id, and must be refused again
                ((pid,),) = wait.until(lambda: scene.running.sql(WAITING), 10, "a commit that waits")
                scene.running.sql("SELECT pg_cancel_backend(%s)", pid)
                wait.until(lambda: (pid,) not in scene.running.sql(WAITING), 10)
                assert count_events(scene, made) == 1
                assert not answer.done(), answer
        finally:
            ghost_standby(scene, "")
        assert answer.result(20)[0]["verdict"] == "recorded"
    scene.check()
    assert "01000" in scene.hosod.text()
    table.row("COMMIT without its standby, canceled", 2 * rounds, seed=SEED)


@pytest.mark.parametrize("how", ["pg_terminate_backend", "pg_cancel_backend"])
def test_an_operator_in_a_hurry(scene, how):
    """B-06: sessions are ended, statements canceled, again and again; a cancel never becomes an answer of 'recorded'."""
    strikes, dice = 0, random.Random(SEED)
    with scene.load(6, 2 * LONG) as load:
        while load.answered() < load.total * 0.9 and any(client.is_alive() for client in load.clients):
            strikes += len(scene.running.sql(
                f"SELECT {how}(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND (state = 'active' OR"
                " xact_start IS NOT NULL)"))
            # A new session plans its statements anew: who always strikes before it can have done so lets nothing happen.
            threading.Event().wait(dice.choice((0.002, 0.01, 0.05)))
    assert strikes >= 3
    scene.check(load)
    table.row(how, strikes, scans=load.total, seed=SEED)


def test_others_lock_in_the_wrong_order(scene):
    """B-15: an adversary locks the dossiers one by one and holds them. Nobody waits for it with a lock in hand."""
    stop, deadlocks, rounds = threading.Event(), [], []
    made = [accepted() for _ in range(6)]
    scene.send(*made)
    ids = [row[0] for row in scene.running.sql(
        "SELECT d.id FROM dossier d JOIN leg l ON l.dossier_id = d.id WHERE l.item_code = ANY(%s) ORDER BY d.id DESC",
        [one["code"] for one in made])]

    def adversary():
        with scene.running.connect() as connection:
            connection.execute("SET deadlock_timeout = '20ms'")
            while not stop.is_set():
                try:
                    with connection.transaction():
                        for number in ids:
                            connection.execute("SELECT FROM hoso.dossier WHERE id = %s FOR UPDATE", [number])
                            stop.wait(0.01)
                    rounds.append(1)
                except psycopg.Error as error:  # it was the victim
                    deadlocks.append(type(error).__name__)

    enemy = threading.Thread(target=adversary, daemon=True)
    enemy.start()
    try:
        for step in range(8 * LONG):
            notes = [scan("note", one["code"], moment(1 + step), note="khách hỏi") for one in made]
            send_until_taken(scene, notes)
    finally:
        stop.set()
        enemy.join(20)
    said = scene.hosod.text()
    assert len(rounds) >= 3, "the adversary was in nobody's way"
    assert not deadlocks and "40P01" not in said and "55P03" not in said
    scene.check()
    table.row("all dossiers locked by an adversary", len(rounds), seed=SEED)


def send_until_taken(scene, scans):
    """As a client does: 503, whole or for one scan, is sent again."""
    def sent():
        reply = scene.world.person("clerk").request("POST", scene.hosod.url + "/v1/scans", scans)
        assert reply.status_code in (200, 503), reply.text
        if reply.status_code == 503:
            return False
        results = reply.json()
        assert all("verdict" in result or result["status"] == 503 for result in results), results
        scene.answers.update({r["event_id"]: r for r in results if "verdict" in r})
        return all("verdict" in result for result in results)

    wait.until(sent, 60, "a place between the locks")


def test_serialization_failures_are_tried_again(scene):
    """B-15: 40001 comes at the daemon's INSERT twice, then it may pass."""
    scene.running.sql("CREATE SEQUENCE IF NOT EXISTS hoso.test_turns")
    scene.running.sql("GRANT USAGE ON SEQUENCE hoso.test_turns TO hoso_daemon")
    scene.running.sql("""CREATE OR REPLACE FUNCTION hoso.test_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('hoso.test_turns') % 3 <> 0 THEN RAISE EXCEPTION 'trial' USING ERRCODE = '40001'; END IF;
        RETURN NULL; END $$""")
    scene.running.sql("CREATE TRIGGER test_fail AFTER INSERT ON hoso.event FOR EACH STATEMENT"
                      " EXECUTE FUNCTION hoso.test_fail()")
    try:
        for _ in range(5 * LONG):
            scene.send(accepted(), accepted())
    finally:
        scene.running.sql("DROP TRIGGER test_fail ON hoso.event")
    ((turns,),) = scene.running.sql("SELECT last_value FROM hoso.test_turns")
    assert turns >= 15 * LONG
    scene.check()
    table.row("serialization failure", turns * 2 // 3, seed=SEED)


def test_a_unix_socket_through_the_proxy(scene, tmp_path_factory):
    """The road that standalone has; peer authentication sees the proxy's user."""
    folder = scene.running.folder / "proxy"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    server = scene.running.folder / "run" / ".s.PGSQL.5432"
    with FaultProxy(server, listen=folder / ".s.PGSQL.5432") as back:
        os.chmod(back.listen, 0o777)
        settings = [f"database.conninfo=host={folder} dbname=hoso user=hoso_daemon"]
        with Hosod(scene.running, settings) as second:
            for then in ("unanswered", "before"):
                back.script = lambda: AtCommit(then)
                back.cut_all()
                second.wait_ready()
                made = accepted()
                scene.world.token()
                answer = in_background(lambda: scene.send(made, url=second.url))
                # The daemon's own upkeep commits, too, when it begins: then both are cut.
                wait.until(lambda: back.counts[f"sprung-{then}"] >= 1, 10, "a COMMIT to cut")
                back.script = Script
                assert answer.result(20)[0]["verdict"] == "recorded"
    Oracle(scene.running).check(scene.answers)
