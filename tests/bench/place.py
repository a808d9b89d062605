"""Where it is measured: a release build, a standalone of its own with many legs in it, and counters."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-bench"
BENCH = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

KINDS = ("arrived", "out_for_delivery")  # one after the other over all items: each scan moves a leg


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def build():
    """Everything that is measured, as it is shipped: optimised, without the tests' crash points."""
    if not (BUILD / "build.ninja").exists():
        run("meson", "setup", BUILD, "--buildtype=release", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("ninja", "-C", BUILD, "--quiet", "daemon/hosod", "tests/bench/raw_batch")
    install_peers()


def install_peers():
    peer = BUILD / "peer"
    peer.mkdir(exist_ok=True)
    known = peer / "package-lock.json"
    changed = not known.exists() or known.read_bytes() != (BENCH / "peer" / known.name).read_bytes()
    for path in (BENCH / "peer").iterdir():
        shutil.copy(path, peer)
    if changed or not (peer / "node_modules").exists():
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=peer)


class Place:
    """One standalone. Items are used up in order, so that no two runs scan the same one the same way."""

    def __init__(self, legs, settings=()):
        from lib.standalone import Standalone  # after HOSO_BUILD is set

        self.legs, self.at = legs, 0
        everybody = ["http.connections=8192", "http.connections_per_address=8192", "log.level=notice"]
        self.running = Standalone(settings=[*everybody, *settings])

    def __enter__(self):
        try:
            return self._make()
        except BaseException:
            self.running.close()
            raise

    def __exit__(self, *_):
        self.world.close()
        self.running.close()

    def _make(self):
        from lib.world import World

        self.running.start()
        # No checkpoint falls into a run, and none before it: full-page images are counted apart.
        for setting in ("max_wal_size = '48GB'", "checkpoint_timeout = '1h'", "shared_buffers = '2GB'",
                        "max_connections = 140"):
            self.running.sql("ALTER SYSTEM SET " + setting)
        with (self.running.folder / "pg" / "standalone.conf").open("a") as conf:
            conf.write("max_connections = 140\n")
        self.running.kill_postgres(3)
        self.running.wait_ready()
        self.world = World(self.running)
        self.token = self.world.token()
        ((self.account, self.office),) = self.running.sql(
            "SELECT id, office_id FROM account WHERE account = 'clerk'")
        self.load()
        return self

    def psql(self, *arguments):
        run("psql", "-q", "-h", self.running.folder / "run", "-U", "postgres", "-v", "ON_ERROR_STOP=1", "hoso",
            *arguments, stdout=subprocess.DEVNULL)

    def load(self):
        self.psql("-v", f"legs={self.legs}", "-v", f"account={self.account}", "-v", f"office={self.office}",
                  "-f", BENCH / "load.sql")

    def next_items(self):
        """(first item, event kind) for the next run."""
        return self.at, KINDS[self.at // self.legs % len(KINDS)]

    def used(self, scans):
        self.at += scans

    def wal(self):
        """Where the write-ahead log ends."""
        return self.running.sql("SELECT pg_current_wal_lsn()::text")[0][0]

    def wal_since(self, lsn):
        """(bytes of records, bytes of full-page images) since @lsn."""
        self.running.sql("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
        return self.running.sql(
            "SELECT sum(record_size)::bigint, sum(fpi_size)::bigint FROM pg_get_wal_stats(%s, pg_current_wal_lsn())", lsn)[0]

    def events(self):
        return self.running.sql("SELECT count(*) FROM event")[0][0]


def memory_kb(pid, what="VmRSS"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(what)))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
