#!/usr/bin/python3
"""clang-format 14 leaves every C file as it is. Other versions differ, so only 14 may judge."""
import pathlib
import re
import shutil
import subprocess

import lint

VERSION = "14"
COMMANDS = ("clang-format-14", "clang-format")


def formatter():
    """The command of the pinned version; None when there is none."""
    for command in COMMANDS:
        if shutil.which(command):
            said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
            if re.search(rf"version {VERSION}\.", said.stdout):
                return command
    return None


def check(root):
    paths = lint.files(root, *(f"{f}/**/*.[ch]" for f in ("client", "daemon", "include", "tests")))
    command = formatter()
    if not command:
        return [f"clang-format {VERSION} is needed, and no other: apt-get install clang-format-14"]
    # All in one run: one of their own each would take ten times as long.
    told = subprocess.run([command, "--style=file", "--dry-run", "--Werror", *map(str, paths)], capture_output=True, text=True)
    wrong = sorted(set(re.findall(r"^(.+?):\d+:\d+: error: ", told.stderr, re.MULTILINE)))
    if told.returncode != bool(wrong):
        return [f"{command} ended with status {told.returncode}: {told.stderr[:2000]}"]
    return [f"{pathlib.Path(path).relative_to(root)}: run {command} -i on it" for path in wrong]


def self_test(root):
    style = (lint.ROOT / ".clang-format").read_text(encoding="utf-8")
    lint.plant(root, ".clang-format", style)
    lint.plant(root, "daemon/base/good.c", "int good(void)\n{\n\treturn 1;\n}\n")
    lint.plant(root, "daemon/base/bad.c", "int bad(void) { return  1; }\n")
    lint.expect(check(root), "bad.c")


if __name__ == "__main__":
    lint.run(check, self_test)
