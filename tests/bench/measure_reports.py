#!/usr/bin/python3
"""How long reports and the pages behind their numbers take on a generated year, and whether they agree with a count
leg by leg.   tests/bench/measure_reports.py [LEGS]   (default: a million; HOSO_BUILD names the build)
"""

import datetime
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lib.report_oracle import ReportOracle
from lib.standalone import Standalone
from lib.year import YEAR, Year

NAMES = ("plan", "volume", "quality", "out_of_hours", "quarterly")
PERIODS = (f"{YEAR}", f"{YEAR}-Q1", f"{YEAR}-03")
PAGES = [("accepted", {}), ("accepted", {"agency": "YA28"}), ("accepted", {"procedure": "9.000150"}),
         ("accepted", {"office": "Y017"}), ("accepted", {"at_office": "Y001"}), ("delivered", {"courier": "buuta077"}),
         ("returned", {"agency": "YA28"}), ("lost", {"courier": "buuta077"}), ("accepted", {"kind": "inter"}), ("late", {"office": "Y017"}),
         ("in_time", {}), ("result_registered", {}), ("received", {"agency": "YA30"}), ("accepted", {"day": f"{YEAR}-06-30"})]
TRIES = 3
VOLUME = ("accepted", "accepted_to_agency", "delivered", "delivered_to_agency", "returned", "lost", "recorded_late")


def timed(client, path, query):
    """(milliseconds, reply) of the middle one of some tries."""
    taken = []
    for _ in range(TRIES):
        began = time.monotonic()
        reply = client.get(path, params=query)
        taken.append((time.monotonic() - began) * 1000)
        assert reply.status_code == 200, reply.text
    return statistics.median(taken), reply


def measure(client):
    for name in NAMES:
        for period in PERIODS:
            ms, reply = timed(client, f"/v1/reports/{name}", {"period": period})
            print(f"report {name:13} {period:8} {ms:8.0f} ms  {len(reply.content):9} bytes", flush=True)
    for format in ("csv", "xlsx", "pdf"):
        ms, reply = timed(client, "/v1/reports/volume", {"period": f"{YEAR}", "format": format})
        print(f"report volume as {format:5}   {ms:8.0f} ms  {len(reply.content):9} bytes", flush=True)
    for figure, narrow in PAGES:
        query = {"period": f"{YEAR}", "figure": figure, **narrow}
        ms, reply = timed(client, "/v1/reports/volume/dossiers", query)
        rows = len(reply.json()["items"])
        print(f"page {figure:18} {str(narrow):26} {ms:6.0f} ms  {rows:3} rows", flush=True)


def agrees(client, running):
    first, last = datetime.date(YEAR, 1, 1), datetime.date(YEAR, 12, 31)
    wanted = ReportOracle(running).volume(first, last)
    report = client.get("/v1/reports/volume", params={"period": f"{YEAR}"}).json()
    found = {}
    for section in report["sections"]:
        names = [column["key"] for column in section["columns"]]
        for row in section["rows"]:
            cells = dict(zip(names, row["cells"]))
            found[section["key"], row["key"]] = [cells[name] for name in VOLUME]
    return found == wanted


def main():
    legs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with Standalone() as running:
        began = time.monotonic()
        year = Year(running, legs, 7)
        print(f"{legs} legs loaded in {time.monotonic() - began:.0f} s", flush=True)
        measure(year.person("y-chief"))
        print(f"volume agrees with a count leg by leg: {agrees(year.person('y-chief'), running)}", flush=True)
        year.close()


if __name__ == "__main__":
    main()
