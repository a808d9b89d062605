"""Signatures and photos on a courier's phone: what the screen confirmed is what the database has, byte for byte, once."""

import json
import shutil
import subprocess

import pytest

from lib import places
from lib.standalone import Standalone
from lib.world import World
from system.test_page import NODE, SEED, film, on_the_way, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600),
              pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here"),
              pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too"),
              pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium: tools/setup web installs it")]


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


def test_proofs_of_a_courier(tmp_path):
    with Standalone() as running:
        world = World(running)
        names = ("whole", "photo", "failed", "cut", "behind", "refused")
        items = dict(zip(names, on_the_way(world, len(names) + 1)))
        photo, _ = film(items["whole"], tmp_path)
        (tmp_path / "items.json").write_text(json.dumps(items))
        confirmed = tmp_path / "confirmed"
        run("proof", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"), HOSO_CONFIRMED=str(confirmed),
            HOSO_PHOTO=str(photo), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED), **photos(tmp_path))
        told = json.loads(confirmed.read_text())
        rows = running.sql("SELECT u.event_id::text, u.what, e.item_code, encode(u.sha256, 'hex'), p.media, length(p.bytes), sha256(p.bytes) = u.sha256"
                           " FROM proof_use u JOIN event e ON e.id = u.event_id LEFT JOIN proof p USING (sha256) ORDER BY 1, 2")
        assert all(row[6] for row in rows), "each proof that an event speaks of is there, and is what it says"
        found = {(row[0], row[1]): row for row in rows}
        assert len(found) == len(rows) == 8, "of three deliveries both, of two events one"
        for proof in told:
            row = found[proof["event_id"], proof["what"]]
            assert row[2] == proof["code"]
            if "sha256" in proof:
                assert row[3:6] == (proof["sha256"], proof["media"], proof["bytes"])
        assert running.sql("SELECT count(*) FROM proof_part") == [(0,)] and running.sql("SELECT count(*) FROM proof") == [(len({row[3] for row in rows}),)]
        assert running.sql("SELECT count(*) FROM view_log WHERE what = 'proof'") == [(8,)], "each look is written down"
        world.close()
