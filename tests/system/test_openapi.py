"""openapi.yaml says what the program says: the same words, the same routes; and the program serves it."""

import re

import pytest
import yaml

from lib import places

ROUTE = re.compile(r'ROUTE(?:_OF)?\(HTTP_(\w+),\s*"([^"]+)"')


def document():
    return yaml.safe_load(places.OPENAPI.read_text(encoding="utf-8"))


def table(header, macro):
    """The wire tokens of an X-macro table, in order."""
    text = (places.ROOT / "include" / "hoso" / header).read_text(encoding="utf-8")
    lines = text.split(f"#define {macro}(X)")[1].split("\n\n")[0].split("/* clang-format on */")[0]
    return re.findall(r'X\(\w+, "(\w+)"', lines)


@pytest.mark.parametrize("schema, header, macro", [
    ("Error", "error.h", "HOSO_ERRORS"), ("EventKind", "event.h", "HOSO_EVENTS"),
    ("Verdict", "event.h", "HOSO_VERDICTS"), ("LegKind", "leg.h", "HOSO_LEG_KINDS"),
    ("LegState", "leg.h", "HOSO_LEG_STATES"), ("Role", "role.h", "HOSO_ROLES"),
    ("Reason", "reason.h", "HOSO_REASONS"), ("VisitKind", "visit.h", "HOSO_VISIT_KINDS"),
    ("VisitState", "visit.h", "HOSO_VISIT_STATES"), ("VisitReason", "visit.h", "HOSO_VISIT_REASONS")])
def test_the_words_are_those_of_the_tables(schema, header, macro):
    words = table(header, macro)
    assert len(words) > 3
    assert document()["components"]["schemas"][schema]["enum"] == words


def test_the_members_of_a_scans_data_are_those_of_the_table():
    assert list(document()["components"]["schemas"]["ScanData"]["properties"]) == table("scan.h", "HOSO_SCAN_FIELDS")


def test_every_route_is_described_and_nothing_else():
    text = (places.ROOT / "daemon" / "api" / "routes.c").read_text(encoding="utf-8")
    routes = {(method.lower(), path) for method, path in ROUTE.findall(text)}
    assert len(routes) > 10
    described = {(method, path) for path, item in document()["paths"].items() for method in item
                 if method != "parameters"}
    heads = {("head", path) for method, path in routes if method == "get"}  # answered by GET's row
    assert described - {("get", "/openapi.yaml")} - heads == routes


def objects(node, where=""):
    """Every object schema with members, and where it stands."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            yield where, node
        for name, child in node.items():
            yield from objects(child, f"{where}/{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from objects(child, f"{where}/{number}")


def test_every_object_is_closed():
    found = list(objects(document()))
    assert len(found) > 30
    assert [where for where, schema in found if schema.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_needs_no_session(api, path):
    assert api.get(path).status_code == 200


def test_metrics_are_not_for_the_world(api):
    assert api.get("/metrics").status_code == 404


def test_the_description_is_served_when_there_is_a_web_folder(api):
    reply = api.get("/openapi.yaml")
    assert reply.status_code in (200, 404)
    if reply.status_code == 200:
        assert reply.content == places.OPENAPI.read_bytes()
