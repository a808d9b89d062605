"""
Counts what a run has tested. Usage: count_results.py (meson FILE | junit FILE)...

Prints "passed failed skipped", and a line "FAILED name" for each failure on stderr. Meson's own JUnit file
is not used: it does not count a test that timed out, crashed after its last "ok", or printed nothing.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree

TAP_LINE = re.compile(r"^(not )?ok\b *(\d*)[ -]*([^#\n]*)(#\s*SKIP)?", re.MULTILINE | re.IGNORECASE)
SKIPPED_STATUS = 77


def count_meson_test(test):
    """The (name, result) pairs of one line of testlog.json."""
    name, result = test["name"], test["result"]
    lines = list(TAP_LINE.finditer(test.get("stdout", "")))
    found = []
    for line in lines:
        word = "skipped" if line[4] else "failed" if line[1] else "passed"
        found.append((f"{name}: {line[3].strip()}", word))
    if result in ("OK", "EXPECTEDFAIL"):
        return found or [(name, "passed")]
    if result == "SKIP" and (found or test["returncode"] == SKIPPED_STATUS):
        return found or [(name, "skipped")]
    if not any(word == "failed" for _, word in found):
        found.append((f"{name}: {result}", "failed"))
    return found


def count_meson(path):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        yield from count_meson_test(json.loads(line))


def count_junit(path):
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        children = {child.tag for child in case}
        if children & {"failure", "error"}:
            yield name, "failed"
        else:
            yield name, "skipped" if "skipped" in children else "passed"


def main(arguments):
    readers = {"meson": count_meson, "junit": count_junit}
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for kind, path in zip(arguments[::2], arguments[1::2], strict=True):
        for name, word in readers[kind](path):
            counts[word] += 1
            if word == "failed":
                print(f"FAILED {name}", file=sys.stderr)
    print(*counts.values())


if __name__ == "__main__":
    main(sys.argv[1:])
