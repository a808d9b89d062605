"""hosod with a PostgreSQL of its own, by tools/standalone; started, stopped and killed."""

import contextlib
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request

import psycopg

from lib import places, scratch, template, wait


def read_pid(path):
    """The process id in a pid file, or None while there is none."""
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return None


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Standalone:
    """
    One folder with a running hosod. Use as a context manager, or start() and close(). @fresh: it is set up by standalone
    itself and not copied from lib/template.py, for those who test just that.
    """

    def __init__(self, settings=(), schema=None, fresh=False):
        self.settings = list(settings)
        self.schema = schema
        self.fresh = fresh or schema is not None or not template.is_there()
        self.process = None
        # Short, for the path of a socket; open, for the ordinary user that root's runs use.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoso-", dir=scratch.folder()))
        self.folder.chmod(0o755)
        self.output = self.folder.with_suffix(".out")
        self.listen = "127.0.0.1:0"

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    # -- the whole

    def start(self):
        """Start, or start again on the same port; returns when /readyz says yes."""
        if not self.fresh:
            template.copy_to(self.folder, self._first)
            self.fresh = True
        command = [str(places.STANDALONE), str(self.folder), "--hosod", str(places.HOSOD)]
        command += ["--listen", self.listen] if self.listen else []
        command += ["--schema", str(self.schema)] if self.schema else []
        for setting in self.settings:
            command += ["--set", setting]
        with self.output.open("wb") as out:
            # A session of its own: Ctrl-C on pytest must not reach it before the fixtures do.
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        wait.until(self._has_started, 120, f"standalone, see {self.output}")
        self.listen = None
        return self

    @staticmethod
    def _first():
        first = Standalone(fresh=True)
        try:
            first.start()
            assert first.stop() == 0, first.text()
        except BaseException:
            first.close()
            raise
        return first

    def _has_started(self):
        if self.process.poll() is not None:
            raise AssertionError(f"standalone ended with {self.process.returncode}:\n{self.text()}")
        return "hoso đang chạy" in self.text() and self.is_ready()

    def stop(self, seconds=60):
        """SIGTERM; returns the exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds) if self.process else None

    def kill(self):
        """SIGKILL to standalone itself; hosod and PostgreSQL are told by the kernel and go too."""
        pids = [self.hosod_pid(), self.postgres_pid()]
        self.process.kill()
        self.process.wait(10)
        for pid in filter(None, pids):
            wait.until(lambda: not is_alive(pid), 30, f"the end of process {pid}")

    def close(self):
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.stop()
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait(10)
            if "HOSO_KEEP" not in os.environ:
                self._remove_runtime_folder()
                shutil.rmtree(self.folder, ignore_errors=True)
                self.output.unlink(missing_ok=True)

    def _remove_runtime_folder(self):
        if (self.folder / "run").is_symlink():
            shutil.rmtree((self.folder / "run").resolve(), ignore_errors=True)

    def text(self):
        """What standalone has said."""
        return self.output.read_text(errors="replace")

    def log(self, name="hosod"):
        return (self.folder / "log" / f"{name}.log").read_text(errors="replace")

    # -- its parts

    @property
    def url(self):
        return (self.folder / "url").read_text().strip()

    @property
    def ca(self):
        return self.folder / "ca.pem"

    def hosod_pid(self):
        return read_pid(self.folder / "hosod.pid")

    def postgres_pid(self):
        return read_pid(self.folder / "postgres.pid")

    def kill_hosod(self, number=signal.SIGKILL):
        """Returns when standalone has put a new one in its place; see wait_ready() too."""
        self._replace(self.hosod_pid, number, "hosod")

    def kill_postgres(self, number=signal.SIGKILL):
        """SIGKILL, or SIGQUIT for PostgreSQL's own immediate end."""
        self._replace(self.postgres_pid, number, "postgres")

    def _replace(self, pid_of, number, name):
        old = pid_of()
        os.kill(old, number)
        wait.until(lambda: pid_of() not in (old, None), 60, f"a new {name}")

    @contextlib.contextmanager
    def paused(self, pid):
        """The process stands still inside the block (SIGSTOP): it is there and does not answer."""
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def is_ready(self):
        try:
            context = ssl.create_default_context(cafile=str(self.ca))
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
            )
            with opener.open(self.url + "/readyz", timeout=5) as reply:
                return reply.status == 200
        except (OSError, urllib.error.URLError, ssl.SSLError):
            return False

    def wait_ready(self, seconds=60):
        wait.until(self.is_ready, seconds, "/readyz")

    def first_supervisor(self):
        """(account, password), as hosod first-supervisor printed them: the last word of each line."""
        lines = (self.folder / "first-supervisor").read_text().splitlines()
        return tuple(line.split()[-1] for line in lines[:2])

    # -- the database

    def conninfo(self, role="postgres"):
        return f"host={self.folder / 'run'} dbname=hoso user={role} connect_timeout=10"

    def connect(self, role="postgres"):
        """As the superuser unless told otherwise; sees the schema hoso; commits by itself."""
        return psycopg.connect(
            self.conninfo(role), autocommit=True, options="-c search_path=hoso -c statement_timeout=30s"
        )

    def sql(self, query, *values, role="postgres"):
        """All rows of one statement; [] for one that has none."""
        with self.connect(role) as connection:
            cursor = connection.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []
