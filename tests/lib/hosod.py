"""One hosod process of the test's own, beside the one that standalone runs on the same database."""

import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

from lib import places, wait


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hosod:
    """Started, killed and started again on the same port at the test's own pace."""

    def __init__(self, running, settings=()):
        """@running: the Standalone whose database, certificate and user it has."""
        self.running = running
        self.listen = f"127.0.0.1:{free_port()}"
        self.settings = [f"http.listen={self.listen}", "metrics.listen=", *settings]
        self.output = running.output.with_name(f"{running.output.stem}-{self.listen.rpartition(':')[2]}.log")
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"https://{self.listen}"

    @property
    def ca(self):
        return self.running.ca

    @property
    def pid(self):
        return self.process.pid

    def start(self, ready=True):
        """ready=False: it is enough that it answers at all."""
        self.launch()
        wait.until(lambda: self._answers(ready), 30, f"hosod, see {self.output}")
        return self

    def launch(self, **environment):
        """Without waiting for anything. @environment: what the process is to see beside the test's own."""
        command = [str(self.running.folder / "lib" / "hosod"), "--config", str(self.running.folder / "hosod.conf")]
        for setting in self.settings:
            command += ["--set", setting]
        owner = os.stat(self.running.folder / "hosod.conf")
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env={**os.environ, **environment}, **as_owner
            )

    def _answers(self, ready):
        assert self.process.poll() is None, self.text()
        status, _ = self.readyz()
        return status == 200 if ready else status is not None

    def readyz(self):
        """(status, body); (None, None) while nobody answers."""
        context = ssl.create_default_context(cafile=str(self.ca))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        try:
            with opener.open(self.url + "/readyz", timeout=5) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return None, None

    def wait_ready(self, seconds=30):
        wait.until(lambda: self.readyz()[0] == 200, seconds, f"/readyz, see {self.output}")

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def stop(self, seconds=30):
        """SIGTERM; returns the exit status."""
        self.process.terminate()
        return self.process.wait(seconds)

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        said = self.text() if self.output.exists() else ""
        if "HOSO_KEEP" not in os.environ:
            self.output.unlink(missing_ok=True)
        assert "Sanitizer" not in said and "runtime error" not in said, said[-4000:]

    def text(self):
        return self.output.read_text(errors="replace")


def run_hosod(running, *words, settings=()):
    """hosod VERB… with the folder's configuration and these settings."""
    verbs = [word for word in words if "=" not in word]
    command = [str(places.HOSOD), *verbs, "--config", str(running.folder / "hosod.conf")]
    for setting in [word for word in words if "=" in word] + list(settings):
        command += ["--set", setting]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def portal_settings(running, sim, profile):
    """How a hosod of @running reaches the simulator; the secrets are files that only its user may read."""
    values = {
        "dvcqg": [("password_file", "hoso")],
        "lgsp": [("password_file", "hoso")],
        "webhook": [("secret_file", sim_secret())],
    }[profile]
    settings = [
        f"portal.profile={profile}",
        f"portal.url={sim.url}" + ("/webhook" if profile == "webhook" else ""),
        f"portal.ca_file={sim.ca}",
        "portal.timeout=2s",
    ]
    if profile in ("dvcqg", "lgsp"):
        settings += ["portal.user=hoso", "portal.unit=H06.KT", "portal.destination=VN:GOV:G22"]
    for name, secret in values:
        path = running.folder / f"test-{name}"
        owner = os.stat(running.folder / "hosod.conf")
        path.write_text(secret)
        path.chmod(0o600)
        os.chown(path, owner.st_uid, owner.st_gid)
        settings.append(f"portal.{name}={path}")
    return settings


def sim_secret():
    """The webhook secret that portal_sim.py has when it is told none."""
    return "whsec_" + base64.b64encode(b"hoso" * 8).decode()
