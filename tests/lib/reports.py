"""Reports as a test asks for them and reads them."""

import hashlib

from lib.api import uuid7

VOLUME = ("accepted", "accepted_to_agency", "delivered", "delivered_to_agency", "returned", "lost", "recorded_late")
QUALITY = ("due", "in_time", "late", "ended", "first_try", "to_citizen", "returned")
NUMBERS = ("count", "money")


def show(client, name, period, cut="calendar", status=200, valid=True, **options):
    reply = client.get(f"/v1/reports/{name}", params={"period": period, "cut": cut, **options}, valid=valid)
    assert reply.status_code == status, reply.text
    return reply.json() if status == 200 and "format" not in options else reply


def cells(section):
    """{key: {column: cell}} of one section."""
    names = [column["key"] for column in section["columns"]]
    assert all(len(row["cells"]) == len(names) for row in section["rows"])
    found = {row["key"]: dict(zip(names, row["cells"])) for row in section["rows"]}
    assert len(found) == len(section["rows"]), "a key stands twice"
    return found


def numbers(report, *columns):
    """{(section, key): [numbers]} of the sections that have these columns."""
    return {(section["key"], key): [row[column] for column in columns]
            for section in report["sections"] for key, row in cells(section).items() if columns[0] in row}


def section_of(report, key):
    return next(section for section in report["sections"] if section["key"] == key)


def follow(client, name, limit=200, **query):
    items, cursor = [], None
    while True:
        options = {**query, "limit": limit, **({"cursor": cursor} if cursor else {})}
        reply = client.get(f"/v1/reports/{name}/dossiers", params=options)
        assert reply.status_code == 200, reply.text
        items += reply.json()["items"]
        cursor = reply.json()["next"]
        if cursor is None:
            return items


def number_cells(report):
    return [cell for section in report["sections"] for row in section["rows"] for column, cell in
            zip(section["columns"], row["cells"]) if column["kind"] in NUMBERS and cell is not None]


def freeze(client, name, period, status=200, **options):
    reply = client.post(f"/v1/reports/{name}/freeze", {"id": uuid7(), "period": period, **options})
    assert reply.status_code == status, reply.text
    return reply.json()


def reprints(client, frozen):
    made = {}
    for format, digest in frozen["formats"].items():
        reply = client.get(f"/v1/reports/{frozen['name']}/frozen/{frozen['id']}", params={"format": format})
        assert reply.status_code == 200 and hashlib.sha256(reply.content).hexdigest() == digest
        made[format] = reply.content
    return made
