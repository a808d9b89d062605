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
import shutil
import signal
import stat
import subprocess
import tempfile

from lib import wait
from lib.standalone import Standalone

DISK_BYTES = 1 << 30  # a sparse file; a cluster and its log take a quarter of it
ROOM_BYTES = 3 * DISK_BYTES  # of memory: the file and the cache before it
CAP_SYS_ADMIN = 21
PROGRAMS = ("nbdkit", "nbdfuse", "mkfs.ext4", "losetup", "mount", "umount", "prlimit", "sync")
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


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout.strip()


def is_on(process, folder):
    """Whether the process (its folder in /proc) works in @folder, runs from it or has a file of it open."""
    for link in [process / "cwd", process / "root", process / "exe", *glob.glob(f"{process}/fd/*")]:
        with contextlib.suppress(OSError):
            if (os.readlink(link) + "/").startswith(f"{folder}/"):
                return True
    return False


class PowerRig:
    """.mount is the disk's folder while the power is on. Use as a context manager; needs missing() == []."""

    def __init__(self, options="noatime"):
        """@options: how the file system is mounted."""
        shm = pathlib.Path("/dev/shm")
        memory = shm if shm.is_dir() and shutil.disk_usage(shm).free > ROOM_BYTES else None
        self.options = options
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
        socket = self.place / "socket"
        socket.unlink(missing_ok=True)
        self.nbdkit = self._launch(
            "nbdkit", "--foreground", "--exit-with-parent", "--unix", socket, "--filter=cache", "file", self.disk,
            "cache=writeback", "cache-min-block-size=4096"
        )
        wait.until(socket.exists, 20, "nbdkit", every=0.005)
        # Without a core: it aborts when nbdkit is gone.
        self.nbdfuse = self._launch("prlimit", "--core=0", "nbdfuse", "-C", "1", self.fuse / "disk", "--unix", socket)
        wait.until(self._has_disk, 20, "nbdfuse", every=0.005)
        self.loop = run("losetup", "--find", "--show", "--direct-io=on", self.fuse / "disk")
        run("mount", "-o", self.options, self.loop, self.mount)

    def _launch(self, *command):
        with (self.place / "log").open("ab") as log:
            return subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "TMPDIR": str(self.place)}, start_new_session=True
            )

    def _has_disk(self):
        for process in (self.nbdkit, self.nbdfuse):
            assert process.poll() is None, (self.place / "log").read_text(errors="replace")
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

    def __init__(self, rig, settings=()):
        super().__init__(settings)
        self.folder.rmdir()
        self.rig, self.folder = rig, rig.mount / "hoso"

    def cut(self):
        """The power goes; returns when nothing of it lives."""
        self.rig.cut()
        self.process.wait(20)

    def come_back(self):
        self.rig.restore()
        return self.start()
