"""
A disk whose power can be cut: ext4 on a loop device on nbdfuse on nbdkit, which keeps in memory what was not flushed.

The cut is kill -9 of nbdkit: only what a flush has put into the disk's file is left. Its cache is bounded by nothing
but the folder it lies in, so it never writes early. Afterwards all that stood on the file is torn down and put up
anew, so what is read back can come from no cache. The cut takes every process on the disk with it.
"""

import contextlib
import glob
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time

import pytest

from lib import places, wait
from lib.standalone import Standalone

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))
DISK_BYTES = 1 << 30  # a sparse file; a cluster and its log take a quarter of it
ROOM_BYTES = 3 * DISK_BYTES  # of memory: the file and the cache before it
CAP_SYS_ADMIN = 21
PROGRAMS = ("nbdkit", "nbdfuse", "mkfs.ext4", "losetup", "mount", "umount", "prlimit", "setpriv", "sync")
DEVICES = ("/dev/fuse", "/dev/loop-control")


def may_mount():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    effective = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff"))
    return bool(effective >> CAP_SYS_ADMIN & 1)


def missing():
    """What this machine lacks for a rig, in words; [] when one can be built."""
    lacks = [] if os.geteuid() == 0 else ["root"]
    lacks += [] if may_mount() else ["the right to mount"]
    search = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
    lacks += [f"the program {name}" for name in PROGRAMS if not shutil.which(name, path=search)]
    lacks += [] if glob.glob("/usr/lib/*/nbdkit/filters/nbdkit-cache-filter.so") else ["nbdkit's cache filter"]
    for device in DEVICES:
        try:
            os.close(os.open(device, os.O_RDWR))
        except OSError as error:
            lacks.append(f"{device} ({error.strerror})")
    return lacks


def limit(name):
    """A number of include/hoso/limits.h."""
    text = (places.ROOT / "include" / "hoso" / "limits.h").read_text()
    return int(re.search(rf"^#define {name} ([0-9]+)\b", text, re.MULTILINE)[1])


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout.strip()


def does_listen(address):
    """The socket's file alone is no proof: it is there a moment before."""
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(address))
        return True
    return False


def is_on(process, folder):
    """Whether the process (its folder in /proc) works in @folder, runs from it or has a file of it open."""
    for link in [process / "cwd", process / "root", process / "exe", *glob.glob(f"{process}/fd/*")]:
        with contextlib.suppress(OSError):
            if (os.readlink(link) + "/").startswith(f"{folder}/"):
                return True
    return False


class PowerRig:
    """.mount is the disk's folder while the power is on. Use as a context manager; needs missing() == []."""

    def __init__(self):
        shm = pathlib.Path("/dev/shm")
        memory = shm if shm.is_dir() and shutil.disk_usage(shm).free > ROOM_BYTES else None
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="hoso-power-", dir=memory))
        # Open, for the ordinary user that root's runs use.
        self.place.chmod(0o755)
        self.mount, self.fuse, self.disk = self.place / "mnt", self.place / "fuse", self.place / "disk"
        self.mount.mkdir()
        self.fuse.mkdir()
        self.nbdkit = self.nbdfuse = self.loop = None

    def __enter__(self):
        try:
            with self.disk.open("wb") as disk:
                disk.truncate(DISK_BYTES)
            run("mkfs.ext4", "-q", self.disk)
            self.restore()
            return self
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    def restore(self):
        """The power comes back: the same file under everything new, and the file system's own recovery."""
        address = self.place / "socket"
        address.unlink(missing_ok=True)
        self.nbdkit = self._launch(
            "nbdkit", "--foreground", "--unix", address, "--filter=cache", "file", self.disk,
            "cache=writeback", "cache-min-block-size=4096"
        )
        wait.until(lambda: does_listen(address), 20, "nbdkit", every=0.005)
        # Without a core: it aborts when nbdkit is gone.
        self.nbdfuse = self._launch("prlimit", "--core=0", "nbdfuse", "-C", "1", self.fuse / "disk", "--unix", address)
        wait.until(self._has_disk, 20, "nbdfuse", every=0.005)
        self.loop = run("losetup", "--find", "--show", "--direct-io=on", self.fuse / "disk")
        run("mount", "-o", "noatime", self.loop, self.mount)

    def _launch(self, *command):
        # It does not outlive the test, however that ends.
        command = ["setpriv", "--pdeathsig", "KILL", *map(str, command)]
        with (self.place / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "TMPDIR": str(self.place)}, start_new_session=True
            )

    def _has_disk(self):
        for process in (self.nbdkit, self.nbdfuse):
            assert process.poll() is None, (self.place / "log").read_text(errors="replace")[-2000:]
        with contextlib.suppress(OSError):
            return stat.S_ISREG((self.fuse / "disk").stat().st_mode)
        return False

    def sync(self):
        """Everything written so far is on the disk, as it would be some time after."""
        run("sync", "--file-system", self.mount)

    def cut(self):
        """The power goes: to the disk first, then to all that works on it. restore() brings it back."""
        self.nbdkit.kill()
        self.nbdkit.wait(20)
        self._tear_down()

    def _tear_down(self):
        if os.path.ismount(self.mount):
            self._kill_users()
            self._unmount(self.mount)
        if self.loop:
            subprocess.run(["losetup", "--detach", self.loop], capture_output=True, timeout=60)
            self.loop = None
        for process in filter(None, (self.nbdfuse, self.nbdkit)):
            if process.poll() is None:
                process.kill()
            process.wait(20)
        if str(self.fuse) in pathlib.Path("/proc/self/mounts").read_text():
            self._unmount(self.fuse)

    def users(self):
        """Process ids of all that works on the disk."""
        found = []
        for process in pathlib.Path("/proc").iterdir():
            if process.name.isdigit() and int(process.name) != os.getpid() and is_on(process, self.mount):
                found.append(int(process.name))
        return found

    def _kill_users(self):
        def are_gone():
            pids = self.users()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not pids

        wait.until(are_gone, 30, "the end of all that works on the disk", every=0.01)

    def _unmount(self, folder):
        def is_unmounted():
            return subprocess.run(["umount", folder], capture_output=True, timeout=60).returncode == 0

        try:
            wait.until(is_unmounted, 10, f"umount {folder}", every=0.02)
        except AssertionError:
            run("umount", "--lazy", folder)

    def close(self):
        self._tear_down()
        shutil.rmtree(self.place, ignore_errors=True)


class StandaloneOnRig(Standalone):
    """A post office with all that it keeps on the rig's disk; what it says (.output) goes elsewhere."""

    def __init__(self, rig, name="hoso"):
        super().__init__(fresh=True)  # a copy is not flushed, and the power that goes would take it
        self.folder.rmdir()
        self.rig, self.folder = rig, rig.mount / name
        self.cut_at = None

    def cut(self):
        """The power goes; returns when nothing of it lives."""
        self.rig.cut()
        self.process.wait(20)
        self.cut_at = time.time()

    def come_back(self):
        self.rig.restore()
        return self.start()


# --- fixtures; import those that a test module needs


@pytest.fixture
def dice():
    print(f"HOSO_SEED={SEED}")
    return random.Random(SEED)


@pytest.fixture
def rig():
    lacks = missing()
    if lacks:
        pytest.skip(f"no power can be cut here; missing: {', '.join(lacks)}")
    with PowerRig() as made:
        yield made
