"""
A database of an older hoso, with all that its people have done in it, is brought up to date: nothing of it changes, nothing is
missing, and its tables are in the end those of a new one.

tests/data/older.sql.gz is what pg_dump said of tools/demo (four dossiers, one of them a whole life) as commit 3fadf9df made it,
at schema version 15.
"""

import gzip
import re
import subprocess

import psycopg
import pytest

from lib import places
from lib.api import Api, rfc3339, scan
from lib.hosod import Hosod, run_hosod
from lib.oracle import Oracle
from lib.own_postgres import BIN
from lib.standalone import Standalone

OLDER = places.ROOT / "tests" / "data" / "older.sql.gz"
OLDER_VERSION = 15
SUPERVISOR = ("supervisor", "aja6s-urz3b-2d2ht-ztkwb")  # as that database knows them
MONTHS = re.compile(r"event_\d{4}_\d\d")


class Older:
    """Another database of the same server; what lib/oracle.py asks of a Standalone."""

    def __init__(self, running):
        self.running = running

    def conninfo(self, user):
        return f"host={self.running.folder / 'run'} dbname=older user={user}"

    def connect(self):
        return psycopg.connect(self.conninfo("postgres"), autocommit=True, options="-c search_path=hoso")

    def restore(self):
        self.running.sql("CREATE DATABASE older OWNER hoso_owner")
        done = subprocess.run([BIN / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.conninfo("postgres")],
                              input=gzip.decompress(OLDER.read_bytes()), capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()

    def migrate(self):
        return run_hosod(self.running, "migrate", f"database.owner_conninfo={self.conninfo('hoso_owner')}")

    def sizes(self):
        """table → how many rows; the months of events together."""
        with self.connect() as connection:
            tables = [name for name, in connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'hoso'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition")]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}

    def version(self):
        with self.connect() as connection:
            return connection.execute("SELECT max(version) FROM schema_migration").fetchone()[0]


@pytest.fixture(scope="module")
def running():
    with Standalone() as made:
        yield made


@pytest.fixture(scope="module")
def older(running):
    """As it was, until the first test has brought it up to date."""
    made = Older(running)
    made.restore()
    return made


def statements(running, name):
    """What makes the tables of a database, but for the months of events, which depend on the day."""
    out = subprocess.run([BIN / "pg_dump", "-h", running.folder / "run", "-U", "postgres", "-n", "hoso", "--schema-only", name],
                         capture_output=True, text=True, check=True, timeout=60).stdout
    parts = [part.strip() for part in re.split(r"\n--\n-- (?=Name)", out.partition("-- PostgreSQL database dump complete")[0])]
    return sorted(part for part in parts if not MONTHS.search(part) and part.startswith("Name"))


def test_an_older_database_is_brought_up_to_date(running, older):
    before = older.sizes()
    assert older.version() == OLDER_VERSION and before["event"] > 50 and before["manifest"] > 0 and before["money_entry"] > 0
    done = older.migrate()
    assert done.returncode == 0, done.stderr
    after = older.sizes()
    assert {name: count for name, count in before.items() if after.get(name) != count and name != "schema_migration"} == {}
    assert older.version() == running.sql("SELECT max(version) FROM schema_migration")[0][0] > OLDER_VERSION
    Oracle(older).check()
    new = statements(running, "hoso")
    assert len(new) > 300 and statements(running, "older") == new
    again = older.migrate()
    assert again.returncode == 0 and older.sizes() == after, again.stderr


def test_its_people_go_on_with_it(running, older):
    """Signed in with what they had; each dossier is there, its chain goes on where it was, and another scan is known again."""
    assert older.version() > OLDER_VERSION
    settings = [f"database.conninfo={older.conninfo('hoso_daemon')}"]
    with Hosod(running, settings) as hosod:
        client = Api(hosod.url, hosod.ca, None)
        client.login(*SUPERVISOR)
        with older.connect() as connection:
            dossiers = connection.execute("SELECT code, dseq FROM dossier WHERE NOT stub ORDER BY code").fetchall()
            item, = connection.execute("SELECT item_code FROM leg WHERE kind = 'result' ORDER BY item_code LIMIT 1").fetchone()
        assert len(dossiers) >= 4
        for code, steps in dossiers:
            told = client.get(f"/v1/dossiers/{code}").json()
            assert max(event["dseq"] for event in told["events"]) == steps, code
        note = scan("note", item, rfc3339(), note="Sau khi nâng cấp")
        first, second = (client.send(note).json()[0] for _ in range(2))
        assert (first["verdict"], first["replayed"], second["replayed"]) == ("recorded", False, True), (first, second)
        assert client.get("/v1/exceptions").status_code == client.get("/v1/reports/quarterly?period=2026-Q4").status_code == 200
        client.close()
    Oracle(older).check()
