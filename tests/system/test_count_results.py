"""The counter behind "N passed, N failed" must not overlook a failure."""

import json
import subprocess
import sys

import pytest

from lib import places

pytestmark = pytest.mark.once

COUNTER = places.ROOT / "tests" / "lib" / "count_results.py"


def count(*arguments):
    ended = subprocess.run(
        [sys.executable, str(COUNTER), *map(str, arguments)], capture_output=True, text=True, timeout=30
    )
    return ended.returncode, ended.stdout.strip(), ended.stderr


@pytest.mark.parametrize(
    "result, status, output, expected",
    [
        ("OK", 0, "1..2\nok 1 - a\nok 2 - b\n# ok - all\n", "2 0 0"),
        ("OK", 0, "", "1 0 0"),
        ("FAIL", 0, "1..2\nok 1 - a\nnot ok 2 - b\n", "1 1 0"),
        ("FAIL", 1, "", "0 1 0"),
        ("ERROR", -9, "1..2\nok 1 - a\n", "1 1 0"),
        ("TIMEOUT", -15, "", "0 1 0"),
        ("SKIP", 77, "", "0 0 1"),
        ("SKIP", 0, "1..1\nok 1 - a # SKIP no camera\n", "0 0 1"),
        ("SKIP", 0, "", "0 1 0"),
    ],
)
def test_every_end_of_a_test_is_counted(tmp_path, result, status, output, expected):
    log = tmp_path / "testlog.json"
    log.write_text(
        json.dumps({"name": "x", "result": result, "returncode": status, "stdout": output}) + "\n"
    )
    returned, counts, failures = count("meson", log)
    assert (returned, counts) == (0, expected)
    assert failures.count("FAILED x") == int(expected.split()[1])


def test_pytests_errors_are_failures(tmp_path):
    report = tmp_path / "junit.xml"
    report.write_text(
        "<testsuites><testsuite><testcase classname='c' name='a'/><testcase classname='c' name='b'><error/>"
        "</testcase><testcase classname='c' name='d'><skipped/></testcase></testsuite></testsuites>"
    )
    assert count("junit", report)[1] == "1 1 1"


def test_a_missing_report_is_not_a_success(tmp_path):
    assert count("junit", tmp_path / "none.xml")[0] != 0
    assert count("meson", tmp_path / "none.json")[0] != 0
