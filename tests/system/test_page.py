"""The page: its modules in Node, its flows in Chromium; what the screen confirmed is held against the database."""

import json
import os
import random
import re
import shutil
import subprocess

import pytest
import yaml

from lib import browser, places
from lib.api import scan
from lib.standalone import Standalone
from lib.world import FIRST_LEG, World, moment, new_dossier_code, new_item

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.Random().randrange(1_000_000)))
NODE = int((shutil.which("node") and subprocess.run(["node", "--version"], capture_output=True, text=True).stdout or "v0")[1:].split(".")[0])
RUN = places.ROOT / "tests" / "web" / "run"

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]


def run(what, **environment):
    done = subprocess.run([RUN, what], env={**os.environ, "HOSO_BUILD": str(places.BUILD), **environment},
                          capture_output=True, text=True, timeout=600 * LONG)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.once
def test_the_modules():
    run("modules")


@pytest.mark.once
def test_the_first_load():
    """What a browser must have before anybody can sign in, as it travels; old phones on slow networks."""
    web = places.BUILD / "client" / "web" / "web"
    page = (web / "index.html").read_text()
    wanted, found = re.findall(r'"/assets/([^"]+)"', page), []
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.append(name)
            wanted += re.findall(r'(?:from|import)"\./([^"]+)"', (web / name).read_text())
    assert {name.rpartition(".")[2] for name in found} == {"js", "css"}
    assert set(re.findall(r'modulepreload" href="/assets/([^"]+)"', page)) == {
        name for name in found if name.startswith("part-")}, "no file is found out about only when another is there"
    travels = [next(path for path in (web / f"{name}.br", web / name) if path.exists()) for name in ["index.html", *found]]
    assert sum(path.stat().st_size for path in travels) <= 60_000


@pytest.mark.once
def test_the_types():
    """esbuild takes the types off and looks at none of them."""
    folder = places.BUILD / "client" / "web" / "web.p"
    done = subprocess.run([folder / "node_modules" / ".bin" / "tsc", "-p", folder], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def clerk_sends(world, scans):
    """All of them, as many at a time as a request may have; each is recorded."""
    for start in range(0, len(scans), 100):
        reply = world.person("clerk").request("POST", world.running.url + "/v1/scans", scans[start:start + 100])
        assert {answer["verdict"] for answer in reply.json()} == {"recorded"}, reply.text


def accept(world, count):
    """Items that the counter has taken in."""
    codes = [new_item() for _ in range(count)]
    clerk_sends(world, [scan("accepted", code, moment(0), **FIRST_LEG) for code in codes])
    return codes


def film(code, folder):
    """A label held before a camera: a photo, and a film of it that Chromium takes for its camera."""
    subprocess.run(["zint", "--barcode=20", "--scale=2", "--height=60", f"--data={code}", f"--output={folder}/label.png"],
                   check=True, capture_output=True)
    subprocess.run(["convert", f"{folder}/label.png", "-background", "#d8d4cc", "-gravity", "center", "-extent", "1280x720",
                    "-rotate", "3", "-gravity", "center", "-extent", "1280x720", f"{folder}/photo.jpg"], check=True)
    photo = (folder / "photo.jpg").read_bytes()
    (folder / "camera.mjpeg").write_bytes(photo * 10)
    return folder / "photo.jpg", folder / "camera.mjpeg"


def on_the_way(world, count, papers=()):
    """Items that go to a citizen, and are with the courier; @papers: what the agency wants back for the first."""
    codes = accept(world, count)
    dossiers = [new_dossier_code() for _ in codes]
    results = [new_item() for _ in codes]
    scans = [scan("bound", code, moment(1), dossier_code=dossier) for code, dossier in zip(codes, dossiers)]
    wanted = [{"reclaim": list(papers)} if papers else {}] + [{}] * (count - 1)
    scans += [scan("accepted", item, moment(2), dossier_code=dossier, leg_kind="result", **more)
              for item, dossier, more in zip(results, dossiers, wanted)]
    scans += [scan("out_for_delivery", item, moment(3)) for item in results[:-1]]
    scans.append(scan("redirected", results[0], moment(4), receiver={"name": "Lê Người Mới", "address": "9 Trần Phú"}, requester="Người nhận"))
    clerk_sends(world, scans)
    return results


@pytest.mark.slow
@pytest.mark.timeout(600 * LONG)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20; the page is built with 18, too")
@browser.needed
def test_the_flows(tmp_path):
    with Standalone() as running:
        world = World(running)
        items = {"counter": accept(world, min(60 * LONG, 1000)), "expired": accept(world, 1), "tabs": accept(world, 20), "door": on_the_way(world, 3, ["Thẻ cũ"])}
        photo, camera = film(items["door"][0], tmp_path)
        (tmp_path / "items.json").write_text(json.dumps(items))
        confirmed = tmp_path / "confirmed"
        run("browser", HOSO_URL=running.url, HOSO_PASSWORD=world.password, HOSO_ITEMS=str(tmp_path / "items.json"),
            HOSO_CONFIRMED=str(confirmed), HOSO_PHOTO=str(photo), HOSO_CAMERA=str(camera), HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"), HOSO_SEED=str(SEED))
        shown = [json.loads(line) for line in confirmed.read_text().splitlines()]
        rows = running.sql("SELECT id::text, item_code, kind FROM event WHERE device LIKE '%%Chrome/%%' ORDER BY recorded_at, id")
        stored = {row[0]: row for row in rows}
        assert {line["event_id"] for line in shown} <= set(stored), "confirmed on the screen, and not in the database"
        assert len(stored) == len(items["counter"]) + 1 + 1 + len(items["tabs"]) + 5, "something is there twice, or missing"
        assert running.sql("SELECT verdict, data->'reclaimed' FROM event WHERE kind = 'delivered' AND item_code = %s",
                           items["door"][0]) == [("recorded", [{"name": "Thẻ cũ", "state": "taken"}])]
        counter = [row[1] for row in rows if row[1] in set(items["counter"])]
        assert counter == items["counter"] + items["counter"][:1], "not in the order of the scanner"
        world.close()


# What the page says of a token: a prefix of its words, and whose tokens it has to have.
SAID = {"catalogue_what": "CatalogueLine.what", "line_money": "ManifestLine.money_kind", "manifest": "ManifestKind", "manifests_state": "Manifest.state",
        "money_kind": "MoneyKind", "money_state": "HandIn.state", "payment": "ManifestClose.payment", "next_step": "DeliveryStep.action", "portal_road": "Road.state", "portal_state": "OutboxState", "reports": "ReportName",
        "todo": "Exception.next_action", "visit_kind": "VisitKind", "visit_state": "VisitState", "void_reason": "StepData.void_reason", "what": "ExceptionKind",
        "area": "AreaRelation", "relation": "ScanData.relation", "id_kind": "ScanData.id_kind"}
# Its labels, which come from include/hoso at build time.
LABELLED = {"dossier_statuses": "DossierStatus", "events": "EventKind", "leg_kinds": "LegKind", "leg_states": "LegState", "reasons": "Reason", "roles": "Role",
            "verdicts": "Verdict", "visit_actions": "VisitChange.action", "visit_channels": "VisitChannel", "visit_kinds": "VisitKind", "visit_reasons": "VisitReason",
            "visit_states": "VisitState", "visit_wishes": "VisitWish"}


def tokens_of(contract, path):
    schema, _, member = path.partition(".")
    found = contract["components"]["schemas"][schema]
    found = found["properties"][member] if member else found
    return [token for token in found["enum"] if token is not None]


@pytest.mark.once
def test_every_token_has_its_words_in_both_languages():
    contract = yaml.safe_load((places.ROOT / "daemon" / "api" / "openapi.yaml").read_text())
    words = places.ROOT / "client" / "web" / "src" / "words"
    vi, en, labels = (json.loads((words / f"{name}.json").read_text()) for name in ("vi", "en", "labels_en"))
    lacks = [f"{prefix}.{token}" for prefix, path in SAID.items() for token in tokens_of(contract, path) if f"{prefix}.{token}" not in vi]
    assert lacks == []
    foreign = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
    assert {key: text for key, text in en.items() if foreign.search(re.sub(r"\bđ\b", "", text)) and key != "language.other"} == {}, "English with Vietnamese marks"
    include = "".join(path.read_text() for path in sorted((places.ROOT / "include" / "hoso").glob("*.h")))
    for table, path in LABELLED.items():
        rows = re.search(rf"#define HOSO_{table.upper()}\(X\)((?:.*\\\n)*.*)", include)[1]
        wires = re.findall(r'X\(\w+, "([^"]+)"', rows)
        assert set(tokens_of(contract, path)) <= set(wires), table
        assert list(labels[table]) == wires, f"{table} in English"
        assert not [text for text in labels[table].values() if "_" in text or foreign.search(text)]
    assert set(labels) == set(LABELLED)
