"""Pushes a second: the outbox against nginx, beside h2load on the same connections and a Node worker on the same rows."""

import collections
import contextlib
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from contenders import wrk
from lib import wait
from lib.hosod import Hosod, free_port, sim_secret
from place import BENCH, BUILD

CONNECTIONS = 16
LINES = 100_000
H2LOAD_REQUESTS = 40_000
FIRST_DSEQ = 1001  # as in pushes.sql
NGINX_LOG_S = 1.5  # it writes its log every second


class Nginx:
    """A portal that takes every line and notes (dossier, dseq) in the order in which it answered."""

    def __init__(self, place):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoso-nginx-", dir="/tmp"))
        self.port = free_port()
        text = (BENCH / "nginx.conf.in").read_text()
        for name, value in (("FOLDER", self.folder), ("PORT", self.port), ("TLS", place.running.folder / "tls")):
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "nginx.conf").write_text("daemon off;\nuser root;\n" + text)
        self.url = f"https://127.0.0.1:{self.port}/webhook"

    def __enter__(self):
        self.process = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)],
                                        stderr=subprocess.DEVNULL)
        wait.until(lambda: (self.folder / "nginx.pid").exists(), 10, "nginx")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def lines(self):
        """(dossier, dseq) of the backlog's lines as they came; h2load's and those of scans made meanwhile do not count."""
        said = [line.split() for line in (self.folder / "lines.log").read_text().splitlines()]
        return [(words[0], int(words[1])) for words in said if len(words) == 4 and int(words[1]) >= FIRST_DSEQ]


def misordered(lines):
    """(lines that came twice, lines that came after a later one of their dossier)."""
    twice = sum(count - 1 for count in collections.Counter(lines).values())
    last, wrong = {}, 0
    for dossier, dseq in lines:
        wrong += dseq < last.get(dossier, 0)
        last[dossier] = max(dseq, last.get(dossier, 0))
    return twice, wrong


def refill(place):
    place.psql("-v", f"lines={LINES}", "-f", BENCH / "pushes.sql")


def done(place):
    """Lines of the backlog that are through; those of scans made meanwhile do not count."""
    return place.running.sql("SELECT count(*) FROM outbox WHERE state = 'done' AND dseq >= %s", FIRST_DSEQ)[0][0]


@contextlib.contextmanager
def pusher(place, nginx):
    secret = place.running.folder / "bench-secret"
    secret.write_text(sim_secret())
    shutil.chown(secret, (place.running.folder / "hosod.conf").owner())
    secret.chmod(0o600)
    with Hosod(place.running, ["portal.profile=webhook", f"portal.url={nginx.url}", f"portal.secret_file={secret}",
                               f"portal.ca_file={place.running.ca}", f"portal.connections={CONNECTIONS}",
                               "log.level=notice"]) as hosod:
        yield hosod


def hosod_rate(place, nginx, seconds):
    refill(place)
    with pusher(place, nginx):
        wait.until(lambda: done(place) > 100, 20, "the first pushes")
        first, began = done(place), time.monotonic()
        time.sleep(seconds)
        return (done(place) - first) / (time.monotonic() - began)


def node_rate(place, nginx, seconds):
    refill(place)
    said = subprocess.run(["node", "push_worker.mjs", str(place.running.folder / "run"), nginx.url,
                           str(place.running.ca), str(CONNECTIONS), str(seconds)], cwd=BUILD / "peer",
                          capture_output=True, text=True, check=True)
    result = json.loads(said.stdout)
    return result["pushes"] / result["seconds"]


def h2load_rate(nginx):
    body = nginx.folder / "body.json"
    body.write_text(json.dumps({"dossier_code": "H2LOAD", "dseq": 1, "text": "x" * 380}))
    said = subprocess.run(["h2load", "--h1", "-c", str(CONNECTIONS), "-n", str(H2LOAD_REQUESTS), "-d", str(body),
                           "-H", "webhook-id: 1", "-H", "content-type: application/json", nginx.url],
                          capture_output=True, text=True, check=True)
    assert f"{H2LOAD_REQUESTS} succeeded" in said.stdout, said.stdout
    return float(re.search(r"([\d.]+) req/s", said.stdout).group(1))


def drain(place, nginx, options):
    """All of a backlog, in order, while somebody scans one by one."""
    alone = wrk(place, place.running.url, 1, 1, options.seconds)["p99_us"]
    refill(place)
    time.sleep(NGINX_LOG_S)
    before = len(nginx.lines())
    with pusher(place, nginx):
        began, p99 = time.monotonic(), []
        while done(place) < LINES:
            p99.append(wrk(place, place.running.url, 1, 1, options.seconds)["p99_us"])
            assert time.monotonic() < began + LINES / 100, "the backlog does not drain"
        took = time.monotonic() - began
        time.sleep(NGINX_LOG_S)
    lines = nginx.lines()[before:]
    twice, wrong = misordered(lines)
    return [
        (f"lines a second of a backlog of {LINES:,}, all told", f"{LINES / took:,.0f}", ">= 500", LINES / took >= 500),
        ("lines the portal got, twice, out of order", f"{len(lines):,} {twice} {wrong}", "all, 0, 0",
         (len(set(lines)), twice, wrong) == (LINES, 0, 0)),
        ("p99 of a lone scan meanwhile, to without pushes", f"{statistics.median(p99) / alone:.2f}", "", None),
    ]


def measure(place, options):
    with Nginx(place) as nginx:
        rates = {"hosod": [], "node": [], "h2load": []}
        for _ in range(options.rounds):
            rates["hosod"].append(hosod_rate(place, nginx, options.seconds))
            rates["node"].append(node_rate(place, nginx, options.seconds))
            rates["h2load"].append(h2load_rate(nginx))
        for name, values in rates.items():
            print(f"  pushes, {name:<14} " + "  ".join(f"{value:>8,.0f}" for value in values), flush=True)
        rate = {name: statistics.median(values) for name, values in rates.items()}
        yield f"pushes a second, {CONNECTIONS} connections", [
            (f"to h2load --h1: {rate['hosod']:,.0f}/s to {rate['h2load']:,.0f}/s", f"{rate['hosod'] / rate['h2load']:.2f}",
             ">= 0.60", rate["hosod"] >= 0.6 * rate["h2load"]),
            (f"to a Node worker: {rate['hosod']:,.0f}/s to {rate['node']:,.0f}/s", f"{rate['hosod'] / rate['node']:.2f}",
             ">= 3", rate["hosod"] >= 3 * rate["node"]),
        ]
        yield "a backlog", drain(place, nginx, options)
