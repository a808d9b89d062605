#!/usr/bin/python3
"""A function has at most 70 lines, a file at most 500: what does not fit in a head is two things."""
import json
import pathlib
import subprocess

import lint

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
KINDS = {"C": {"function"}, "Python": {"function", "member"}, "Sh": {"function"}}
PATTERNS = [f"{folder}/**/*.{ending}" for folder in ("client", "daemon", "include", "tests", "tools")
            for ending in ("c", "h", "py", "sh")]


def last_line(tag):
    """Where a function ends. For the shell ctags does not say: there it is the next lone brace."""
    if "end" in tag:
        return tag["end"]
    with open(tag["path"], encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if number > tag["line"] and line.rstrip() == "}":
                return number
    return tag["line"]


def functions(paths):
    """(path, name, lines) of every function that ctags sees."""
    answer = subprocess.run(
        ["ctags", "--output-format=json", "--fields=+neKl", "--languages=C,Python,Sh",
         "--map-C=+.h", "-L", "-", "-f", "-"],
        input="\n".join(map(str, paths)), capture_output=True, text=True, check=True)
    for line in answer.stdout.splitlines():
        tag = json.loads(line)
        if tag.get("kind") in KINDS.get(tag.get("language"), ()):
            yield pathlib.Path(tag["path"]), tag["name"], last_line(tag) - tag["line"] + 1


def check(root):
    paths = lint.files(root, *PATTERNS)
    findings = []
    for path in paths:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES_MAX:
            findings.append(f"{path.relative_to(root)}: {lines} lines, over {FILE_LINES_MAX}")
    for path, name, lines in functions(paths):
        if lines > FUNCTION_LINES_MAX:
            findings.append(f"{path.relative_to(root)}: {name} has {lines} lines, over {FUNCTION_LINES_MAX}")
    return findings


def self_test(root):
    body = "\tint x;\n"
    lint.plant(root, "daemon/base/good.c", "int good(void)\n{\n" + body * 67 + "}\n")
    lint.plant(root, "daemon/base/long.c", "int too_long(void)\n{\n" + body * 68 + "}\n")
    lint.plant(root, "tests/long.py", "def endless():\n" + "    x = 1\n" * 71)
    lint.plant(root, "tools/long.sh", "x() {\n" + "true\n" * 70 + "}\n")
    lint.plant(root, "include/hoso/high.h", "\n" * 501)
    lint.expect(check(root), "too_long has 71", "endless has 72", "x has 72", "high.h: 501 lines")


if __name__ == "__main__":
    lint.run(check, self_test)
