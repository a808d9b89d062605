"""Reports on the page, in Chromium; what it shows is held against an independent count of the database."""

import datetime
import json
import shutil

import pytest

from lib import browser, places
from lib.report_oracle import ReportOracle, share
from lib.standalone import Standalone
from lib.year import YEAR, Year
from system.test_page import NODE, SEED, run

pytestmark = [pytest.mark.skipif(not shutil.which("npm"), reason="no npm: the page is not built here")]

FIRST, LAST = datetime.date(YEAR, 4, 1), datetime.date(YEAR, 6, 30)
LEGS = 3000


def number(text):
    return int(text.replace(".", "")) if text.replace(".", "").isdigit() else text


def counts(rows):
    """{key: numbers} of the volume's rows: behind the key and the name."""
    return {cells[0]: [number(cell) for cell in cells[2:]] for cells in rows}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_reports_on_the_page(tmp_path):
    with Standalone() as running:
        year = Year(running, LEGS, SEED)
        said = tmp_path / "said"
        run("report", HOSO_URL=running.url, HOSO_PASSWORD=year.password, HOSO_SAID=str(said), HOSO_YEAR=str(YEAR),
            HOSO_SCREENS=str(places.BUILD / "tests" / "web" / "screens"))
        shown = dict(json.loads(line) for line in said.read_text().splitlines())
        oracle = ReportOracle(running)
        wanted = oracle.volume(FIRST, LAST)
        assert sum(wanted["total", ""]) > 0
        assert list(counts(shown["volume.total"]).values()) == [wanted["total", ""]]
        assert counts(shown["volume.office"]) == {key: row for (section, key), row in wanted.items() if section == "office"}
        narrow = ReportOracle(running, None, narrow=lambda leg: leg.agency == "YA01")
        assert list(counts(shown["volume.YA01"]).values()) == [narrow.volume(FIRST, LAST)["total", ""]]
        the_dossiers_are_those(wanted, *shown["items"])
        the_plan_is(oracle, shown["plan"])
        assert running.sql("SELECT agency, received_all, source FROM hoso.agency_period_totals") == [("YA01", 100000, "Công văn 12")]
        closed = dict(running.sql("SELECT format, encode(sha256, 'hex') FROM hoso.frozen_report_format WHERE format <> 'json'"))
        assert {format: shown[f"reprint.{format}"] for format in ("csv", "xlsx", "pdf")} == closed, "one was closed, byte by byte"
        year.close()


def the_dossiers_are_those(wanted, office, codes):
    assert len(codes) == len(set(codes)) == wanted["office", office][0]


def the_plan_is(oracle, rows):
    wanted, used = oracle.plan(FIRST, LAST)
    assert [number(rows["K3"][2]), number(rows["K3"][3])] == [len(used), len(oracle.published)]
    assert rows["K3"][4] == f"{share(len(used), len(oracle.published)) / 100:.2f} %".replace(".", ",")
    for key, place in (("K4", 0), ("K5", 1)):
        assert number(rows[key][2]) == sum(each[place] for each in wanted.values())
