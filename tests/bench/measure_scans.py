"""Scans a second beside the peers, what they cost, and how long a lone one takes."""

import os
import statistics
import time
import urllib.request

from contenders import Fastify, Hosod, Pgbench, RawBatch, wrk
from lib.hosod import Hosod as OwnHosod
from place import cpu_seconds

COMMITS = 2000


class PlainHosod(OwnHosod):
    """A second hosod on the same database that speaks plain HTTP: only here, to see what TLS costs."""

    def __init__(self, place):
        super().__init__(place.running, ["http.certificate=", "http.key=", "http.connections=8192",
                                         "http.connections_per_address=8192", "log.level=notice"])

    @property
    def url(self):
        return f"http://{self.listen}"

    def readyz(self):
        try:
            with urllib.request.urlopen(self.url + "/readyz", timeout=5) as reply:
                return reply.status, reply.read()
        except OSError:
            return None, None


def alternate(contenders, rounds, seconds):
    """{name: [rate]}: one run of each, again and again, so that what changes on the machine changes for all."""
    rates = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            rates[name].append(contender.rate(seconds))
    return rates


def ratio_row(name, mine, peer, least):
    ratio = mine / peer
    return f"{name}: {mine:,.0f}/s to {peer:,.0f}/s", f"{ratio:.2f}", f">= {least}", ratio >= least


def rates_of(place, options, plain_url):
    contenders = {
        "hosod 64": Hosod(place, 64), "hosod 256": Hosod(place, 256), "hosod 64 plain": Hosod(place, 64, url=plain_url),
        "hosod 16 x 50": Hosod(place, 16, 50), "raw": RawBatch(place, 64), "pgbench 16": Pgbench(place, 16),
        "pgbench 64": Pgbench(place, 64), "fastify transaction": Fastify(place, "transaction", 64),
        "fastify statement": Fastify(place, "statement", 64),
    }
    alternate({"hosod 64": contenders["hosod 64"], "hosod 64 plain": contenders["hosod 64 plain"]}, 1, options.seconds)
    rates = alternate(contenders, options.rounds, options.seconds)
    for name, values in rates.items():
        print(f"  {name:<22} " + "  ".join(f"{value:>8,.0f}" for value in values), flush=True)
    return {name: statistics.median(values) for name, values in rates.items()}


def speed(place, options):
    with PlainHosod(place) as plain:
        rate = rates_of(place, options, plain.url)
    best = max(rate["pgbench 16"], rate["pgbench 64"])
    return [
        ratio_row("64 clients, one scan a request, to Fastify's transaction", rate["hosod 64"], rate["fastify transaction"], 10),
        ratio_row("to Fastify's one statement", rate["hosod 64"], rate["fastify statement"], 4),
        ratio_row("to pgbench's best", rate["hosod 64"], best, 2.5),
        ratio_row("to the raw batch limit", rate["hosod 64"], rate["raw"], 0.70),
        ratio_row("256 clients, to the raw batch limit", rate["hosod 256"], rate["raw"], 0.70),
        ratio_row("16 clients with 50 scans a request, to the raw batch limit", rate["hosod 16 x 50"], rate["raw"], 0.85),
        ratio_row("TLS to plain", rate["hosod 64"], rate["hosod 64 plain"], 0.75),
    ]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def commit_ms(place):
    """What one commit of one small row takes, without hosod."""
    took = []
    with place.running.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_commit (id bigint)")
        for number in range(COMMITS):
            began = time.perf_counter()
            connection.execute("INSERT INTO bench_commit VALUES (%s)", (number,))
            took.append(1000 * (time.perf_counter() - began))
    return took


def lone_scan(place, options):
    """Commits and lone scans by turns: the disk is not the same from one second to the next."""
    os.sync()  # what the loading has left to be written is not these commits' business
    commits, scans = [], []
    for _ in range(options.rounds):
        commits.append(percentile(commit_ms(place), 0.99))
        scans.append(wrk(place, place.running.url, 1, 1, options.seconds)["p99_us"] / 1000)
    commit, scan = statistics.median(commits), statistics.median(scans)
    return [(f"p99 of a lone scan to the commit's p99: {scan:.2f} ms to {commit:.2f} ms", f"{scan / commit:.2f}", "<= 3",
             scan <= 3 * commit)]


def cost(place, options):
    hosod = place.running.hosod_pid()
    began, cpu = place.wal(), cpu_seconds(hosod)
    answered = wrk(place, place.running.url, 64, 1, options.seconds)
    scans = answered["requests"]
    records, images = place.wal_since(began)
    return [
        ("bytes of WAL a scan, full-page images apart", f"{records / scans:,.0f}", "<= 1200", records <= 1200 * scans),
        ("bytes of full-page images a scan in this run", f"{images / scans:,.0f}", "", None),
        ("hosod's CPU a scan, us", f"{1e6 * (cpu_seconds(hosod) - cpu) / scans:,.0f}", "", None),
        ("p50 / p99 of a scan with 64 clients, ms",
         f"{answered['p50_us'] / 1000:.1f} / {answered['p99_us'] / 1000:.1f}", "", None),
    ]


def measure(place, options):
    yield "one scan", lone_scan(place, options) + cost(place, options)
    yield "scans a second", speed(place, options)
