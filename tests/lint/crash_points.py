#!/usr/bin/python3
"""Every crash point that daemon/base/crash.h lists is placed, and at one step only: its name is where it is."""
import re

import lint

LIST = "daemon/base/crash.h"
LISTED = re.compile(r'X\((\w+), "([\w.]+)"\)')
PLACED = re.compile(r"\bCRASH_POINT\((\w+)\);")


def check(root):
    path = root / LIST
    if not path.is_file():
        raise lint.NothingRead(LIST)
    listed = LISTED.findall(path.read_text(encoding="utf-8"))
    places = [name for source in lint.files(root, "daemon/**/*.c")
              for name in PLACED.findall(source.read_text(encoding="utf-8"))]
    findings = [f"{name}: placed {places.count(name)} times, not once" for name, _ in listed if places.count(name) != 1]
    findings += [f"{name}: not in {LIST}" for name in sorted(set(places) - {name for name, _ in listed})]
    words = [word for _, word in listed]
    findings += [f"{word}: names two points" for word in sorted(set(words)) if words.count(word) > 1]
    return findings if listed else [f"{LIST}: no point was read"]


def self_test(root):
    lint.plant(root, LIST, 'X(ONE, "a.one") \\\nX(TWO, "a.two") \\\nX(NONE, "a.none") \\\nX(SAME, "a.one")\n')
    lint.plant(root, "daemon/flow/a.c", "CRASH_POINT(ONE);\nCRASH_POINT(TWO);\nCRASH_POINT(SAME);\n")
    lint.plant(root, "daemon/io/b.c", "CRASH_POINT(TWO);\nCRASH_POINT(STRANGE);\n")
    lint.expect(check(root), "TWO: placed 2", "NONE: placed 0", "STRANGE: not in", "a.one: names two")


if __name__ == "__main__":
    lint.run(check, self_test)
