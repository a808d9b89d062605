"""
The n-th allocation or system call fails, for n = 1, 2, 3 …, while hosod serves one scan and one push, and while hoso
keeps a scan. Whatever fails, the answer is honest, and afterwards the oracle is content.

Everyday a sample of the n's, by HOSO_SEED; HOSO_LONG=n that many times more; HOSO_TORTURE=all until none fails.
"""

import collections
import os
import random
import signal
import threading
import time

import httpx
import pytest

from lib import table, wait
from lib.api import s10, scan
from lib.client import environment, hoso, needs_hoso, server, signed_in, stored_codes  # noqa: F401
from lib.faults import CALLS, LIBRARY, MEMORY, Faults
from lib.scene import LONG, SEED, Scene
from lib.sim import PortalSim
from lib.world import FIRST_LEG, moment, new_dossier_code, new_item

ALL = os.environ.get("HOSO_TORTURE") == "all"
SAMPLE = {MEMORY: 40 * LONG, CALLS: 12 * LONG}  # of each way that something may fail
COUNTER_SAMPLE = 5 * LONG
MISSES = 5          # so many n's in a row that nothing passes, and the end is reached: the count varies a little
REST_EVERY = 60
SYSEXITS = {0, 65, 69, 71, 73, 74, 75, 78}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIBRARY.exists(), reason=f"{LIBRARY} is not built"),
    pytest.mark.skipif(b"__asan_init" in (LIBRARY.read_bytes() if LIBRARY.exists() else b""),
                       reason="the address sanitizer has an allocator of its own"),
]


class Torture:
    def __init__(self, scene):
        self.scene, self.faults = scene, Faults(scene.running.folder / "lib")
        self.failed, self.deaths, self.dishonest = collections.Counter(), collections.Counter(), []
        scene.hosod.kill()
        self.start()

    def close(self):
        self.faults.close()

    def start(self):
        self.scene.expire_leases()
        self.scene.hosod.launch(**self.faults.environment())
        self.scene.hosod.wait_ready()

    def rest(self, what):
        """A new process, and everything must be through."""
        self.scene.hosod.kill()
        self.start()
        self.scene.check(None, what, sum(self.failed.values()))
        self.failed.clear()

    def turn(self, family, nth, way):
        """One scan and one push. Returns how many there were to fail, and whether one did."""
        item = new_item()
        scans = [
            scan("accepted", item, moment(0), **FIRST_LEG),
            scan("bound", item, moment(1), dossier_code=new_dossier_code()),
        ]
        self.faults.arm(family, nth, way)
        self.ask(scans, f"{way} of {family}:{nth}")
        through = self.is_pushed(scans[0]["event_id"])
        count, call = self.faults.disarm()
        if call:
            self.failed[call, way] += 1
            self.see_what_lives(call, way)
        elif not through:  # the road is closed by what failed in an earlier turn
            self.scene.hosod.kill()
            self.start()
        return count, call is not None

    def ask(self, scans, what):
        ids = [made["event_id"] for made in scans]
        request = self.scene.recorder.invoke("torture", ids)
        headers = {"authorization": f"Bearer {self.scene.world.token()}"}
        try:
            reply = httpx.post(self.scene.hosod.url + "/v1/scans", json=scans, headers=headers, timeout=12,
                               verify=str(self.scene.running.ca), trust_env=False)
        except httpx.HTTPError as error:
            self.scene.recorder.unknown(request, type(error).__name__)
            return
        try:
            results = reply.json()
        except ValueError:
            self.scene.recorder.unknown(request, "no JSON")
            self.dishonest.append((what, reply.status_code, reply.content[:200]))
            return
        if reply.status_code != 200:
            self.scene.recorder.fail(request, reply.status_code)
            if reply.status_code not in (500, 503):
                self.dishonest.append((what, self.faults.disarm()[1], reply.status_code, reply.text))
            return
        self.scene.recorder.ok(request, results)
        for result in results:
            if "verdict" not in result and result.get("status") not in (500, 503):
                self.dishonest.append((what, self.faults.disarm()[1], result))
        self.scene.witness.look([result["event_id"] for result in results if "verdict" in result])

    def is_pushed(self, event_id):
        """Wait until the push is through, or something has failed; False when neither comes."""
        query = "SELECT state = 'done' FROM outbox WHERE event_id = %s"
        end = time.monotonic() + 3
        while not self.faults.fired() and self.scene.running.sql(query, event_id) != [(True,)]:
            if time.monotonic() > end:
                return False
            threading.Event().wait(0.01)
        return True

    def see_what_lives(self, call, way):
        """It serves again by itself, or it is dead and was to die: by our hand, or out of memory."""
        hosod = self.scene.hosod
        wait.until(lambda: hosod.process.poll() is not None or hosod.readyz()[0] == 200, 30, f"hosod after {call}")
        if hosod.process.poll() is None:
            return
        wanted = [signal.SIGKILL] if "death" in way else [signal.SIGABRT, signal.SIGTRAP]  # GLib ends by a trap
        self.deaths[call, way] += 1
        said = hosod.text()[-1500:]
        number = -hosod.process.returncode
        self.start()
        assert number in wanted, (call, way, number, said)


@pytest.fixture(scope="module")
def torture():
    with PortalSim() as portal:
        scene = Scene("dvcqg", portal, 1, 1)
        made = Torture(scene)
        yield made
        made.close()
        scene.close()


def numbers(family, way, count):
    """The n's of this run; without an end when it is to be all of them."""
    if ALL:
        return range(1, 1_000_000)
    return sorted(random.Random(f"{SEED} {family} {way}").sample(range(1, count + 1), min(SAMPLE[family], count)))


WAYS = [(MEMORY, "error"), *((CALLS, way) for way in ("error", "interrupted", "again", "short", "death", "half_death"))]


def name_of(value):
    return {MEMORY: "memory", CALLS: "calls"}.get(value, value)


@pytest.mark.parametrize("family, way", WAYS, ids=name_of)
def test_one_scan_and_one_push(torture, family, way):
    what = f"a failing {'allocation' if family == MEMORY else 'system call'}: {way}"
    if torture.scene.hosod.process.poll() is not None:  # what failed in the test before is that one's failure
        torture.start()
    count, _ = torture.turn(family, 0, way)
    assert count > 50
    missed, turns = 0, 0
    for nth in numbers(family, way, count):
        _, fired = torture.turn(family, nth, way)
        turns, missed = turns + 1, 0 if fired else missed + 1
        if missed >= MISSES and ALL:
            break
        if turns % REST_EVERY == 0:
            torture.rest(what)
    print(f"{what}: {count} in all, {turns} tried, failed {dict(torture.failed)}, deaths {dict(torture.deaths)}")
    torture.rest(what)
    assert turns > missed
    assert torture.dishonest == []


def test_the_wall_clock_jumps(torture):
    """An hour ahead, some minutes back; further back, ids of the present would be refused as ids of the future."""
    scene, jumps = torture.scene, 12 * LONG
    with scene.load(clients=4, lives=2 * LONG) as load:
        for _ in range(jumps):
            somewhere = scene.dice.randint(-200_000, 900_000)
            torture.faults.set_clock_ahead(scene.dice.choice([0, 3_600_000, -240_000, somewhere]))
            scene.hosod.wait_ready()
            before = load.answered()
            wait.until(lambda: load.answered() > before or before == load.total, 20, "answers")
        torture.faults.set_clock_ahead(0)
    assert sum(client.troubles for client in load.clients) == 0
    scene.check(load, "the wall clock jumped", jumps)


# --- the counter


def keep(surroundings, faults, codes, family, nth, way):
    """hoso scan with a fault; (codes that it said it keeps, exit status, the call that failed, how many there were)."""
    faults.arm(family, nth, way)
    result = hoso({**surroundings, **faults.environment()}, "scan", "--kind", "ARR", "--json", text="\n".join(codes) + "\n")
    count, call = faults.disarm()
    output = result.stdout
    return stored_codes(output[:output.rfind(b"\n") + 1]), result.returncode, call, count


def may_end_with(family, way):
    """sysexits; or it dies by our hand, or out of memory as GLib does."""
    if "death" in way:
        return {-signal.SIGKILL, *SYSEXITS}
    return {-signal.SIGABRT, -signal.SIGTRAP, *SYSEXITS} if family == MEMORY else SYSEXITS


@needs_hoso
@pytest.mark.parametrize("family, way", [one for one in WAYS if one[1] != "again"], ids=name_of)
def test_a_scan_that_is_said_to_be_kept_is_kept(signed_in, server, tmp_path, family, way):  # noqa: F811
    """write, fsync, open and all others fail: then it is refused before the beep, and never a lie."""
    faults = Faults(tmp_path)
    serial, kept, failed = 0, [], collections.Counter()
    _, status, _, count = keep(signed_in, faults, [s10(serial)], family, 0, way)
    assert status == 0 and count > 20
    dice = random.Random(f"{SEED} {family} {way}")
    for nth in range(1, count + 1) if ALL else sorted(dice.sample(range(1, count + 1), min(COUNTER_SAMPLE, count))):
        codes = [s10(serial + 1 + n) for n in range(2)]
        serial += len(codes)
        stored, status, call, _ = keep(signed_in, faults, codes, family, nth, way)
        kept += stored
        failed[call] += 1
        assert status in may_end_with(family, way), (way, nth, call, status)
        # A terminal that cannot be read was hung up, which is the end of the input like any other.
        assert set(stored) >= set(codes) or status != 0 or call == "read", (way, nth, call, status, stored)
    assert hoso(signed_in, "queue", "send").returncode == 0
    assert not set(kept) - set(server.codes())
    assert len(set(server.codes())) == len(server.codes())
    what = f"a failing {'allocation' if family == MEMORY else 'system call'} while hoso keeps a scan: {way}"
    print(f"{what}: {count} in all, failed {dict(failed)}, {len(kept)} kept")
    table.row(what, sum(failed.values()),
              lost=len(set(kept) - set(server.codes())), seed=SEED)
    faults.close()
