"""Who does the scans: hosod and its peers, all on the same tables, the same items and the same durable settings."""

import json
import os
import re
import subprocess

from place import BENCH, BUILD

PEER_PORT = 18990


def wrk(place, url, clients, per_request, seconds, token=""):
    """{"requests", "seconds", "bad", "p50_us", "p99_us", "scans_s"} of @clients that keep their connection."""
    first, kind = place.next_items()
    environment = {**os.environ, "LEGS": str(place.legs), "FIRST": str(first), "PER_REQUEST": str(per_request),
                   "KIND": kind, "TOKEN": token or place.token}
    said = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(BENCH / "scan.lua"), url + "/v1/scans"],
        capture_output=True, text=True, env=environment, check=True)
    result = json.loads(said.stdout.strip().splitlines()[-1])
    # What was on its way at the end; and wrk makes a request anew when the socket does not take it at once.
    place.used((result["requests"] + 2 * clients) * per_request)
    if result["bad"]:
        raise AssertionError(f"{url}: {result['bad']} bad answers of {result['requests']}: {said.stdout}")
    result["scans_s"] = result["requests"] * per_request / result["seconds"]
    return result


class Hosod:
    """The daemon, over TLS and signed in, as at a counter; or plain, to see what TLS costs."""

    def __init__(self, place, clients, per_request=1, url=None):
        self.place, self.clients, self.per_request, self.url = place, clients, per_request, url

    def rate(self, seconds):
        url = self.url or self.place.running.url
        return wrk(self.place, url, self.clients, self.per_request, seconds)["scans_s"]


class Fastify:
    """Node, Fastify and pg. @way: "transaction", or "statement" for all in one."""

    def __init__(self, place, way, clients):
        self.place, self.way, self.clients = place, way, clients

    def rate(self, seconds):
        process = subprocess.Popen(
            ["node", "scan_server.mjs", self.way, str(PEER_PORT), str(self.place.running.folder / "run"),
             str(self.place.account), str(self.place.office)],
            cwd=BUILD / "peer", stdout=subprocess.PIPE, text=True, env={**os.environ, "NODE_ENV": "production"})
        try:
            assert process.stdout.readline() == "listening\n"
            return wrk(self.place, f"http://127.0.0.1:{PEER_PORT}", self.clients, 1, seconds)["scans_s"]
        finally:
            process.kill()
            process.wait()


class Pgbench:
    """One transaction per scan, straight into the database."""

    def __init__(self, place, clients):
        self.place, self.clients = place, clients

    def rate(self, seconds):
        said = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-f", str(BENCH / "scan.pgbench.sql"), "-c", str(self.clients), "-j",
             "1", "-T", str(seconds), "-D", f"legs={self.place.legs}", "-D", f"account={self.place.account}", "-D",
             f"office={self.place.office}", "-h", str(self.place.running.folder / "run"), "-U", "hoso_daemon", "hoso"],
            capture_output=True, text=True, check=True, env={**os.environ, "PGOPTIONS": "-c search_path=hoso"})
        return float(re.search(r"tps = ([\d.]+)", said.stdout).group(1))


class RawBatch:
    """The intake's own two trips in a bare loop: what PostgreSQL and the statements cost."""

    def __init__(self, place, batch):
        self.place, self.batch = place, batch

    def rate(self, seconds):
        first, kind = self.place.next_items()
        said = subprocess.run(
            [str(BUILD / "tests" / "bench" / "raw_batch"), self.place.running.conninfo("hoso_daemon"),
             str(self.place.legs), str(first), str(self.batch), str(seconds), str(self.place.account),
             str(self.place.office), kind], capture_output=True, text=True, check=True)
        result = json.loads(said.stdout)
        self.place.used(result["scans"])
        return result["scans"] / result["seconds"]
