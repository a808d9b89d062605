"""
hosod dies at every step of both walks; afterwards nothing that was acknowledged is lost, doubled or out of order.

The steps are the points of daemon/base/crash.h; a build without -Dcrash_points=true has none, and all of this is
skipped. The next process begins with the next point armed, under the same load. HOSO_LONG=n: n times as often, and
ever further into the process's life.
"""

import contextlib
import signal
import subprocess
import threading

import pytest

from lib import places, wait
from lib.api import Api, scan, uuid7
from lib.hosod import portal_settings
from lib.oracle import Oracle
from lib.scene import LONG, Scene
from lib.sim import PortalSim
from lib.world import FIRST_LEG, moment, new_item

CLIENTS, LIVES = 3, 2
DEATH_S = 20  # for a point to be passed, under a load that never ends


def points_of_build():
    said = subprocess.run([places.HOSOD, "--version"], capture_output=True, text=True, check=False).stdout
    return [line.split()[-1] for line in said.splitlines() if line.startswith("crash point ")]


POINTS = points_of_build()

# Points that one process passes once, or a few times.
ONCE = ["start.flows", "start.serving", "sweep.sent", "sweep.done", "dvcqg.signing_in", "dvcqg.signed_in"]
FEW = ["pg.up", "http.accepted"]
STOP = ["stop.asked", "stop.answered", "stop.closing", "stop.intake_gone", "stop.closed"]
POISONED = ["pg.rolling", "intake.split", "intake.shelf_sent", "intake.shelved"]
LOST = ["pg.lost", "intake.parked"]
UNWRITTEN = ["push.settle_again"]
RACED = ["intake.again"]
SLOW_PORTAL = ["outbox.renew_sent", "outbox.renewed"]
BOOKING = ["booking.asked", "booking.learned", "booking.judged", "booking.keep_sent", "booking.committed",
           "booking.answered"]
BOOKING_UNDONE = ["booking.undoing"]
BOOKING_AGAIN = ["booking.again"]
BAD_ROAD = ["outbox.revive_sent", "outbox.revived"]
DOUBT = ["dvcqg.asking", "dvcqg.read"]
WEBHOOK = ["webhook.sending", "webhook.answered", "portal.calling", "portal.answered", "push.sent", "push.settled"]
ELSEWHERE = {*STOP, *POISONED, *LOST, *UNWRITTEN, *RACED, *SLOW_PORTAL, *BAD_ROAD, *DOUBT, *WEBHOOK[:2],
             *BOOKING, *BOOKING_UNDONE, *BOOKING_AGAIN,
             "intake.overdue", "reloaded"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POINTS, reason="hosod was built without -Dcrash_points=true"),
]


class Chain:
    """One process after the other, each with a point armed, under a load that is renewed whenever it is through."""

    def __init__(self, scene, name):
        self.scene, self.name, self.deaths = scene, name, 0
        self.current = None

    def __enter__(self):
        self.scene.hosod.kill()
        return self

    def __exit__(self, kind, *_):
        """Another process carries on; everything must be through."""
        self.scene.hosod.kill()
        self.scene.expire_leases()
        self.scene.hosod.start()
        if self.current:
            self.current.__exit__()
        if kind is None:
            what = f"hosod killed at a step: {self.name}" if self.deaths else None
            self.scene.check(self.current, what, self.deaths)

    def keep_loaded(self):
        if not self.current or all(not client.is_alive() for client in self.current.clients):
            if self.current:
                self.current.answers()  # which must all be there
            self.current = self.scene.load().__enter__()

    def die_at(self, point, passing=1, act=None, seconds=DEATH_S):
        """@act: called again and again until the process is dead, to bring it to the point."""
        hosod = self.scene.hosod
        self.scene.expire_leases()
        hosod.launch(HOSO_CRASH=f"{point}:{passing}")
        wait.until(lambda: self._is_dead(act), seconds + passing, f"death at {point}:{passing}")
        assert hosod.process.returncode == -signal.SIGKILL, hosod.text()[-2000:]
        self.deaths += 1
        assert [line for line in hosod.text().splitlines() if line.startswith("crash=")][-1] == f"crash={point}"
        self.look(point)

    def _is_dead(self, act):
        self.keep_loaded()
        if act:
            act()
        return self.scene.hosod.process.poll() is not None

    def look(self, point):
        """Now, while nobody writes: what was told is there, and what is there fits together."""
        history = self.scene.recorder.history()
        oracle = Oracle(self.scene.running)
        oracle.quarantine = []
        history.wrongs and pytest.fail(str(history.wrongs))
        damage = oracle.damage(history.answers())
        assert not any(damage.counts().values()), (point, damage.found)


@pytest.fixture(scope="module")
def scene():
    with PortalSim(["--strict-dossiers"]) as portal:
        made = Scene("dvcqg", portal, CLIENTS, LIVES, ["portal.timeout=1s"])
        yield made
        made.close()


def passings(scene, point):
    """The n's for a point in this run."""
    if point in ONCE:
        return [1] * LONG
    return [scene.dice.randint(1, 3 if turn == 0 or point in FEW else 40) for turn in range(LONG)]


def in_any_order(scene, points):
    wanted = [(point, passing) for point in points for passing in passings(scene, point)]
    scene.dice.shuffle(wanted)
    return wanted


def test_a_point_that_is_not_passed_kills_nobody(scene):
    """So a misspelled or unreached point fails its test instead of passing it."""
    with Chain(scene, "none") as chain, pytest.raises(AssertionError, match="not within"):
        chain.die_at("no.such.step", seconds=2)


def test_the_usual_steps(scene):
    with Chain(scene, "usual") as chain:
        for point, passing in in_any_order(scene, [point for point in POINTS if point not in ELSEWHERE]):
            chain.die_at(point, passing)


def test_the_steps_after_an_unknown_answer(scene):
    """The portal takes the line and says nothing, so it is asked; hosod dies over that, too."""
    def fall_silent():
        if scene.portal.pending()["modes"] == []:
            scene.portal.misbehave(("apply-then-drop", 2))

    with Chain(scene, "in doubt") as chain:
        for point, passing in in_any_order(scene, DOUBT):
            chain.die_at(point, passing, act=fall_silent)
        scene.portal.misbehave()


def test_the_steps_of_a_stop(scene):
    def ask_to_stop():
        if scene.hosod.readyz()[0] == 200:
            scene.hosod.process.terminate()

    with Chain(scene, "stop") as chain:
        for point in STOP * LONG:
            chain.die_at(point, act=ask_to_stop)


def test_a_reload(scene):
    def ask_to_reload():
        if scene.hosod.readyz()[0] == 200:
            scene.hosod.process.send_signal(signal.SIGHUP)

    with Chain(scene, "reload") as chain:
        for _ in range(LONG):
            chain.die_at("reloaded", act=ask_to_reload)


def test_the_steps_of_a_lost_session(scene):
    def end_sessions():
        if scene.hosod.readyz()[0] == 200:
            scene.running.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon'")

    with Chain(scene, "lost session") as chain:
        for point in LOST * LONG:
            chain.die_at(point, scene.dice.randint(1, 2), act=end_sessions)


@contextlib.contextmanager
def trigger(running, table_name, when, body):
    """A trigger of the test's own, which goes with the block."""
    running.sql(f"CREATE FUNCTION hoso.meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$")
    running.sql(f"CREATE TRIGGER meddle BEFORE {when} ON hoso.{table_name} FOR EACH ROW EXECUTE FUNCTION hoso.meddle()")
    try:
        yield
    finally:
        running.sql(f"DROP TRIGGER meddle ON hoso.{table_name}")
        running.sql("DROP FUNCTION hoso.meddle()")


class Poisoner:
    """Sends a batch with one bad scan, over and over, each in a thread of its own so that nobody waits."""

    def __init__(self, scene, item):
        self.scene, self.item, self.thread = scene, item, None
        self.notes = [scan("note", item, moment(20), note="a"), scan("note", item, moment(21), note="POISON")]

    def __call__(self):
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self._send, daemon=True)
            self.thread.start()

    def _send(self):
        client = Api(self.scene.hosod.url, self.scene.running.ca, timeout=12)
        client.token = self.scene.world.token()
        with contextlib.suppress(Exception):
            client.send(*self.notes)
        client.close()
        # A note that was settled by the last process makes no trouble for the next.
        self.notes[1] = scan("note", self.item, moment(21), note="POISON")


def accept(scene):
    item = new_item()
    scene.world.person("clerk").send(scan("accepted", item, moment(0), **FIRST_LEG))
    return item


def test_the_steps_of_a_scan_that_cannot_be_written(scene):
    poisoner = Poisoner(scene, accept(scene))
    with trigger(scene.running, "event", "INSERT", "IF NEW.data->>'note' = 'POISON' THEN RAISE 'poison'; END IF;"):
        with Chain(scene, "poison") as chain:
            for point in POISONED * LONG:
                chain.die_at(point, act=poisoner)
            poisoner.thread.join(15)
            scene.running.sql("DELETE FROM quarantine")


def test_the_steps_of_a_lost_race(scene):
    poisoner = Poisoner(scene, accept(scene))
    body = "IF NEW.data->>'note' = 'POISON' THEN RAISE SQLSTATE '40001'; END IF;"
    with Chain(scene, "race") as chain:
        with trigger(scene.running, "event", "INSERT", body):
            for point in RACED * LONG:
                chain.die_at(point, scene.dice.randint(1, 3), act=poisoner)
        poisoner.thread.join(15)


class Closer:
    """Opens a manifest, scans onto it and closes it; the same requests again until each has its answer."""

    def __init__(self, scene, items=3):
        self.scene, self.thread = scene, None
        self.world = scene.world
        self.items = [accept(scene) for _ in range(items)]
        self.id = uuid7()
        self.lines = [{"event_id": uuid7(), "code": item, "occurred_at": moment(30)} for item in self.items]
        self.body = {"revision": 1, "name": "Bình", "unit": "Một cửa", "minutes": "BB-C", "signed_at": moment(31)}
        self.closed = None

    def __call__(self):
        if self.closed is None and (self.thread is None or not self.thread.is_alive()):
            self.thread = threading.Thread(target=self.try_it, daemon=True)
            self.thread.start()

    def try_it(self, revision=None):
        client = Api(self.scene.hosod.url, self.scene.running.ca, timeout=12)
        client.token = self.world.token()
        path = f"/v1/manifests/{self.id}"
        with contextlib.suppress(Exception):
            client.post("/v1/manifests", {"id": self.id, "kind": "handover_in", "agency": "KT.A1"})
            client.post(f"{path}/lines", self.lines)
            reply = client.post(f"{path}/close", {**self.body, **({} if revision is None else {"revision": revision})})
            if reply.status_code == 200:
                self.closed = reply.json()
        client.close()

    def check(self):
        """hosod is up again: closed with what was told before, and every event once."""
        if self.thread:
            self.thread.join(15)
        told, self.closed = self.closed, None
        self.try_it()
        assert self.closed and self.closed["state"] == "closed"
        assert told is None or told["hash"] == self.closed["hash"]
        rows = self.scene.running.sql(
            "SELECT kind, count(*) FROM event WHERE item_code = ANY(%s) GROUP BY kind ORDER BY kind", self.items)
        assert rows == [("accepted", len(self.items)), ("delivered", len(self.items))]
        assert len(self.closed["lines"]) == len(self.items)


def test_the_steps_of_a_booking(scene):
    """A closing is whole or not there, whenever hosod dies over it, and the same request again finds it."""
    with Chain(scene, "booking") as chain:
        for point in BOOKING * LONG:
            for passing in (1, 2):  # over the lines, and over the closing
                chain.scene.hosod.start()
                closer = Closer(scene)
                chain.scene.hosod.kill()
                chain.die_at(point, passing, act=closer)
                chain.scene.hosod.start()
                closer.check()
                chain.scene.hosod.kill()


def test_the_steps_of_a_booking_that_may_not_be(scene):
    """What was closed is settled: the same request again is undone before it does anything."""
    settled, raced = Closer(scene), Closer(scene)
    settled.try_it()
    assert settled.closed
    lines = settled.lines

    def send_lines_again():
        if scene.hosod.readyz()[0] == 200:
            client = Api(scene.hosod.url, scene.running.ca, timeout=12)
            client.token = scene.world.token()
            with contextlib.suppress(Exception):
                client.post(f"/v1/manifests/{settled.id}/lines", lines)
            client.close()

    with Chain(scene, "booking undone") as chain:
        for point in BOOKING_UNDONE * LONG:
            chain.die_at(point, act=send_lines_again)
        with trigger(scene.running, "manifest_line", "INSERT", "RAISE SQLSTATE '40001';"):
            for point in BOOKING_AGAIN * LONG:
                chain.die_at(point, act=raced)
    raced.check()
    settled.check()


def test_the_steps_of_an_outcome_that_is_not_written_down(scene):
    body = "IF NEW.state = 'done' THEN RAISE 'not now'; END IF;"
    with Chain(scene, "unwritten outcome") as chain:
        with trigger(scene.running, "outbox", "UPDATE", body):
            for point in UNWRITTEN * LONG:
                chain.die_at(point, scene.dice.randint(1, 3))


def test_a_scan_that_waits_too_long(scene):
    """The lock is held longer than the request may wait."""
    item = accept(scene)
    with scene.running.connect() as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT FROM dossier d JOIN leg l ON l.dossier_id = d.id WHERE l.item_code = %s FOR UPDATE OF d",
                       (item,))
        with Chain(scene, "overdue") as chain:
            chain.die_at("intake.overdue", act=Poisoner(scene, item), seconds=40)
            holder.execute("COMMIT")


def test_the_steps_of_a_slow_portal(scene):
    settings = scene.hosod.settings
    scene.hosod.settings = [*settings, "portal.timeout=9s"]
    try:
        with Chain(scene, "renewed lease") as chain:
            for point in SLOW_PORTAL * LONG:
                scene.portal.misbehave({"mode": "hang", "count": 2, "seconds": 7})
                chain.die_at(point)
            scene.portal.misbehave()
    finally:
        scene.hosod.settings = settings


def test_the_steps_of_a_road_that_refuses_everybody(scene):
    with Chain(scene, "revived") as chain:
        for point in BAD_ROAD * LONG:
            scene.portal.misbehave(("422", 60))
            chain.die_at(point)
        scene.portal.misbehave()
        revive(scene)


def revive(scene):
    """What a supervisor does with lines that a dead process left behind as refused."""
    scene.running.sql("UPDATE outbox SET state = 'ready', next_at = now(), settled_at = NULL WHERE state = 'dead'")


def test_the_steps_of_the_other_profile(scene):
    """Last, because a dossier begun by one profile is not to be ended by the other."""
    settings = scene.hosod.settings
    scene.hosod.settings = [
        f"http.listen={scene.hosod.listen}", "metrics.listen=", *portal_settings(scene.running, scene.portal, "webhook")
    ]
    try:
        with Chain(scene, "webhook") as chain:
            for point, passing in in_any_order(scene, WEBHOOK):
                chain.die_at(point, passing)
    finally:
        scene.hosod.settings = settings


def test_every_point_has_its_turn():
    assert ELSEWHERE | set(ONCE) <= set(POINTS)
    assert len(POINTS) > 40
