"""A copy of the tracked tree with a build of its own, into which one change at a time is put."""

import collections
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import xml.etree.ElementTree

PYTHON = "/usr/bin/python3"
BUILD_S = 900
TEST_S = 240
SAID_MAX = 2000
ASSERTION = re.compile(r"^(AssertionError|assert |Failed: (?!Timeout))")
TIMED_OUT = "Failed: Timeout"

# In a word: passed, failed (by an assertion), timeout, broken (in any other way).
Outcome = collections.namedtuple("Outcome", "word said")


def run(command, seconds, **more):
    """(status or None when it took too long, what it said); nothing of it stays behind."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True, **more)
    try:
        said, _ = process.communicate(timeout=seconds)
        return process.returncode, said[-SAID_MAX:]
    except subprocess.TimeoutExpired:
        return None, f"not within {seconds} s: {' '.join(map(str, command))}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=20)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


def is_asserted(tap):
    """Did an assertion of the test fail? A crash, and an assertion of the product itself, are something else."""
    if re.search(r"^Bail out! ERROR:\S*tests/", tap, re.M):
        return True  # g_assert: the program ends there
    plans = re.findall(r"^1\.\.(\d+)$", tap, re.M)
    lines = re.findall(r"^(?:not )?ok \d+", tap, re.M)
    whole = plans and len(lines) == int(plans[0])
    return whole and any(line.startswith("not") for line in lines) and "failed with exception" not in tap


def tracked(root):
    listing = subprocess.run(["git", "-c", f"safe.directory={root}", "ls-files", "-z"], cwd=root,
                             capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.split("\0") if name and (root / name).is_file()]


class Copy:
    def __init__(self, root, folder, jobs):
        self.folder = folder
        self.ninja = ["ninja", "-j", str(jobs), "-C", str(folder / "build")]
        self.build_folder = folder / "build"
        self._take_over(root)
        if not (self.build_folder / "build.ninja").exists():
            self._must("meson", "setup", "--buildtype=debug", self.build_folder, self.folder)
        self._must(*self.ninja)
        self.programs = self._programs()

    def _take_over(self, root):
        """Only what differs is copied, so that a build that is there goes on."""
        names = set(tracked(root))
        for name in names:
            here, there = self.folder / name, root / name
            if not here.is_file() or here.read_bytes() != there.read_bytes():
                here.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(there, here)
        for path in list(self.folder.rglob("*")):
            ours = self.build_folder in path.parents or str(path.relative_to(self.folder)) in names
            if path.is_file() and not ours:
                path.unlink()

    def _must(self, *command):
        status, said = run(list(map(str, command)), BUILD_S)
        if status != 0:
            raise SystemExit(f"{' '.join(map(str, command))}:\n{said}")

    def _programs(self):
        """What of the build each meson test runs."""
        listing = subprocess.run(["meson", "introspect", "--tests", self.build_folder],
                                 capture_output=True, text=True, check=True)
        programs = {}
        for test in json.loads(listing.stdout):
            paths = [self.build_folder / part for part in test["cmd"]]
            programs[test["name"]] = [str(path.relative_to(self.build_folder)) for path in paths
                                      if self.build_folder in path.parents and path.is_file()]
        return programs

    @contextlib.contextmanager
    def changed(self, mutant):
        """Inside the block the bug is in the copy. Both writes are new files to ninja."""
        path = self.folder / mutant.file
        good = path.read_text(encoding="utf-8")
        assert good.count(mutant.text) == 1, f"{mutant.name}: its text is not once in {mutant.file}"
        try:
            path.write_text(good.replace(mutant.text, mutant.becomes), encoding="utf-8")
            yield
        finally:
            path.write_text(good, encoding="utf-8")

    def build(self, tests):
        """What these tests need, or all of it; what the compiler said when it failed."""
        whole = any("::" in test for test in tests)
        targets = [] if whole else [target for test in tests for target in self.programs[test]]
        status, said = run([*self.ninja, *targets], BUILD_S)
        return "" if status == 0 else said or "?"

    def run_test(self, test):
        return self._run_pytest(test) if "::" in test else self._run_meson(test)

    def _run_meson(self, test):
        log = self.build_folder / "meson-logs" / "testlog.json"
        log.unlink(missing_ok=True)
        status, said = run(["meson", "test", "-C", str(self.build_folder), "--no-rebuild", test], TEST_S)
        if status is None:
            return Outcome("timeout", said)
        if not log.exists():
            return Outcome("broken", said)
        (entry,) = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        said = entry.get("stdout", "")
        if entry["result"] in ("OK", "TIMEOUT"):
            return Outcome("passed" if entry["result"] == "OK" else "timeout", said[-SAID_MAX:])
        return Outcome("failed" if is_asserted(said) else "broken", said[-SAID_MAX:])

    def _run_pytest(self, test):
        junit = self.build_folder / "mutants.xml"
        junit.unlink(missing_ok=True)
        status, said = run(
            [PYTHON, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-x", "--tb=short", "--timeout=180",
             f"--junitxml={junit}", test],
            TEST_S, cwd=self.folder, env={**os.environ, "HOSO_BUILD": str(self.build_folder)})
        if status is None:
            return Outcome("timeout", said)
        if not junit.exists():
            return Outcome("broken", said)
        cases = list(xml.etree.ElementTree.parse(junit).getroot().iter("testcase"))
        failures = [failure.get("message", "") for case in cases for failure in case.iter("failure")]
        if any(ASSERTION.match(message) for message in failures):
            return Outcome("failed", said)
        if any(message.startswith(TIMED_OUT) for message in failures):
            return Outcome("timeout", said)
        skipped = any(case.find("skipped") is not None for case in cases)
        return Outcome("passed" if status == 0 and cases and not skipped else "broken", said)
