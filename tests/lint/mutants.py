#!/usr/bin/python3
"""The planted bugs of tests/mutants/table.py still fit: each text stands once in its file, each test is there."""
import collections
import re
import runpy
import sys

import lint

TABLE = "tests/mutants/table.py"
MUTANTS_MIN = 25
MESON_FILES = ("tests/unit/meson.build", "tests/flow/meson.build", "tests/schema/meson.build")


def read(root, name):
    path = root / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def meson_tests(root):
    """Names of meson tests: the first word of each row, and what is registered by name."""
    names = set()
    for file in MESON_FILES:
        text = read(root, file)
        prefix = "flow_" if "flow" in file else ""
        names |= {prefix + name for name in re.findall(r"^  \['(\w+)',", text, re.M)}
        names |= set(re.findall(r"\btest\('(\w+)'", text))
    return names


def has_test(root, known, test):
    """Is there a meson test of this name, or this function in this file?"""
    if "::" not in test:
        return test in known
    file, function = test.split("::", 1)
    return f"def {function.split('[')[0].split('::')[-1]}(" in read(root, file)


def check_mutant(root, known, mutant):
    times = read(root, mutant.file).count(mutant.text)
    if times != 1:
        yield f"its text stands {times} times in {mutant.file}"
    if mutant.becomes == mutant.text or not mutant.text:
        yield "it changes nothing"
    if not mutant.tests:
        yield "no test is named"
    for test in mutant.tests:
        if not has_test(root, known, test):
            yield f"there is no test {test}"


def check(root):
    if not (root / TABLE).is_file():
        raise lint.NothingRead(TABLE)
    sys.path.insert(0, str((root / TABLE).parent))  # it has its parts beside it
    table = runpy.run_path(str(root / TABLE))
    mutants = table["MUTANTS"]
    planted = [*mutants, *(mutant for _, mutant in table.get("CONTROLS", ()))]
    known = meson_tests(root)
    findings = [f"{mutant.name}: {what}" for mutant in planted for what in check_mutant(root, known, mutant)]
    counts = collections.Counter(mutant.name for mutant in planted)
    findings += [f"{name}: {count} mutants have this name" for name, count in counts.items() if count > 1]
    if len(mutants) < MUTANTS_MIN:
        findings.append(f"{TABLE}: {len(mutants)} mutants, at least {MUTANTS_MIN} are wanted")
    return findings


def self_test(root):
    lint.plant(root, "daemon/a.c", "x = 1;\ny = 1;\n")
    lint.plant(root, "tests/unit/meson.build", "unit_tests = [\n  ['leg', model_dep],\n]\n")
    lint.plant(root, "tests/system/test_x.py", "def test_it(api):\n    pass\n")
    lint.plant(root, TABLE, """
import collections
Mutant = collections.namedtuple("Mutant", "name file text becomes tests")
MUTANTS = [
    Mutant("good", "daemon/a.c", "x = 1;", "x = 2;", ("leg", "tests/system/test_x.py::test_it[a]")),
    Mutant("twice", "daemon/a.c", " = 1;", " = 2;", ("leg",)),
    Mutant("moved", "daemon/b.c", "x = 1;", "x = 2;", ("leg",)),
    Mutant("idle", "daemon/a.c", "x = 1;", "x = 1;", ("leg",)),
    Mutant("unwatched", "daemon/a.c", "x = 1;", "x = 2;", ()),
    Mutant("astray", "daemon/a.c", "y = 1;", "y = 2;", ("legs", "tests/system/test_x.py::test_that")),
    Mutant("good", "daemon/a.c", "y = 1;", "y = 2;", ("leg",)),
]
""")
    lint.expect(
        check(root), "twice: its text stands 2 times", "moved: its text stands 0 times", "idle: it changes nothing",
        "unwatched: no test is named", "there is no test legs", "there is no test tests/system/test_x.py::test_that",
        "good: 2 mutants have this name", "7 mutants, at least 25")


if __name__ == "__main__":
    lint.run(check, self_test)
