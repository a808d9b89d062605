"""
Between the clients and hosod the road fails in every way: whatever was answered is there, and whatever was not
may be sent again under its id without being doubled.
"""

import concurrent.futures
import os
import random
import ssl
import subprocess
import threading
import time

import httpx
import pytest

from lib import table, wait
from lib.api import scan
from lib.client import HOSO, json_lines, needs_hoso, stored_codes
from lib.fault_proxy import DOWN, UP, Cut, Delay, Drip, FaultProxy, Script, Hole
from lib.fault_scene import LONG, SEED, Scene
from lib.oracle import Oracle
from lib.world import FIRST_LEG, moment, new_item

pytestmark = [pytest.mark.slow]

EVERY_OFFSET = LONG > 1     # else a sample
SAMPLE = 40                 # offsets of each direction, beside the borders
TWIN_IDS = 200 * min(LONG, 50)
CUTS = ["rst", "fin", "half"]


@pytest.fixture(scope="module")
def scene():
    with Scene(roads=("front",)) as made:
        yield made


@pytest.fixture(autouse=True)
def whole_road(scene):
    yield
    scene.front.script = Script
    scene.front.next_scripts.clear()
    scene.front.let_go()
    scene.front.cut_all()


@pytest.fixture(scope="module")
def tls(scene):
    return ssl.create_default_context(cafile=str(scene.running.ca))


class Counting(Script):
    """How many bytes a whole exchange is, either way; .borders: where pieces began."""

    def __init__(self):
        self.borders = {UP: [0], DOWN: [0]}
        self.is_over = False

    async def up(self, link, data):
        await super().up(link, data)
        self.borders[UP].append(link.passed[UP])

    async def down(self, link, data):
        await super().down(link, data)
        self.borders[DOWN].append(link.passed[DOWN])

    async def end(self, link, way):
        self.is_over = True
        await super().end(link, way)


def measure(scene, tls, made, url=None, proxy=None):
    """The borders of one good exchange."""
    whole = Counting()
    (proxy or scene.front).next_scripts.append(whole)
    record(scene, [made], post(scene, tls, [made], url))
    wait.until(lambda: whole.is_over, what="the end of the exchange")
    return whole.borders


def accepted():
    return scan("accepted", new_item(), moment(0), **FIRST_LEG)


def post(scene, tls, scans, url=None, timeout=5):
    """One request on a connection of its own: the results, or None when no whole answer came."""
    headers = {"authorization": f"Bearer {scene.world.token()}"}
    try:
        with httpx.Client(verify=tls, timeout=timeout, trust_env=False, headers=headers) as client:
            reply = client.post((url or scene.url) + "/v1/scans", json=scans)
    except httpx.HTTPError:
        return None
    return reply.json() if reply.status_code == 200 else None


def record(scene, scans, results):
    for made, result in zip(scans, results):
        assert result["event_id"] == made["event_id"] and "error" not in result, result
        told = scene.answers.setdefault(made["event_id"], result)
        assert told["verdict"] == result["verdict"] and told["dseq"] == result["dseq"]


def offsets_of(borders, dice):
    """All offsets, or the borders of pieces, what lies beside them, and a sample."""
    last = borders[-1]
    if EVERY_OFFSET:
        return range(last + 2)
    near = {border + step for border in borders for step in (-1, 0, 1)}
    return sorted({at for at in near if at >= 0} | {dice.randrange(last) for _ in range(SAMPLE)})


@pytest.mark.parametrize("way", [UP, DOWN])
def test_an_exchange_is_cut_at_every_byte(scene, tls, way):
    """D-01. The bytes are those of TLS, from the first of the handshake to the last of the reply."""
    dice = random.Random(SEED)
    offsets = offsets_of(measure(scene, tls, accepted())[way], dice)
    unheard = 0
    for at in offsets:
        made = [accepted()]
        scene.front.next_scripts.append(Cut(way, at, dice.choice(["rst", "fin"])))
        answer = post(scene, tls, made)
        if answer is None:
            unheard += 1
            answer = post(scene, tls, made, scene.hosod.url)
        record(scene, made, answer)
    assert unheard >= len(offsets) * 0.8, "the cuts do not hit the exchange"
    scene.check()
    table.row(f"exchange cut at byte n, {way}", len(offsets), unheard=unheard, seed=SEED)


def test_who_makes_a_new_id_for_every_try_doubles(scene, tls):
    """The control: the cuts hit, and only the id saves us."""
    item, other = accepted(), accepted()
    like_it = scan("note", other["code"], moment(1), note="một lần thôi")  # its answer is as long
    scene.send(item, other, like_it)
    for _ in range(5):
        first, second = (scan("note", item["code"], moment(1), note="một lần thôi") for _ in range(2))
        last = measure(scene, tls, like_it)[DOWN][-1]
        scene.front.next_scripts.append(Cut(DOWN, last - 60, "rst"))
        assert post(scene, tls, [first]) is None
        record(scene, [second], post(scene, tls, [second]))
    notes = scene.running.sql("SELECT count(*) FROM event WHERE item_code = %s AND kind = 'note'", item["code"])
    assert notes == [(10,)]


def storm(dice):
    """A road on which one connection in two is good for long."""
    def script():
        way = dice.choice([UP, DOWN])
        after = int(10 ** dice.uniform(2, 4.2))
        cut = Cut(way, after, dice.choice(CUTS))
        return dice.choice([Script(), cut, cut, cut, Delay(way, 0.05), Drip(way, dice.choice([50, 1000]), 0.001)])
    return script


def test_a_storm(scene):
    """D-03 and more: resets, ends, half-closes, delays and drips, under load."""
    dice = random.Random(SEED)
    scene.front.script = storm(dice)
    before = scene.front.counts["connections"]
    with scene.load(8, 4 * LONG) as load:
        for share in range(1, 20):
            wait.until(lambda: load.answered() >= load.total * share / 20, 60 * LONG, "some of the load", every=0.01)
            scene.front.cut_all(dice.choice(["rst", "fin"]))  # who found a good road may not keep it
    connections = scene.front.counts["connections"] - before
    assert sum(client.troubles for client in load.clients) > 10
    scene.check(load)
    table.row("connections in a storm", connections, scans=load.total, seed=SEED)


def hasten(load, seconds):
    """Clients that give up after @seconds, so that a black hole does not fill the test."""
    for client in load.clients:
        client.http.timeout = httpx.Timeout(seconds)


def test_a_black_hole_and_back(scene):
    """D-04. First packets are lost and come again; then the connections themselves are forgotten by the way."""
    load = scene.load(6, 2 * LONG)
    hasten(load, 2)
    with load:
        for share, lost in ((0.2, False), (0.6, True)):
            wait.until(lambda: load.answered() > load.total * share, 60, "some of the load", every=0.01)
            scene.front.hold()
            scene.front.script = Hole
            threading.Event().wait(0.8)
            if lost:
                scene.front.cut_all("fin")
            scene.front.script = Script
            scene.front.let_go()
    scene.check(load)
    table.row("black hole between client and hosod", 2, scans=load.total, seed=SEED)


def test_a_request_that_drips(scene, tls):
    """A phone at the edge of its network is slow and is served."""
    for way, size in ((UP, 16), (DOWN, 16), (UP, 1)):
        scene.front.next_scripts.append(Drip(way, size, 0.0005))
        made = [accepted()]
        record(scene, made, post(scene, tls, made, timeout=15))


def test_the_same_id_on_many_connections_at_once(scene, tls):
    """D-08. One event, and everybody is told the same."""
    dice = random.Random(SEED)
    headers = {"authorization": f"Bearer {scene.world.token()}"}
    clients = [httpx.Client(verify=tls, timeout=20, trust_env=False, headers=headers) for _ in range(8)]
    replayed = 0
    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        for _ in range(TWIN_IDS):
            made = [accepted()]
            chosen = dice.sample(clients, dice.randint(2, 8))
            replies = pool.map(lambda client: client.post(scene.hosod.url + "/v1/scans", json=made), chosen)
            results = [reply.json()[0] for reply in replies]
            for result in results:
                record(scene, made, [result])
            replayed += len(results) - 1
    for client in clients:
        client.close()
    scene.check()
    table.row("same id on 2-8 connections at once", TWIN_IDS, copies=replayed, seed=SEED)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_half_open_connections_give_their_descriptors_back(scene, tls):
    """D-07. Forty clients are forgotten by the way in the middle of something; nobody tells hosod."""
    pid = scene.hosod.pid
    scene.send(accepted())
    before = descriptors(pid)
    with FaultProxy(scene.hosod.listen, source="127.0.0.2") as nat:
        borders = measure(scene, tls, accepted(), f"https://{nat.listen}", nat)[UP]
        # In the handshake; in the long run before and in a request, too, which may take its time.
        places = [300] if LONG == 1 else [300, *(border + 20 for border in borders[-4:-1])]
        for number in range(40):
            nat.next_scripts.append(Hole(places[number % len(places)]))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            url = f"https://{nat.listen}"
            dead = list(pool.map(lambda _: post(scene, tls, [accepted()], url, timeout=0.7), range(40)))
        assert dead == [None] * 40
        assert descriptors(pid) >= before + 30, "hosod knows already: the connections are not half open"
        wait.until(lambda: descriptors(pid) <= before + 2, 75, "the descriptors of the forgotten", every=0.2)
    table.row("half-open connections", len(dead), seed=SEED)


@pytest.mark.alone
def test_all_come_back_at_once(scene):
    """D-05, small: while nobody could connect everybody kept on scanning; then all send, and a fresh scan still passes."""
    clients, lives = 40, LONG
    scene.front.refuse()
    load = scene.load(clients, lives)
    statuses, waits = set(), []
    with load:
        threading.Event().wait(0.5)
        assert load.answered() == 0
        scene.front.accept()
        began = time.monotonic()
        while any(client.is_alive() for client in load.clients):
            made, sent_at = accepted(), time.monotonic()
            reply = scene.world.person("clerk").request("POST", scene.hosod.url + "/v1/scans", [made])
            statuses.add(reply.status_code)
            if reply.status_code == 200:
                record(scene, [made], reply.json())
                waits.append(time.monotonic() - sent_at)
            threading.Event().wait(0.05)
        drained_s = time.monotonic() - began
    assert statuses <= {200, 503}
    waits.sort()
    p99_s = waits[int(len(waits) * 0.99)]
    assert p99_s <= 2, f"a fresh scan waited {p99_s:.1f} s"
    scene.check(load)
    table.row("reconnect herd", clients, scans=load.total, drained_s=round(drained_s, 1), fresh_p99_ms=int(p99_s * 1000))


class Counter:
    """A counter's program hoso with a spool of its own, on a road through the proxy."""

    def __init__(self, scene, folder):
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "HOSO_STATE": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"), "HOSO_SERVER": scene.url,
            "HOSO_CA": str(scene.running.ca), "LANG": "C", "TERM": "xterm"}
        password = folder / "password"
        password.write_text(scene.world.password + "\n")
        assert self.run("login", "clerk", "--password-file", password).returncode == 0

    def run(self, *arguments, text="", timeout=170):
        return subprocess.run([HOSO, *arguments], input=text.encode(), env=self.environment, capture_output=True,
                              timeout=timeout)


@needs_hoso
def test_what_hoso_said_was_kept_is_recorded_once_and_in_order(scene, tmp_path):
    """The spool and the sender, through a storm: every ĐÃ LƯU becomes one event, and a dossier's in their order."""
    counter = Counter(scene, tmp_path)
    items = [accepted() for _ in range(40)]
    scene.send(*items)
    codes, said = [item["code"] for item in items], []
    scene.front.script = storm(random.Random(SEED))
    for turn in range(3 * LONG):
        if turn % 3 == 1:
            scene.front.refuse()
        drain = "0" if turn % 3 == 1 else "3"
        result = counter.run("scan", "--kind", "note", "-d", f"note=lần {turn}", "--json", "--drain", drain,
                             text="\n".join(codes))
        assert result.returncode in (0, 75), result.stderr.decode()
        stored = [line for line in json_lines(result.stdout) if line["type"] == "stored"]
        assert [line["code"] for line in stored] == codes
        said += [(line["event_id"], line["code"]) for line in stored]
        if turn % 3 == 1:
            scene.front.accept()
    scene.front.script = Script
    scene.front.cut_all()
    assert counter.run("scan", "--kind", "note", "-d", "note=x", "--json", "--drain", "60").returncode == 0
    assert counter.run("queue", "--json").stdout == b""
    oracle = Oracle(scene.running)
    oracle.check(scene.answers)
    for wanted in codes:
        recorded = [event["id"] for event in oracle.events if event["item_code"] == wanted]
        assert recorded[1:] == [event_id for event_id, code in said if code == wanted]
    times = [oracle.by_id[event_id]["recorded"] for event_id, _ in said]
    assert times == sorted(times)
    table.row("hoso's spool through a storm", len(said), seed=SEED)
