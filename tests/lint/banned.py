#!/usr/bin/python3
"""Calls and habits that have no place here, each with what to use instead."""
import re

import lint

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

CALLS = {
    "strcpy": "memcpy with a checked length", "strcat": "GString", "sprintf": "g_snprintf",
    "vsprintf": "g_vsnprintf", "gets": "a bounded read", "atoi": "a parser that can say no",
    "atol": "a parser that can say no", "strtok": "a parser", "system": "no shell, ever",
    "popen": "no shell, ever", "alloca": "the heap", "rand": "libsodium, or g_rand with a seed in tests",
    "srand": "libsodium, or g_rand with a seed in tests", "gmtime": "base/clock.h",
    "localtime": "base/clock.h", "ctime": "base/clock.h", "asctime": "base/clock.h",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(CALLS) + r")\s*\(")
STATEMENT = re.compile(r'^"\s*(SELECT|INSERT|UPDATE|DELETE)\s')
BRACKET = re.compile(r'^"\s*(BEGIN|COMMIT)\b')
LIBPQ = re.compile(r"\bPQ(?!conninfo)[a-z]\w*\s*\(")  # PQconninfo… only takes a text apart
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")

STATEMENT_ROOMS = ("daemon/store/",)
BRACKET_ROOMS = ("daemon/io/", "daemon/store/")  # the connection itself opens and ends transactions
LIBPQ_ROOMS = ("daemon/io/", "daemon/store/")
THIS_LINT = "tests/lint/banned.py"


def blank(text):
    """White out comments and literals, keeping the lines, so that only code is left."""
    return TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def check_c(name, text):
    """Findings of one C file: (line, what)."""
    code = blank(text)
    for match in CALL.finditer(code):
        yield line_of(code, match.start()), f"{match.group(1)}(): use {CALLS[match.group(1)]}"
    if not name.startswith("daemon/"):
        return
    for match in TOKEN.finditer(text):
        for sql, rooms in ((STATEMENT, STATEMENT_ROOMS), (BRACKET, BRACKET_ROOMS)):
            if sql.match(match.group()) and not name.startswith(rooms):
                yield line_of(text, match.start()), "SQL outside daemon/store"
    if not name.startswith(LIBPQ_ROOMS):
        for match in LIBPQ.finditer(code):
            yield line_of(code, match.start()), "libpq outside daemon/io and daemon/store"


def check_any(name, text):
    """Findings of a file of any language."""
    if name != THIS_LINT:
        for match in UNFINISHED.finditer(text):
            yield line_of(text, match.start()), f"{match.group()}: finish it, or say it in the tracker"


def check(root):
    folders = ("client", "daemon", "include", "schema", "systemd", "tests", "tools")
    endings = ("c", "h", "py", "sh", "sql", "ts", "tsx", "yaml", "build")
    findings = []
    for path in lint.files(root, *(f"{f}/**/*.{e}" for f in folders for e in endings)):
        name = str(path.relative_to(root))
        text = path.read_text(encoding="utf-8")
        found = list(check_any(name, text))
        if path.suffix in (".c", ".h"):
            found += check_c(name, text)
        findings += [f"{name}:{line}: {what}" for line, what in found]
    return findings


def self_test(root):
    lint.plant(root, "daemon/base/bad.c", """
/* strcpy( in a comment is no call */
static const char word[] = "system(";
void f(void) { g_strtok(); x->system(); strcpy (a, b); atoi(c); gmtime(&t); gmtime_r(&t, &r); }
/* TODO */
""")
    lint.plant(root, "daemon/flow/sql.c", 'const char *q = "SELECT 1"; int x = PQexec(c, q);')
    lint.plant(root, "daemon/store/sql.c", 'const char *q = "SELECT 1"; int x = PQexec(c, q);')
    lint.plant(root, "daemon/io/sql.c", 'const char *q = "Selected", *b = "BEGIN"; int x = PQexec(c, q);')
    lint.plant(root, "daemon/http/verb.c", 'const char *method = "DELETE", *b = "COMMIT";')
    lint.plant(root, "daemon/config.c", "int x = PQconninfoParse(t, NULL);")
    lint.plant(root, "tests/bad.py", "# FIXME\n")
    lint.expect(
        check(root), "bad.c:4: strcpy", "bad.c:4: atoi", "bad.c:4: gmtime()", "bad.c:5: TODO",
        "flow/sql.c:1: SQL", "http/verb.c:1: SQL", "flow/sql.c:1: libpq", "bad.py:1: FIXME")


if __name__ == "__main__":
    lint.run(check, self_test)
