"""A database that would not keep what is acknowledged gets no scans: hosod says why, and is there when it is mended."""

import contextlib
import subprocess

import pytest

from lib import places, wait
from lib.api import Api, scan
from lib.hosod import Hosod, run_hosod
from lib.standalone import Standalone
from lib.world import World, new_item


@pytest.fixture(scope="module")
def running():
    with Standalone() as made:
        yield made


@pytest.fixture(scope="module")
def world(running):
    made = World(running)
    yield made
    made.close()


@pytest.fixture
def clerk(world, running):
    """A clerk's way to any hosod: call send_to(hosod)."""
    client = Api(running.url, running.ca)
    client.token = world.token()
    yield client
    client.close()


def send_to(client, hosod):
    return client.request("POST", hosod.url + "/v1/scans", [scan("note", new_item(), note="x")])


def conninfo(running, dbname="hoso", user="hoso_daemon"):
    return f"database.conninfo=host={running.folder / 'run'} dbname={dbname} user={user}"


def end_sessions(running):
    running.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('hoso_daemon', 'hoso_owner')")


def wait_refused(hosod, error):
    wait.until(lambda: (hosod.readyz()[1] or {}).get("error") == error, 15, f"/readyz with {error}")
    status, body = hosod.readyz()
    assert status == 503 and body["ready"] is False
    return body["why"]


def assert_takes_no_scan(client, hosod, error):
    reply = send_to(client, hosod)
    assert reply.status_code == 503, reply.text
    assert reply.json()["error"] in (error, "database_down")
    assert int(reply.headers["retry-after"]) >= 1


def assert_takes_scans(client, hosod):
    hosod.wait_ready(20)
    reply = send_to(client, hosod)
    assert reply.status_code == 200 and reply.json()[0]["verdict"] == "unknown_item"


@contextlib.contextmanager
def altered(running, change, back):
    """@change holds inside the block, for sessions that begin in it."""
    running.sql(change)
    end_sessions(running)
    try:
        yield
    finally:
        running.sql(back)


NOT_DURABLE = {
    "role": (
        "ALTER ROLE hoso_daemon SET synchronous_commit = off", "ALTER ROLE hoso_daemon RESET synchronous_commit",
        "synchronous_commit=off",
    ),
    "database": (
        "ALTER DATABASE hoso SET synchronous_commit = local", "ALTER DATABASE hoso RESET synchronous_commit",
        "synchronous_commit=local",
    ),
    "remote_write": (
        "ALTER ROLE hoso_daemon SET synchronous_commit = remote_write",
        "ALTER ROLE hoso_daemon RESET synchronous_commit", "synchronous_commit=remote_write",
    ),
}


@pytest.mark.parametrize("where", NOT_DURABLE)
def test_commits_that_are_not_waited_for(running, clerk, where):
    change, back, words = NOT_DURABLE[where]
    with Hosod(running) as hosod:
        assert_takes_scans(clerk, hosod)
        with altered(running, change, back):
            assert words in wait_refused(hosod, "not_durable")
            assert_takes_no_scan(clerk, hosod, "not_durable")
        assert_takes_scans(clerk, hosod)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_write_through(running, clerk, setting):
    with Hosod(running) as hosod:
        running.sql(f"ALTER SYSTEM SET {setting} = off")
        try:
            running.sql("SELECT pg_reload_conf()")
            wait.until(lambda: running.sql(f"SHOW {setting}") == [("off",)], 10, "the reload")
            end_sessions(running)
            assert f"{setting}=off" in wait_refused(hosod, "not_durable")
            assert_takes_no_scan(clerk, hosod, "not_durable")
        finally:
            running.sql(f"ALTER SYSTEM RESET {setting}")
            running.sql("SELECT pg_reload_conf()")
        assert_takes_scans(clerk, hosod)


def test_a_reload_does_not_weaken_a_session_that_was_judged(running, clerk):
    """synchronous_commit off for all: the sessions that write go on waiting for their commits."""
    with Hosod(running) as hosod:
        assert_takes_scans(clerk, hosod)
        running.sql("ALTER SYSTEM SET synchronous_commit = off")
        try:
            running.sql("SELECT pg_reload_conf()")
            wait.until(lambda: running.sql("SHOW synchronous_commit") == [("off",)], 10, "the reload")
            before = running.sql("SELECT pg_current_wal_flush_lsn()")[0][0]
            assert_takes_scans(clerk, hosod)
            ((behind,),) = running.sql("SELECT pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn()")
            ((moved,),) = running.sql("SELECT pg_current_wal_flush_lsn() > %s", before)
            assert moved and behind < 1000
        finally:
            running.sql("ALTER SYSTEM RESET synchronous_commit")
            running.sql("SELECT pg_reload_conf()")


def test_a_schema_of_another_version(running, clerk):
    with Hosod(running) as hosod:
        change = "INSERT INTO schema_migration (version, name, sha256) VALUES (9999, '9999_future', '')"
        with altered(running, change, "DELETE FROM schema_migration WHERE version = 9999"):
            assert "schema version 9999" in wait_refused(hosod, "wrong_schema")
            assert_takes_no_scan(clerk, hosod, "wrong_schema")
        assert_takes_scans(clerk, hosod)


def test_no_schema_and_no_database(running, clerk):
    hosod = Hosod(running, [conninfo(running, dbname="hoso_empty")])
    try:
        hosod.start(ready=False)
        assert "hoso_empty" in wait_refused(hosod, "database_down")
        assert_takes_no_scan(clerk, hosod, "database_down")
        running.sql("CREATE DATABASE hoso_empty")
        assert "hosod migrate" in wait_refused(hosod, "wrong_schema")
        owner = f"database.owner_conninfo=host={running.folder / 'run'} dbname=hoso_empty user=hoso_owner"
        running.sql("ALTER DATABASE hoso_empty OWNER TO hoso_owner")
        migrated = run_hosod(running, "migrate", owner)
        assert migrated.returncode == 0, migrated.stderr
        hosod.wait_ready(20)
    finally:
        hosod.close()
        running.sql("DROP DATABASE IF EXISTS hoso_empty WITH (FORCE)")


@pytest.mark.parametrize("user", ["postgres", "hoso_owner"])
def test_a_role_that_may_change_history(running, clerk, user):
    hosod = Hosod(running, [conninfo(running, user=user)])
    try:
        hosod.start(ready=False)
        assert "may change recorded events" in wait_refused(hosod, "wrong_database_role")
        assert_takes_no_scan(clerk, hosod, "wrong_database_role")
    finally:
        hosod.close()


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_a_right_too_many(running, clerk, right):
    with Hosod(running) as hosod:
        change = f"GRANT {right} ON event TO hoso_daemon"
        with altered(running, change, f"REVOKE {right} ON event FROM hoso_daemon"):
            wait_refused(hosod, "wrong_database_role")
            assert_takes_no_scan(clerk, hosod, "wrong_database_role")
        assert_takes_scans(clerk, hosod)


def test_a_database_that_only_reads(running, clerk):
    """default_transaction_read_only: no scan is taken, none is lost, none goes to quarantine."""
    with Hosod(running) as hosod:
        change = "ALTER ROLE hoso_daemon SET default_transaction_read_only = on"
        with altered(running, change, "ALTER ROLE hoso_daemon RESET default_transaction_read_only"):
            wait.until(lambda: "read only on" in (hosod.readyz()[1] or {}).get("why", ""), 15, "/readyz that says why")
            assert_takes_no_scan(clerk, hosod, "database_down")
        assert_takes_scans(clerk, hosod)
        assert running.sql("SELECT count(*) FROM quarantine") == [(0,)]


def test_a_bad_configuration_stops_it_and_every_problem_is_shown(running, tmp_path):
    file = tmp_path / "hosod.conf"
    file.write_text(
        "[http]\nlisten=nowhere\nport=1\n[portal]\nprofile=fax\ntimeout=never\n[database]\nconnections=1000\n"
        "connections=3\nrubbish\n"
    )
    ended = subprocess.run(
        [str(places.HOSOD), "--config", str(file), "--set", "web.colour=red", "--set", "nothing"],
        capture_output=True, text=True, timeout=30, check=False, env={"HOSO_HTTP_COLOUR": "red"},
    )
    assert ended.returncode == 78
    for words in ("http.port", "portal.timeout", "database.connections", "web.colour", "HOSO_HTTP_COLOUR",
                  "section.key=value", "hosod.conf:9", "hosod.conf:3", "already"):
        assert words in ended.stderr, words
    assert len(ended.stderr.splitlines()) >= 8


def test_settings_that_lack_another_are_named(running):
    ended = run_hosod(running, "portal.profile=webhook", "portal.url=https://127.0.0.1:1/")
    assert ended.returncode == 78
    assert "portal.secret_file: must be set" in ended.stderr


def test_a_good_configuration_is_good(running):
    checked = run_hosod(running, "--check-config")
    assert (checked.returncode, checked.stderr) == (0, "")
