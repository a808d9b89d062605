"""
Signatures and photos on a courier's phone, and its bad days: a full disk, a new version of the page, a browser that is killed. What
the screen confirmed is what the database has, byte for byte, once.
"""

import json
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from lib import browser, places
from lib.api import Api, s10, uuid7
from lib.hosod import Hosod
from lib.office import pin_key_of
from lib.standalone import Standalone
from lib.table import row
from lib.world import World
from system.test_page import LONG, NODE, SEED, accept, film, on_the_way, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 * LONG),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              browser.needed]

LONGER = pytest.mark.skipif(LONG < 2, reason="the everyday check has no time for it: HOSO_LONG=2, as in the long run")
WEB = places.BUILD / "client" / "web" / "web"


@pytest.fixture(scope="module")
def served():
    """The page as this hosod has it, in a folder that a test may replace; open, for the ordinary user that root's runs use."""
    with tempfile.TemporaryDirectory(prefix="hoso-web-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        shutil.copytree(WEB, folder / "web")
        yield folder / "web"


@pytest.fixture(scope="module")
def world(served):
    with Standalone([f"web.folder={served}", "office.proof_required=true"]) as running:
        made = World(running)
        yield made
        made.close()


def run_page(what, world, folder, items, url=None, **environment):
    """What the page's test says that the database must have."""
    (folder / "items.json").write_text(json.dumps(items))
    photo, _ = film(s10(1), folder)
    run(what, HOSO_URL=url or world.running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(folder / "items.json"), HOSO_PHOTO=str(photo),
        HOSO_CONFIRMED=str(folder / "confirmed"), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED), **environment)
    return json.loads((folder / "confirmed").read_text())


def events_of(world, codes):
    """(id, item, kind, verdict) of what phones have recorded of these items, in its order."""
    return world.running.sql("SELECT id::text, item_code, kind, verdict FROM event WHERE item_code = ANY (%s) AND device LIKE '%%Chrome/%%'"
                             " ORDER BY recorded_at, id", list(codes))


def proofs_of(world, codes):
    """(event, what, item, SHA-256, media, length, is it what it says?)"""
    return world.running.sql("SELECT u.event_id::text, u.what, e.item_code, encode(u.sha256, 'hex'), p.media, length(p.bytes), sha256(p.bytes) = u.sha256"
                             " FROM proof_use u JOIN event e ON e.id = u.event_id LEFT JOIN proof p USING (sha256)"
                             " WHERE e.item_code = ANY (%s) ORDER BY 1, 2", list(codes))


def photos(folder):
    """What cameras give: a large one with its place and lying on its side, a black one, one that does not get small."""
    def convert(*words):
        subprocess.run(["convert", *words], check=True, capture_output=True)
    convert("-seed", "1", "-size", "3200x2400", "plasma:white-black", "-quality", "99", str(folder / "plain.jpg"))
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # orientation 6: turned by a quarter
    plain = (folder / "plain.jpg").read_bytes()
    (folder / "large.jpg").write_bytes(plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:])
    convert("-size", "800x600", "xc:black", str(folder / "black.jpg"))
    convert("-seed", "1", "-size", "1000x700", "gradient:white-black", "-attenuate", "2", "+noise", "Gaussian", "-quality", "90", str(folder / "noise.jpg"))
    return {f"HOSO_{name.upper()}": str(folder / f"{name}.jpg") for name in ("large", "black", "noise")}


def test_proofs_of_a_courier(world, tmp_path):
    names = ("whole", "photo", "failed", "cut", "behind", "refused", "bare")
    items = dict(zip(names, on_the_way(world, len(names) + 1)))
    told = run_page("proof", world, tmp_path, items, **photos(tmp_path))
    rows = proofs_of(world, items.values())
    assert all(proof[6] for proof in rows), "each proof that an event speaks of is there, and is what it says"
    found = {proof[:2]: proof for proof in rows}
    assert len(found) == len(rows) == (4 if LONG == 1 else 8), "of deliveries both, of two events one"
    for proof in told:
        there = found[proof["event_id"], proof["what"]]
        assert there[2] == proof["code"]
        if "sha256" in proof:
            assert there[3:6] == (proof["sha256"], proof["media"], proof["bytes"])
    assert world.running.sql("SELECT count(*) FROM proof_part") == [(0,)]
    looks = world.running.sql("SELECT count(*) FROM view_log v JOIN leg l ON l.dossier_id = v.dossier_id WHERE v.what = 'proof' AND l.item_code = %s",
                              items["whole"])
    assert looks == [(2 * min(LONG, 2),)], "each look is written down"


def test_a_pin_is_asked_for_where_there_is_one(world, served, tmp_path):
    _, with_pin, offline, *_ = on_the_way(world, 4)
    with Hosod(world.running, [pin_key_of(world.running), f"web.folder={served}"]) as hosod:
        clerk = Api(hosod.url, hosod.ca)
        clerk.login("clerk", world.password)
        pins = [clerk.post(f"/v1/items/{item}/pin", {"request_id": uuid7()}).json()["pin"] for item in (with_pin, offline)]
        clerk.close()
        run_page("pin", world, tmp_path, {"items": [with_pin, offline], "pins": pins}, url=hosod.url)
    assert [event[1:] for event in events_of(world, [with_pin, offline])] == [(item, "delivered", "recorded") for item in (with_pin, offline)]


@LONGER
def test_a_full_disk(world, tmp_path):
    door, full, *_ = on_the_way(world, 3)
    items = {"door": door, "full": full, "scans": accept(world, 5)}
    told = run_page("quota", world, tmp_path, items)
    found = events_of(world, [*told, full])
    assert sorted(event[1] for event in found) == sorted([door, *items["scans"]]), f"once each, and not what was not confirmed: {found}"
    assert [proof[1:3] + proof[6:] for proof in proofs_of(world, [door, full])] == [("signature", door, True)]


def build_next(folder):
    """The page as its next version: other bytes in each of its parts, so other names."""
    private = WEB.with_suffix(".p")
    copy = folder / "source"
    shutil.copytree(private / "src", copy / "src")
    for name in ("build.mjs", "package.json", "tsconfig.json"):
        shutil.copy(private / name, copy)
    (copy / "node_modules").symlink_to(private / "node_modules")
    for name in ("main.tsx", "screens/handing.ts", "screens/proving.ts", "screens/supervising.ts"):
        with (copy / "src" / name).open("a") as file:
            file.write('document.documentElement.dataset.version = "next";\n')
    subprocess.run(["node", "build.mjs", folder / "next", places.ROOT / "daemon/api/openapi.yaml", folder / "page.d", "web", copy / "src",
                    places.ROOT / "include/hoso"], cwd=copy, check=True)
    return folder / "next"


@LONGER
def test_a_new_version_comes_while_the_queue_is_full(world, served, tmp_path):
    door, half, *_ = on_the_way(world, 3)
    items = {"door": door, "half": half, "scans": accept(world, 5)}
    told = run_page("update", world, tmp_path, items, HOSO_SERVED=str(served), HOSO_NEXT=str(build_next(tmp_path)),
                    HOSO_PID=str(world.running.folder / "hosod.pid"))
    found = events_of(world, [door, half, *items["scans"]])
    assert [event[:3] for event in found] == [tuple(event.values()) for event in told], "each once, in the order of the phone"
    assert [proof[1:3] + proof[6:] for proof in proofs_of(world, [door])] == [("photo", door, True), ("signature", door, True)]


def test_the_browser_is_killed_again_and_again(world, tmp_path):
    runs = 3 if LONG == 1 else 4 * LONG
    items = {"doors": on_the_way(world, runs + 1)[:-1], "scans": accept(world, 4 * runs)}
    told = run_page("kill", world, tmp_path, items, HOSO_RUNS=str(runs), HOSO_LONG=str(LONG))
    found = events_of(world, [*items["doors"], *items["scans"]])
    lost = {event["event_id"] for event in told} - {event[0] for event in found}
    doubled = len(found) - len({event[1:3] for event in found})
    proofs = proofs_of(world, items["doors"])
    broken = [proof for proof in proofs if not proof[6]]
    delivered = [event for event in found if event[2] == "delivered"]
    row("the browser killed while it saves and sends", runs, len(lost) + len(broken), doubled, events=len(found), proofs=len(proofs))
    assert not lost and not doubled and not broken and len(told) == len(found)
    assert len(proofs) == 2 * len(delivered), "each delivery with both of its proofs, whenever it was cut off"
