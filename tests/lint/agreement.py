#!/usr/bin/python3
"""What is written in two places says the same in both.

The code is the original: the error table, the settings table, the event kinds. The README's tables,
the schema's list and the API description repeat them for their readers.
"""
import re

import yaml

import lint

ERROR_ROW = re.compile(r'X\(HOSO_\w+, "(\w+)", (\d+), HOSO_(FINAL|RETRY),')
EVENT_ROW = re.compile(r'X\(EVENT_\w+, "(\w+)",')
SETTING_ROW = re.compile(r'^\s*\{ "([\w.]+)", CONFIG_\w+, AT\(\w+\), (.+?), \d', re.M)
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')


def read(root, name, findings):
    """A file's text; a missing one is a finding and empty."""
    path = root / name
    if not path.is_file():
        findings.append(f"{name}: missing")
        return ""
    return path.read_text(encoding="utf-8")


def between(text, start, end):
    """What stands between two marks; empty when one of them is missing."""
    match = re.search(re.escape(start) + r"(.*?)" + re.escape(end), text, re.S)
    return match.group(1) if match else ""


def markdown_table(text, mark):
    """The cells of the Markdown table between <!-- mark --> and <!-- /mark -->, without its head."""
    rows = []
    for line in between(text, f"<!-- {mark} -->", f"<!-- /{mark} -->").splitlines():
        if line.startswith("|") and not re.match(r"^\|[\s:|-]+\|$", line):
            rows.append([cell.strip().strip("`") for cell in line.strip().strip("|").split("|")])
    return rows[1:]


def compare(what, original, copy):
    """Findings for what one side has and the other has not."""
    findings = [f"{what}: {missing} is missing" for missing in sorted(set(original) - set(copy))]
    findings += [f"{what}: {extra} is not in the code" for extra in sorted(set(copy) - set(original))]
    return findings


def check_errors(root, readme, findings):
    """Token and HTTP status of each error, in the README's first two columns."""
    rows = ERROR_ROW.findall(read(root, "include/hoso/error.h", findings))
    original = [f"{token} {http}" for token, http, _ in rows if token != "ok"]
    copy = [" ".join(row[:2]) for row in markdown_table(readme, "errors")]
    return compare("README, errors", original, copy)


def setting_default(expression):
    """A default as the user sees it; what a macro stands for is left out: it is the daemon's own."""
    return "" if "CONFIG_" in expression else "".join(LITERAL.findall(expression))


def check_settings(root, readme, findings):
    """Key and default of each setting, in the README's first two columns."""
    rows = SETTING_ROW.findall(read(root, "daemon/config.c", findings))
    original = {key: setting_default(default) for key, default in rows}
    copy = {row[0]: row[1] if len(row) > 1 else "" for row in markdown_table(readme, "settings")}
    findings += compare("README, settings", original, copy)
    return [f"README, settings: the default of {key} is {value!r}, not {copy[key]!r}"
            for key, value in original.items() if value and copy.get(key, value) != value]


def event_kinds(root, findings):
    table = between(read(root, "include/hoso/event.h", findings), "#define HOSO_EVENTS(X)", "HOSO_VERDICTS")
    return EVENT_ROW.findall(table)


def check_schema_events(root, kinds):
    """The list between the marks; a later migration's list replaces an earlier one's."""
    listed = []
    for path in sorted(root.glob("schema/*.sql")):
        text = between(path.read_text(encoding="utf-8"), "-- event kinds", "-- /event kinds")
        listed = re.findall(r"'(\w+)'", text) or listed
    return compare("schema, event kinds", kinds, listed)


def check_api_events(root, kinds, findings):
    text = read(root, "daemon/api/openapi.yaml", findings)
    schemas = (yaml.safe_load(text) or {}).get("components", {}).get("schemas", {})
    return compare("openapi.yaml, EventKind", kinds, schemas.get("EventKind", {}).get("enum", []))


def check(root):
    if not (root / "include/hoso/error.h").is_file():
        raise lint.NothingRead("include/hoso/error.h")
    findings = []
    readme = read(root, "README.md", findings)
    kinds = event_kinds(root, findings)
    found = check_errors(root, readme, findings) + check_settings(root, readme, findings)
    found += check_schema_events(root, kinds) + check_api_events(root, kinds, findings)
    if not kinds:
        findings.append("include/hoso/event.h: no event kind was read")
    return findings + found


def self_test(root):
    lint.plant(root, "include/hoso/error.h", """
\tX(HOSO_OK, "ok", 200, HOSO_FINAL, "", "") \\
\tX(HOSO_BUSY, "busy", 503, HOSO_RETRY, "", "") \\
\tX(HOSO_FILE, "file", 500, HOSO_FINAL, "", "")
""")
    lint.plant(root, "include/hoso/event.h", """
#define HOSO_EVENTS(X) \\
\tX(EVENT_NOTE, "note", "NTE", "") \\
\tX(EVENT_FEE, "fee", "FEE", "")
#define HOSO_VERDICTS(X)
""")
    lint.plant(root, "daemon/config.c", """
\t{ "log.level", CONFIG_WORD, AT(log_level), "info", 1, 16, "", ON_RELOAD, "" },
\t{ "http.key", CONFIG_PATH, AT(http_key), CONFIG_CREDENTIAL "tls-key", 0, 4095, "", ON_RELOAD, "" },
\t{ "portal.url", CONFIG_URL, AT(portal_url), "", 0, 1024, "", ON_RESTART, "" },
""")
    lint.plant(root, "README.md", """
<!-- errors -->
| token | HTTP | meaning |
|---|---|---|
| `busy` | 500 | |
| `file` | 500 | |
<!-- /errors -->
<!-- settings -->
| key | default |
|:--|---|
| `log.level` | `debug` |
| `http.key` | |
<!-- /settings -->
""")
    lint.plant(root, "schema/0001_a.sql", "-- event kinds\n'note', 'fee', 'lost'\n-- /event kinds\n")
    lint.plant(root, "daemon/api/openapi.yaml", "components: {schemas: {EventKind: {enum: [note]}}}\n")
    lint.expect(
        check(root), "busy 503 is missing", "busy 500 is not in the code", "portal.url is missing",
        "default of log.level", "lost is not in the code", "EventKind: fee is missing")


if __name__ == "__main__":
    lint.run(check, self_test)
