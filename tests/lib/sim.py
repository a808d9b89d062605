"""The portal simulator (portal_sim.py) as a child process."""

import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

from lib import places, wait

SIMULATOR = places.ROOT / "tests" / "lib" / "portal_sim.py"


class PortalSim:
    """Keeps its folder over stop(), kill() and start(), and so what was applied."""

    def __init__(self, arguments=()):
        self.arguments = list(arguments)
        self.process = None
        self.listen = "127.0.0.1:0"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoso-sim-", dir="/tmp"))
        # hosod runs as another user when the tests run as root, and reads ca.pem here.
        self.folder.chmod(0o755)
        subprocess.run([str(places.CERTIFICATE), str(self.folder)], check=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    @property
    def ca(self):
        return self.folder / "ca.pem"

    @property
    def url(self):
        return f"https://{self.listen}"

    def start(self):
        """Start, or start again on the same port."""
        tls = self.folder / "tls"
        output = (self.folder / "out").open("ab")
        said = output.tell()
        with output:
            self.process = subprocess.Popen(
                [sys.executable, str(SIMULATOR), "--listen", self.listen]
                + ["--cert", str(tls / "server.pem"), "--key", str(tls / "server.key")]
                + ["--state", str(self.folder), *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.listen = wait.until(lambda: self._find_address(said), 20, "the portal simulator")
        return self

    def _find_address(self, said):
        text = (self.folder / "out").read_bytes()[said:].decode(errors="replace")
        assert self.process.poll() is None, f"the portal simulator ended:\n{text}"
        for line in text.splitlines():
            if line.startswith("listening "):
                return line.split()[1]
        return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, path, body=None):
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.ca))),
        )
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"} if data else {}
        )
        with opener.open(request, timeout=10) as reply:
            return json.loads(reply.read() or b"null")

    def applied(self):
        """Every line the portal has taken, in the order it took them."""
        return self._call("/applied")

    def state(self):
        """What else the portal knows: its dossiers, and how often each service was called."""
        return self._call("/state")

    def misbehave(self, *modes):
        """What goes wrong next, in order: "500", ("503", 3) for three times, or a whole entry as a dict."""
        entries = [{"mode": mode} if isinstance(mode, str) else mode for mode in modes]
        entries = [dict(zip(("mode", "count"), mode)) if isinstance(mode, tuple) else mode for mode in entries]
        return self._call("/misbehave", {"modes": entries})

    def misbehave_at_random(self, chances, count, seed):
        """Each of the next requests goes wrong with these chances: {"500": 0.1, "drop": 0.1}."""
        return self._call("/misbehave", {"random": chances, "count": count, "seed": seed})

    def poison(self, *codes):
        """These dossiers are refused until the next call."""
        return self._call("/poison", {"codes": list(codes)})

    def restore(self, records):
        """The portal is put back to its first @records lines and dossiers; what came later it has forgotten."""
        return self._call("/restore", {"records": records})

    def pending(self):
        """Misbehaviour that was ordered and has not happened yet."""
        return self._call("/misbehave")
