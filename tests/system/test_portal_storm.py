"""
The portal does everything wrong at random while daemon, database and portal are killed beneath it. In the end
each line is there, in order and once; what it refused in words a person has sent again.

HOSO_LONG=n: n times as many deliveries, in rounds with a database each: 1,000,000 take about HOSO_LONG=1500.
"""

import random
import signal

import pytest

from lib import table, wait
from lib.fault_proxy import DOWN, UP, Cut, Script
from lib.fault_scene import LONG, SEED, Scene

pytestmark = [pytest.mark.slow]

# What is left when the load ends; a road that stays closed is probed at last every minute (BREAKER_PROBE_CEILING_MS).
DRAIN_S = 300
ROUND_MAX = 20  # times the everyday size that one database takes, so that the oracle's look at it stays bounded
CLIENTS = 4

SINGLES = ["500", "502", "503", "504", "408", "429", "drop", "short", "html", "truncated", "wrong-json", "other-key",
           "oversize", "endless", "gzip-bomb", "empty", "exists"]
NEVER_APPLIED = ["400", "404", "410", "413", "422", "older", "hang", "slow"]
ROAD_CLOSERS = ["401", "403", "redirect"]  # each costs seconds, so a round has few of them, however large it is
CHANCES = {mode: 0.006 for mode in SINGLES + NEVER_APPLIED}
CHANCES |= {mode: 0.004 / min(LONG, ROUND_MAX) for mode in ROAD_CLOSERS}
CHANCES |= {f"apply-then-{mode}": 0.006 for mode in [*SINGLES, "hang", "late"]}


def script(dice):
    """One connection to the portal in ten is cut somewhere."""
    if dice.random() < 0.9:
        return Script()
    return Cut(dice.choice([UP, DOWN]), int(10 ** dice.uniform(1, 3.8)), dice.choice(["rst", "fin", "hole"]))


def blows(scene):
    """What may happen beneath; each leaves all three running."""
    return [
        scene.restart_hosod,
        lambda: scene.running.kill_postgres(scene.dice.choice([signal.SIGKILL, signal.SIGQUIT])),
        lambda: (scene.portal.kill(), scene.portal.start(), misbehave(scene)),
        lambda: scene.running.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hoso_daemon'"),
        lambda: scene.road.cut_all(scene.dice.choice(["rst", "fin"])),
    ]


def misbehave(scene):
    """Not for ever: a road that is closed again and again is opened ever later, and a round has an end."""
    scene.portal.misbehave_at_random(CHANCES, 80 * min(LONG, ROUND_MAX), scene.dice.randrange(1_000_000))


def retry_the_dead(scene, whole_seconds):
    """A person at work: dead letters, which are only what the portal refused in words, are sent again."""
    dead = 0

    def is_through():
        nonlocal dead
        reply = scene.world.person("chief").request("GET", scene.hosod.url + "/v1/outbox?state=dead")
        for item in reply.json()["items"]:
            assert "Cổng báo lỗi 4" in item["answer"], item
            dead += 1
            scene.world.person("chief").request("POST", f"{scene.hosod.url}/v1/outbox/{item['id']}/retry")
        return scene.is_drained() and not reply.json()["items"]

    try:
        wait.until(is_through, whole_seconds, "an empty outbox without dead letters", every=0.2)
    except AssertionError as late:
        left = scene.running.sql("SELECT id, state, attempt, failures, (lease_until - now())::text, (next_at - now())::text,"
                                 " last_error FROM outbox WHERE state IN ('ready', 'dead') ORDER BY id LIMIT 20")
        raise AssertionError(f"{late}; left: {left}") from late
    return dead


@pytest.mark.timeout(DRAIN_S + 300)
@pytest.mark.parametrize("profile", ["dvcqg"] if LONG == 1 else ["dvcqg", "webhook"])
@pytest.mark.parametrize("turn", range((LONG + ROUND_MAX - 1) // ROUND_MAX))
def test_everything_at_once(profile, turn):
    size = min(LONG, ROUND_MAX)
    with Scene(profile, roads=("road",)) as scene:
        scene.dice = random.Random(SEED + turn)
        scene.road.script = lambda: script(scene.dice)
        misbehave(scene)
        scene.world.person("chief")  # signs in while nothing is struck; the standalone's own hosod does that, and nobody waits for it below
        # Each of them once; more in the long run, in any order.
        struck = [*blows(scene), *scene.dice.choices(blows(scene), k=2 * (size - 1))]
        with scene.load(CLIENTS, 2 * size, seconds=150) as load:
            for number, blow in enumerate(struck):
                wait.until(lambda: load.answered() >= load.total * number / len(struck), 150 * size, "the next blow's time")
                blow()
                scene.hosod.wait_ready(60)
        dead = retry_the_dead(scene, DRAIN_S * size)
        requests = sum(scene.portal.state()["requests"].values())
        scene.portal.misbehave()
        scene.road.script = Script
        scene.check(load)
        applied = len(scene.portal.applied())
    table.row(f"random portal faults with crashes beneath, {profile}", applied, blows=len(struck), dead_and_retried=dead,
              requests_since_its_last_start=requests, seed=SEED + turn)
