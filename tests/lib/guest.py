"""A machine inside this one: Debian's own kernel, hoso, and devices that this kernel may not have. Plain emulation, no rights.

The kernel is taken out of Debian's package, not installed; v4l2loopback is built for it from Debian's source.
"""

import pathlib
import re
import shutil
import socket
import subprocess

import pexpect

from lib import places

FOLDER = places.BUILD / "guest"
MODULES = ("evdev", "uinput", "usbhid", "hid-generic", "xhci-pci", "videodev", "v4l2loopback")
INIT = """#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in %s; do insmod /modules/$module.ko %s || echo "insmod $module failed"; done
stty -echo; echo guest-is-up
exec setsid cttyhack sh
"""
LOOPBACK = "devices=2 exclusive_caps=1,1"


def missing():
    """What keeps the guest from running, in words; "" when nothing does."""
    for program in ("qemu-system-x86_64", "cpio", "dpkg-deb", "apt-get", "depmod", "make", "gcc"):
        if not shutil.which(program):
            return f"{program} is missing: tools/setup guest"
    if not pathlib.Path("/bin/busybox").exists():
        return "busybox is missing: tools/setup guest"
    if not kernel_version():
        return "the headers of Debian's kernel are missing: tools/setup guest"
    return ""


def kernel_version():
    """The version whose headers are installed, such as 6.1.0-56-amd64; "" for none."""
    found = sorted(path.name for path in pathlib.Path("/usr/src").glob("linux-headers-*-amd64"))
    return found[-1].removeprefix("linux-headers-") if found else ""


def run(*words, **options):
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, **options)
    assert result.returncode == 0, f"{words}: {result.stdout[-2000:]}{result.stderr[-2000:]}"
    return result.stdout


class CannotFetch(Exception):
    """A Debian package is not here, and cannot be had."""


def fetch(package):
    """A package's files, unpacked, not installed; kept for the next time."""
    target = FOLDER / package
    if not target.exists():
        FOLDER.mkdir(exist_ok=True)
        answer = subprocess.run(["apt-get", "download", "--quiet", package], cwd=FOLDER, capture_output=True, text=True,
                                timeout=300)
        if answer.returncode != 0:
            raise CannotFetch(f"apt-get download {package}: {answer.stderr.strip()[-300:]}")
        run("dpkg-deb", "-x", next(FOLDER.glob(f"{package}_*.deb")), target)
        for archive in FOLDER.glob(f"{package}_*.deb"):
            archive.unlink()
    return target


def build_loopback(version):
    source = next((fetch("v4l2loopback-dkms") / "usr" / "src").glob("v4l2loopback-*"))
    module = source / "v4l2loopback.ko"
    if version not in (run("modinfo", "-F", "vermagic", module) if module.exists() else ""):
        run("make", "-C", f"/usr/src/linux-headers-{version}", f"M={source}", "modules")
    return module


def load_order(tree, version, loopback):
    """The files of MODULES and of what they need, in the order they have to be loaded in."""
    run("depmod", "-b", tree, version)
    needs = {}
    for line in (tree / "lib" / "modules" / version / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        needs[pathlib.Path(path).stem] = (path, [pathlib.Path(one).stem for one in rest.split()])
    ordered = {}

    def add(name):
        if name not in ordered:
            path, others = needs[name]
            for other in reversed(others):
                add(other)
            ordered[name] = tree / "lib" / "modules" / version / path

    for name in MODULES:
        if name != "v4l2loopback":
            add(name)
    ordered["v4l2loopback"] = loopback
    return ordered


def libraries(program):
    """The shared libraries of a program, as this machine finds them."""
    return set(re.findall(r"(/\S+)", run("ldd", program)))


def make_image(image, files):
    """An initramfs: busybox, hoso, the hands, the modules, and @files (name in the guest -> path)."""
    version = kernel_version()
    root = FOLDER / "root"
    shutil.rmtree(root, ignore_errors=True)
    modules = load_order(fetch(f"linux-image-{version}"), version, build_loopback(version))
    copies = {"bin/busybox": "/bin/busybox", "bin/hoso": places.HOSO,
              "bin/guest_hands": places.BUILD / "tests" / "lib" / "guest_hands", **files}
    copies.update({f"modules/{name}.ko": path for name, path in modules.items()})
    udev = fetch("udev")
    copies.update({"bin/udevadm": udev / "bin" / "udevadm",
                   "lib/udev/rules.d/70-hoso-scan.rules": places.ROOT / "systemd" / "70-hoso-scan.rules"})
    for name in ("50-udev-default.rules", "60-input-id.rules"):  # Debian's own, whose words ours build on
        copies[f"lib/udev/rules.d/{name}"] = udev / "lib/udev/rules.d" / name
    for program in ("hoso", "guest_hands", "udevadm"):
        copies.update({library.lstrip("/"): library for library in libraries(copies[f"bin/{program}"])})
    for name, source in copies.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, root / name)
    for folder in ("proc", "sys", "dev", "run", "tmp", "usr/bin", "sbin", "usr/sbin", "etc"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc" / "group").write_text("root:x:0:\ninput:x:101:\nvideo:x:44:\nhoso-scan:x:999:\n")
    (root / "etc" / "passwd").write_text("root:x:0:0::/:/bin/sh\n")
    (root / "sbin" / "systemd-udevd").symlink_to("/bin/udevadm")
    (root / "init").write_text(INIT % (" ".join(modules), "$([ $module = v4l2loopback ] && echo " + LOOPBACK + ")"))
    (root / "init").chmod(0o755)
    for name in run("/bin/busybox", "--list").split():
        link = root / "bin" / name
        if not link.exists():
            link.symlink_to("busybox")
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with open(image, "wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=names.encode(), stdout=out, cwd=root, check=True)
    shutil.rmtree(root)


class Guest:
    """A running guest: a shell on its serial line, and QEMU's monitor for its plugs."""

    def __init__(self, folder, files):
        image = folder / "image"
        make_image(image, files)
        version = kernel_version()
        self.monitor_path = folder / "monitor"
        self.shell = pexpect.spawn("qemu-system-x86_64", [
            "-accel", "tcg", "-cpu", "qemu64", "-m", "768", "-nodefaults", "-no-reboot", "-display", "none",
            "-kernel", str(FOLDER / f"linux-image-{version}" / "boot" / f"vmlinuz-{version}"), "-initrd", str(image),
            "-append", "console=ttyS0 quiet panic=-1", "-serial", "stdio",
            "-monitor", f"unix:{self.monitor_path},server=on,wait=off",
            "-device", "qemu-xhci,id=xhci"], encoding="utf-8", timeout=120)
        self.shell.delaybeforesend = None
        self.shell.expect("guest-is-up")
        assert "failed" not in self.shell.before, self.shell.before
        self.monitor = Monitor(self.monitor_path)
        self.number = 0

    def run(self, line, timeout=60):
        """A command in the guest; returns (exit status, what it printed)."""
        self.number += 1
        self.shell.send(f"{line}\necho done-$?-{self.number}.\n")
        self.shell.expect(rf"done-(\d+)-{self.number}\.", timeout=timeout)
        return int(self.shell.match[1]), self.shell.before

    def close(self):
        self.monitor.close()
        self.shell.close(force=True)


class Monitor:
    """QEMU's own: plugs are put in and pulled out here, and keys of an emulated USB keyboard pressed."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(str(path))
        self.read()

    def read(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            text += self.socket.recv(4096)
        return text.decode()

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")
        return self.read()

    def close(self):
        self.socket.close()
