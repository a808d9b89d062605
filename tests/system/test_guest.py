"""The counter's devices with a real kernel beneath: grabbed keyboards, USB plugs, cameras. In a guest machine (lib/guest.py).

Takes a minute; runs with HOSO_LONG=2 and more, or HOSO_GUEST=1.
"""

import os
import re
import shutil
import subprocess

import pytest

from lib import guest
from lib.api import s10

LONG = int(os.environ.get("HOSO_LONG", "1"))
WANTED = LONG >= 2 or os.environ.get("HOSO_GUEST") == "1"

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900),
              pytest.mark.skipif(not WANTED, reason="a machine inside this one; HOSO_LONG=2 or HOSO_GUEST=1 starts it"),
              pytest.mark.skipif(WANTED and guest.missing() != "", reason=guest.missing() if WANTED else "")]

WIDTH, HEIGHT = 1280, 720
USB = "05e0:1200"  # of a well-known scanner


def label(folder, text):
    """A label before a camera: (frame as YUYV, frame as JPEG)."""
    for program in ("zint", "convert"):
        if not shutil.which(program):
            pytest.skip(f"{program} draws the labels: tools/setup test")
    subprocess.run(["zint", "-b", "CODE128", "--scale=2", "--height=40", "--border=20", "-o", folder / "label.png",
                    "-d", text], check=True)
    size = ["-background", "#ddd", "-gravity", "center", "-extent", f"{WIDTH}x{HEIGHT}", "-colorspace", "gray"]
    for name in ("gray:frame.gray", "frame.jpg"):
        subprocess.run(["convert", "label.png", *size, "-depth", "8", name], cwd=folder, check=True)
    yuyv = bytearray(b"\x80" * (2 * WIDTH * HEIGHT))
    yuyv[::2] = (folder / "frame.gray").read_bytes()
    (folder / "frame.yuyv").write_bytes(yuyv)
    return folder / "frame.yuyv", folder / "frame.jpg"


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guest")
    yuyv, jpeg = label(folder, s10(700))
    try:
        running = guest.Guest(folder, {"frame.yuyv": yuyv, "frame.jpg": jpeg})
    except guest.CannotFetch as error:
        pytest.skip(str(error))
    yield running
    running.close()


class Counter:
    """hoso scan in the guest, in the background; what it says is in a file there."""

    def __init__(self, machine, number, *arguments):
        self.machine, self.out = machine, f"/tmp/out{number}"
        words = " ".join(arguments)
        machine.run(f"HOSO_STATE=/tmp/state{number} HOSO_SERVER=https://127.0.0.1:1 hoso scan --kind ARR --json "
                    f"--drain 0 {words} </dev/null >{self.out} 2>{self.out}.err 4>&- & echo $! >{self.out}.pid")

    def wait_for(self, text, times=1, seconds=20):
        """Until @text was said so often."""
        status, shown = self.machine.run(
            f"for i in $(seq {seconds * 10}); do n=$(grep -c '{text}' {self.out}); [ $n -ge {times} ] && break; "
            f"usleep 100000; done; [ $n -ge {times} ]")
        assert status == 0, f"{text!r} x {times} was not said: {self.said()} {shown}"

    def said(self):
        return self.machine.run(f"cat {self.out} {self.out}.err")[1]

    def codes(self):
        return re.findall(r'"type":"stored","event_id":"[^"]+","code":"([A-Z0-9]+)"', self.said())

    def pid(self):
        return f"$(cat {self.out}.pid)"

    def holds(self, path):
        """Until it has the device open, and has grabbed it."""
        status, _ = self.machine.run(f"for i in $(seq 200); do ls -l /proc/{self.pid()}/fd | grep -q '{path}$' && break; "
                                     "usleep 100000; done; usleep 300000")
        assert status == 0

    def stop(self):
        self.machine.run(f"kill {self.pid()}; wait {self.pid()}")


def plug_scanner(machine, usb=USB):
    """A keyboard scanner; returns the device it became."""
    machine.run(f"rm -f /tmp/hand; mkfifo /tmp/hand; guest_hands scanner {usb} Scanner </tmp/hand >/tmp/typed & exec 4>/tmp/hand")
    status, shown = machine.run(
        "for i in $(seq 100); do d=$(grep -l '^Scanner$' /sys/class/input/event*/device/name) && break; usleep 100000; "
        "done; usleep 300000; echo device=$(echo $d | cut -d/ -f5).")
    assert status == 0, shown
    return "/dev/input/" + re.search(r"device=(event\d+)\.", shown)[1]


def unplug_scanner(machine):
    machine.run("exec 4>&-; usleep 300000")


def scan(machine, text, edge_us=1000):
    machine.run(f"echo '{edge_us} {text}' >&4")


def wait_for_hands(machine, scans):
    """Until so many scans were typed since the scanner was plugged in, and a pause after them."""
    status, _ = machine.run(f"for i in $(seq 600); do [ $(grep -c typed /tmp/typed) -ge {scans} ] && break; usleep 100000; "
                            f"done; usleep 500000; [ $(grep -c typed /tmp/typed) -ge {scans} ]")
    assert status == 0


def pressed(machine, device, text):
    """What somebody else, with the device open, sees of one scan."""
    machine.run(f"guest_hands watch {device} 3 >/tmp/watch 4>&- & usleep 800000")
    scan(machine, text)
    status, shown = machine.run("sleep 3; cat /tmp/watch")
    return int(re.search(r"pressed (\d+)", shown)[1])


def test_a_grabbed_scanner_is_exact_and_nobody_elses(machine):
    device = plug_scanner(machine)
    assert pressed(machine, device, s10(1)) >= 14  # the control: without a grab everybody sees the keys
    counter = Counter(machine, 1, "--device", USB)
    counter.holds(device)
    for i, edge_us in enumerate((1000, 100, 100, 0), 2):
        scan(machine, s10(i), edge_us)
        counter.wait_for(s10(i))
    assert pressed(machine, device, s10(6)) == 0
    counter.wait_for(s10(6))
    assert counter.codes() == [s10(i) for i in range(2, 7)]
    # Another counter is told so, and what to do.
    status, shown = machine.run(f"HOSO_STATE=/tmp/other hoso scan --lang en --kind ARR --device {device} </dev/null")
    assert status == 75 and "another program has taken it" in shown
    counter.stop()
    assert pressed(machine, device, s10(7)) >= 14  # the desktop has its keyboard back
    unplug_scanner(machine)


def test_a_list_names_the_scanner(machine):
    device = plug_scanner(machine)
    status, shown = machine.run("hoso scan --lang en --kind ARR --device list </dev/null")
    assert status == 66 and re.search(rf"{device}\s+{USB}\s+Scanner", shown)
    unplug_scanner(machine)


def test_the_group_may_take_scanners_and_no_other_keyboard(machine):
    device = plug_scanner(machine)
    status, shown = machine.run("systemd-udevd --daemon 4>&-; udevadm trigger --action=add -s input; udevadm settle; "
                                "for d in /dev/input/event*; do stat -c 'owner %n %G %a.' $d; done")
    owners = {path: (group, mode) for path, group, mode in re.findall(r"owner (\S+) (\S+) (\d+)\.", shown)}
    assert owners.pop(device) == ("hoso-scan", "660"), shown
    assert owners and all(group != "hoso-scan" for group, _ in owners.values()), shown
    unplug_scanner(machine)


def test_an_unplugged_scanner_comes_back(machine):
    device = plug_scanner(machine)
    counter = Counter(machine, 2, "--device", USB)
    counter.holds(device)
    scan(machine, s10(11))
    counter.wait_for(s10(11))
    for times in (1, 2):
        unplug_scanner(machine)
        counter.wait_for('"state":"gone"', times)
        plug_scanner(machine)
        counter.wait_for('"state":"back"', times)
        machine.run("usleep 300000")
        scan(machine, s10(11 + times))
        counter.wait_for(s10(11 + times))
    assert counter.codes() == [s10(11), s10(12), s10(13)]
    counter.stop()
    unplug_scanner(machine)


def test_a_grab_in_the_middle_of_a_scan_makes_no_code(machine):
    device = plug_scanner(machine)
    machine.run("for i in $(seq 60); do echo '4000 %s' >&4; done" % s10(60))  # ten seconds without a pause
    counter = Counter(machine, 8, "--device", USB)
    counter.holds(device)
    counter.wait_for('"state":"lost"')
    wait_for_hands(machine, 60)
    scan(machine, s10(61))
    counter.wait_for(s10(61))
    assert set(counter.codes()) <= {s10(60), s10(61)} and '"type":"bad"' not in counter.said()
    counter.stop()
    unplug_scanner(machine)


def test_what_the_kernel_drops_is_said_and_never_half_a_code(machine):
    device = plug_scanner(machine)
    counter = Counter(machine, 3, "--device", USB)
    counter.holds(device)
    scan(machine, s10(20))
    counter.wait_for(s10(20))
    machine.run(f"kill -STOP {counter.pid()}")
    for i in range(21, 41):  # far more than the kernel keeps for one reader
        scan(machine, s10(i), 0)
    wait_for_hands(machine, 21)
    machine.run(f"kill -CONT {counter.pid()}")
    counter.wait_for('"state":"lost"')
    scan(machine, s10(41))
    counter.wait_for(s10(41))
    said = counter.said()
    assert '"type":"bad"' not in said
    assert set(counter.codes()) <= {s10(i) for i in range(20, 42)}
    counter.stop()
    unplug_scanner(machine)


KEYS = {**{str(digit): str(digit) for digit in range(10)}, **{chr(letter): f"shift-{chr(letter).lower()}"
                                                              for letter in range(ord("A"), ord("Z") + 1)}, "\n": "ret"}


def press(machine, text):
    for character in text:
        machine.monitor.say(f"sendkey {KEYS[character]} 20")


def find_usb(machine):
    status, shown = machine.run(
        "for i in $(seq 200); do d=$(grep -l 'QEMU USB Keyboard' /sys/class/input/event*/device/name) && break; "
        "usleep 100000; done; usleep 500000; echo device=$(echo $d | cut -d/ -f5).")
    assert status == 0, shown
    return "/dev/input/" + re.search(r"device=(event\d+)\.", shown)[1]


def test_a_usb_keyboard_is_pulled_out_and_put_in(machine):
    machine.monitor.say("device_add usb-kbd,id=scanner,bus=xhci.0")
    device = find_usb(machine)
    counter = Counter(machine, 4, "--device", "0627:0001")
    counter.holds(device)
    press(machine, s10(50) + "\n")
    counter.wait_for(s10(50))
    press(machine, s10(51)[:6])
    machine.monitor.say("device_del scanner")
    counter.wait_for('"state":"gone"')
    machine.monitor.say("device_add usb-kbd,id=scanner,bus=xhci.0")
    counter.wait_for('"state":"back"')
    machine.run("usleep 500000")
    press(machine, s10(52) + "\n")
    counter.wait_for(s10(52))
    assert counter.codes() == [s10(50), s10(52)] and '"type":"bad"' not in counter.said()
    counter.stop()
    machine.monitor.say("device_del scanner")


@pytest.mark.parametrize("number, form, frame", [(0, "yuyv", "/frame.yuyv"), (1, "mjpg", "/frame.jpg")])
def test_a_camera_is_read(machine, number, form, frame):
    device = f"/dev/video{number}"
    machine.run(f"guest_hands camera {device} {form} {WIDTH} {HEIGHT} {frame} 400 >/tmp/film{number} 2>&1 &")
    status, _ = machine.run(f"for i in $(seq 100); do grep -q filming /tmp/film{number} && break; usleep 100000; done; "
                            f"grep filming /tmp/film{number}")
    assert status == 0, machine.run(f"cat /tmp/film{number}")[1]
    counter = Counter(machine, 5 + number, "--camera", device)
    counter.wait_for(s10(700), seconds=60)
    machine.run("sleep 4")  # held before the camera for longer than the debounce: still one scan
    assert counter.codes() == [s10(700)], counter.said()
    counter.stop()
