#!/usr/bin/python3
"""
The long sizes of the instruments, in rounds; stop it and start it again at will.

    long_run.py [--minutes 60] [--only NAME ...]     go on for so long, round after round of what is behind most
    long_run.py --table                              print what has been done so far

What was done is in build-long/: table.jsonl has a row per run (lib/table.py), done.json how many rounds each
instrument has had, NAME.log its last output. A round that fails stops everything: its seed is in the log.
"""

import argparse
import collections
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build-long"
BUILD = ROOT / "build"
PYTEST = ["/usr/bin/python3", "-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-s", "--timeout=3600"]
COUNTS = ("lost", "doubled", "misordered")


def tests(*names, long=4, **environment):
    return PYTEST + [f"tests/system/{name}" for name in names], {"HOSO_LONG": str(long), **environment}


# name: (command, environment), rounds until it counts as done
PLAN = {
    "power": (tests("test_power.py", "test_power_client.py", long=20), 25),
    "crash": (tests("test_crash.py"), 50),
    "crash database": (tests("test_crash_database.py"), 50),
    "crash points": (tests("test_crash_points.py"), 50),
    "torture": (tests("test_torture.py", HOSO_TORTURE="all"), 1),
    "client faults": (tests("test_fault_client.py", long=2), 5),
    "database faults": (tests("test_fault_database.py"), 25),
    "portal faults": (tests("test_portal_faults.py", long=10), 25),
    "portal storm": (tests("test_portal_storm.py", long=20), 260),
    "framing": (tests("test_framing_differential.py", long=10), 5),
    "labels": (tests("test_labels.py", long=20), 5),
    "guest": (tests("test_guest.py", long=2), 5),
    "page": (tests("test_page_proofs.py", long=5), 10),
    "simulation": (([str(BUILD / "tests/sim/sim"), "--seconds", "300"], {}), 100),
    "simulation on PostgreSQL": ((["tests/sim/sim_real", str(BUILD / "tests/sim/sim"), "--seconds", "300"], {}), 50),
    "fuzz": ((["tests/fuzz/run", "--seconds", "300", "--jobs", "2"], {}), 200),
}


def read_done():
    path = FOLDER / "done.json"
    return json.loads(path.read_text()) if path.exists() else {}


def run_round(name, done):
    (command, environment), _ = PLAN[name]
    seed = str(random.randrange(1_000_000))
    environment = {**os.environ, "HOSO_BUILD": str(BUILD), "HOSO_TABLE": str(FOLDER / "table.jsonl"),
                   "HOSO_SEED": seed, **environment}
    log = FOLDER / f"{name.replace(' ', '-')}.log"
    began = time.monotonic()
    with log.open("wb") as out:
        status = subprocess.run(command, cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment,
                                check=False).returncode
    print(f"{time.strftime('%H:%M:%S')}  {name}: round {done.get(name, 0) + 1}, {time.monotonic() - began:.0f} s,"
          f" HOSO_SEED={seed}: {'ok' if status == 0 else f'FAILED ({status}), see {log}'}", flush=True)
    if status == 0:
        done[name] = done.get(name, 0) + 1
        (FOLDER / "done.json").write_text(json.dumps(done))
    return status == 0


def furthest_behind(names, done):
    open_names = [name for name in names if done.get(name, 0) < PLAN[name][1]]
    return min(open_names, key=lambda name: done.get(name, 0) / PLAN[name][1], default=None)


def print_table():
    sums = collections.defaultdict(collections.Counter)
    path = FOLDER / "table.jsonl"
    for line in path.read_text().splitlines() if path.exists() else ():
        row = json.loads(line)
        sums[row["what"]].update({name: row[name] for name in ("how_many", *COUNTS)}, runs=1)
    commit = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%h"], capture_output=True, text=True,
                            check=True).stdout.strip()
    print(f"{time.strftime('%Y-%m-%d')}, commit {commit}, {os.cpu_count()} cores, Linux {platform.release()}\n")
    print("| what | how many | lost | doubled | misordered |\n|---|---:|---:|---:|---:|")
    for what in sorted(sums):
        row = sums[what]
        print(f"| {what} | {row['how_many']:,} | " + " | ".join(f"{row[name]:,}" for name in COUNTS) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--only", nargs="+", choices=list(PLAN), default=list(PLAN))
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    end = time.monotonic() + 60 * options.minutes
    done, good = read_done(), True
    while good and not options.table and time.monotonic() < end:
        name = furthest_behind(options.only, done)
        if name is None:
            break
        good = run_round(name, done)
    print_table()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
