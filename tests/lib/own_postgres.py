"""The PostgreSQL of a Standalone in the test's own hands: crashed and started as fast as it goes."""

import os
import pathlib
import signal
import subprocess

from lib import wait

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


class OwnPostgres:
    """Inside the block standalone stands still; after it, it finds its PostgreSQL dead, and revives it."""

    def __init__(self, running):
        self.running = running
        self.data = running.folder / "pg"

    def __enter__(self):
        os.kill(self.running.process.pid, signal.SIGSTOP)
        self.stop()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop("fast")
        before = self.running.postgres_pid()
        os.kill(self.running.process.pid, signal.SIGCONT)
        wait.until(lambda: self.running.postgres_pid() not in (None, before), 60, "standalone's PostgreSQL")
        wait.until(self._answers, 60, "a database that answers")

    def _answers(self):
        command = [BIN / "pg_isready", "--quiet", "-h", self.running.folder / "run", "-d", "postgres", "-U", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def _pg_ctl(self, *words, check=True):
        owner = os.stat(self.data)
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        log = self.running.output.with_suffix(".pg.log")
        with log.open("ab") as out:
            done = subprocess.run(
                [BIN / "pg_ctl", "-D", self.data, "--silent", *words], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                cwd="/", check=False, timeout=90, **as_owner,
            )
        assert done.returncode == 0 or not check, log.read_text()[-2000:]
        log.unlink()

    def stop(self, mode="immediate"):
        """What runs, whoever started it."""
        self._pg_ctl("stop", "-m", mode, check=False)

    def start(self, wait_ready=True):
        """Up again, or only so far that stop() finds it: one whose file is not written yet would be left running."""
        self._pg_ctl("start", "-w" if wait_ready else "-W", "-l", str(self.data / "own.log"))
        wait.until(self._has_pid, 60, "PostgreSQL's own file")

    def _has_pid(self):
        try:
            return (self.data / "postmaster.pid").read_text().partition("\n")[0].isdigit()
        except FileNotFoundError:
            return False

    def crash(self):
        """As a power cut would leave it, and up again."""
        self.stop()
        self.start()
