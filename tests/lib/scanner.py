"""Scanners that are none: the bytes a keyboard scanner's events have, a serial port, and a terminal to read."""

import os
import pty
import struct
import termios
import time
import tty

import pexpect

from lib.client import HOSO

EVENT = struct.Struct("llHHi")
EV_SYN, EV_KEY = 0, 1
SHIFT, ENTER = 42, 28
KEYS = {character: code for row, first in (("1234567890-", 2), ("QWERTYUIOP", 16), ("ASDFGHJKL", 30), ("ZXCVBNM", 44))
        for code, character in enumerate(row, first)}


def event(at_ms, kind, code, value):
    return EVENT.pack(at_ms // 1000, at_ms % 1000 * 1000, kind, code, value)


def strokes(text, at_ms=0, step_ms=1):
    """The events of a scanner that types @text; a newline is Enter."""
    events = []
    for character in text:
        keys = [ENTER] if character == "\n" else [KEYS[character]]
        if character.isalpha():
            keys.insert(0, SHIFT)
        for key in keys:
            events += [event(at_ms, EV_KEY, key, 1), event(at_ms, EV_SYN, 0, 0)]
        for key in reversed(keys):
            events += [event(at_ms, EV_KEY, key, 0), event(at_ms, EV_SYN, 0, 0)]
        at_ms += step_ms
    return b"".join(events)


def expect(child, text):
    """Waits until the program says @text; that it never does is a failed assertion, like any other."""
    try:
        child.expect(text)
    except (pexpect.TIMEOUT, pexpect.EOF) as error:
        said = child.before[-2000:] if isinstance(child.before, (str, bytes)) else ""
        raise AssertionError(f"{text!r} was not said within {child.timeout} s, but: {said!r}") from error


class SerialPort:
    """A pseudo terminal; what is written here is what the scanner sends."""

    def __init__(self, link):
        self.link = link
        self.plug()

    def plug(self):
        self.scanner, port = pty.openpty()
        self.name = os.ttyname(port)
        tty.setraw(port, termios.TCSANOW)
        os.close(port)
        if self.link.is_symlink():
            self.link.unlink()
        self.link.symlink_to(self.name)

    def is_open(self):
        """Has somebody set the speed and listens? A fresh terminal has another one."""
        return termios.tcgetattr(self.scanner)[4] in (termios.B9600, termios.B115200)

    def unplug(self):
        self.link.unlink()
        os.close(self.scanner)

    def send(self, text):
        os.write(self.scanner, text.encode())


class Counter:
    """hoso scan on a terminal, and what a clerk sees of it."""

    def __init__(self, environment, *arguments, kind="ARR", rows=24, columns=100):
        self.child = pexpect.spawn(str(HOSO), ["scan", "--kind", kind, *map(str, arguments)], env=environment,
                                   encoding="utf-8", timeout=30, dimensions=(rows, columns))
        self.child.delaybeforesend = None

    def scan(self, text):
        """As a scanner does: all keys at once, and Enter."""
        self.child.send(text + "\r")

    def type(self, text, pause_s=0.08):
        """As a hand does: with a pause before every key, and behind the last."""
        for character in text:
            time.sleep(pause_s)
            self.child.send(character)
            self.child.expect_exact(character)
        time.sleep(pause_s)

    def expect(self, *texts):
        for text in texts:
            expect(self.child, text)
        return self.child.match

    def end(self):
        """Ends the input; returns (exit status, what was shown since the last expect)."""
        self.child.sendcontrol("d")
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus, self.child.before
