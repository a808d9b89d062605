"""
Everything that can die, dies under load; afterwards nothing that was acknowledged is lost, doubled or out of order.

The seed is printed; HOSO_SEED repeats it. HOSO_LONG=20 makes each load that many times larger.
"""

import os
import random
import signal
import threading

import pytest

from lib import wait
from lib.hosod import Hosod
from lib.load import Client, interleave, make_life
from lib.scene import LONG, SEED, Scene
from lib.sim import PortalSim

CLIENTS = 8
LIVES = 5 * LONG  # each; with CLIENTS of them that is 40 dossiers, about 560 scans

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture(scope="module", params=["dvcqg", "webhook"])
def scene(request):
    with PortalSim() as portal:
        made = Scene(request.param, portal, CLIENTS, LIVES)
        yield made
        made.close()


def test_nothing_dies(scene):
    """What the others are compared with, and proof that the load is one: all roads end delivered."""
    with scene.load() as load:
        pass
    scene.check(load)
    assert sum(client.troubles for client in load.clients) == 0
    assert {answer["verdict"] for answer in load.answers().values()} <= {"recorded", "late", "unknown_item"}
    states = scene.running.sql("SELECT state, count(*) FROM leg GROUP BY state")
    assert states == [("delivered", 2 * CLIENTS * LIVES)]


def test_hosod_is_killed(scene):
    with scene.load() as load:
        for share in sorted(scene.dice.uniform(0.1, 0.9) for _ in range(3)):
            scene.wait_share(load, share)
            scene.restart_hosod()
    scene.check(load)


def test_backends_are_killed(scene):
    def backends():
        rows = scene.running.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'hoso_daemon' AND datname = 'hoso'")
        return [pid for (pid,) in rows]

    with scene.load() as load:
        for share in (0.3, 0.7):
            scene.wait_share(load, share)
            # The server takes the death of one for a crash of all, and recovers.
            os.kill(scene.dice.choice(backends()), signal.SIGKILL)
            wait.until(lambda: scene.hosod.readyz()[0] == 200, 60, "hosod's way back")
    scene.check(load)


def test_sessions_are_ended_by_an_operator(scene):
    with scene.load() as load:
        for share in (0.2, 0.4, 0.6, 0.8):
            scene.wait_share(load, share)
            scene.running.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon'")
    scene.check(load)


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGKILL], ids=["immediate", "kill"])
def test_the_database_server_is_killed(scene, number):
    with scene.load() as load:
        scene.wait_share(load, scene.dice.uniform(0.2, 0.8))
        scene.running.kill_postgres(number)
    scene.check(load)


def test_the_portal_is_killed(scene):
    with scene.load() as load:
        for share in (0.3, 0.6):
            scene.wait_share(load, share)
            scene.portal.kill()
            scene.portal.start()
    scene.check(load)


def test_hosod_stands_still(scene):
    with scene.load() as load:
        for share in (0.3, 0.7):
            scene.wait_share(load, share)
            with scene.running.paused(scene.hosod.pid):
                threading.Event().wait(scene.dice.uniform(1, 2))
    scene.check(load)


def test_the_database_stands_still(scene):
    with scene.load() as load:
        scene.wait_share(load, 0.4)
        with scene.running.paused(scene.running.postgres_pid()):
            threading.Event().wait(1)
        scene.wait_share(load, 0.6)
        rows = scene.running.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'hoso_daemon'")
        for (pid,) in rows:
            os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(2)
        for (pid,) in rows:
            os.kill(pid, signal.SIGCONT)
    scene.check(load)


def test_hosod_is_asked_to_stop(scene):
    with scene.load() as load:
        for share in (0.3, 0.7):
            scene.wait_share(load, share)
            assert scene.hosod.stop() == 0
            held = scene.running.sql("SELECT count(*) FROM outbox WHERE lease_until > now()")
            assert held == [(0,)], "a sender that stops in order leaves nothing behind"
            scene.hosod.start()
    scene.check(load)


def test_two_daemons_share_the_work_and_one_dies(scene):
    """The other one takes over what the dead one had in the air, when its lease is over."""
    with Hosod(scene.running, scene.settings) as second:
        with scene.load([scene.hosod.url, second.url]) as load:
            scene.wait_share(load, 0.5)
            second.kill()
        scene.check(load)


def test_two_daemons_get_the_same_scans_at_once(scene):
    dice = random.Random(scene.dice.randrange(1_000_000))
    scans = interleave([make_life()[1] for _ in range(2 * LIVES)], dice)
    token = scene.world.token()
    with Hosod(scene.running, scene.settings) as second:
        urls = (scene.hosod.url, second.url)
        twins = [
            Client([url], scene.running.ca, token, scans, SEED, 120 * LONG, scene.recorder, scene.witness)
            for url in urls
        ]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.join(120 * LONG + 30)
        for twin in twins:
            assert twin.refused == {} and twin.unsent == []
        scene.check(None, "the same scans sent to two daemons at once", len(scans))
