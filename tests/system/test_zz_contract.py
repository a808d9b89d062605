"""Held last: was everything that openapi.yaml promises asked for in this run?"""

import re

import pytest

from lib import places

ERROR_ROW = re.compile(r'^\tX\(HOSO_\w+, "(\w+)", (\d{3}),', re.MULTILINE)


def error_table():
    text = (places.ROOT / "include" / "hoso" / "error.h").read_text(encoding="utf-8")
    rows = {wire: int(status) for wire, status in ERROR_ROW.findall(text)}
    assert len(rows) > 30, "the error table was not read"
    return rows


def test_every_operation_was_exercised(contract, request):
    if len(request.session.items) < 10 and not contract.noted():
        pytest.skip("only with the whole suite")
    operations = set(contract.operations())
    assert len(operations) > 5
    exercised = {name for name, _ in contract.noted()}
    assert operations - exercised == set()


def test_documented_error_statuses_are_those_of_the_error_table(contract):
    statuses = set(error_table().values())
    for name, (_, _, operation) in contract.operations().items():
        for status in operation["responses"]:
            if status.isdigit() and int(status) >= 400:
                assert int(status) in statuses, f"{name}: {status}"
