"""An example catalogue in a small town, and files for it."""

import datetime
import zoneinfo

from lib import places

EXAMPLE = places.ROOT / "tests" / "data" / "catalogue"
ORDER = ("areas", "relations", "offices", "agencies", "procedures", "papers", "fees", "postage", "concessions", "calendar")
BOM = "\ufeff"
CSV = {"content-type": "text/csv"}


def example(town, table):
    """The example's file; its offices hang below the town's root."""
    text = (EXAMPLE / f"{table}.csv").read_text(encoding="utf-8")
    if table == "offices":
        head, *lines = text.splitlines()
        text = "\n".join([head + ",parent"] + [f"{line},{town.root_office}" for line in lines]) + "\n"
    return text


def send(client, table, text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(f"/v1/catalogue/{table}", content=content, headers=CSV, **options)


def good(town, table, text, dry_run=False):
    reply = send(town.root, f"{table}{'?dry_run=true' if dry_run else ''}", text)
    assert reply.status_code == 200, reply.text
    return reply.json()


def export(town, table, query=""):
    reply = town.root.get(f"/v1/catalogue/{table}.csv{query}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("text/csv")
    return reply.content.decode("utf-8")


def local_day(ahead=0):
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")).date()
    return (today + datetime.timedelta(days=ahead)).isoformat()


def whole(client):
    reply = client.get("/v1/catalogue")
    assert reply.status_code == 200, reply.text
    return reply.json()


def import_example(town):
    for table in ORDER:
        report = good(town, table, example(town, table))
        assert report["written"] and report["counts"]["refused"] == 0
