#!/usr/bin/python3
"""Every #include goes downward: a room sees only the rooms named here, and itself."""
import re

import lint

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)

SEES = {
    "base": "",
    "model": "base",
    "decode": "base",
    "sheet": "base model decode",
    "io": "base",
    "http": "base io",
    "store": "base model io",
    "portal": "base model io",
    "flow": "base model decode io store portal",
    "api": "base model decode io http store flow",
    "main": "base model decode io http store portal flow api sheet",
    "client": "base model decode sheet",
}
ROOMS = set(SEES) - {"main", "client"}


def room_of(root, path):
    """The room a file lies in; the files right below daemon/ are the wiring, main."""
    parts = path.relative_to(root).parts
    if parts[0] == "client":
        return "client"
    return parts[1] if len(parts) > 2 else "main"


def judge(room, quote, target):
    """What is wrong with one include of a room, or None."""
    first = target.split("/")[0]
    if target.startswith("hoso/"):
        return None if quote == "<" else "the contract is included as <hoso/…>"
    if quote == "<":
        return None
    if "/" not in target:
        return None if room in ("main", "client") else "a room's header is included as \"room/file.h\""
    if first not in ROOMS:
        return "there is no such room" if first != room else None
    if first != room and first not in SEES[room].split():
        return f"{room} does not see {first}"
    return None


def check(root):
    findings = []
    for path in lint.files(root, "daemon/**/*.[ch]", "client/*.[ch]"):
        room = room_of(root, path)
        if room not in SEES:
            findings.append(f"{path.relative_to(root)}: {room} is no room")
            continue
        for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
            wrong = judge(room, *match.groups())
            if wrong:
                findings.append(f"{path.relative_to(root)}: {match.group(2)}: {wrong}")
    return findings


def self_test(root):
    lint.plant(root, "daemon/base/up.c", '#include "model/leg.h"\n#include <hoso/error.h>\n')
    lint.plant(root, "daemon/http/side.c", '#include "store/book.h"\n#include "io/loop.h"\n')
    lint.plant(root, "daemon/store/near.c", '#include "book.h"\n#include "base/text.h"\n')
    lint.plant(root, "daemon/main.c", '#include "api/api.h"\n#include "config.h"\n')
    lint.plant(root, "daemon/magic/new.c", "")
    lint.plant(root, "client/far.c", '  #  include "io/loop.h"\n#include "decode/pgm.h"\n#include "call.h"\n')
    lint.expect(
        check(root), "base does not see model", "http does not see store", 'included as "room/file.h"',
        "magic is no room", "client does not see io")


if __name__ == "__main__":
    lint.run(check, self_test)
