"""tools/standalone: one folder that starts, survives, stops and starts again."""

import functools
import os
import pathlib
import signal
import ssl
import stat
import subprocess

import pytest

from lib import places
from lib.standalone import Standalone


@pytest.fixture(scope="module")
def standalone():
    """Set up here and now, which is what is asked about."""
    with Standalone(fresh=True) as running:
        yield running


@pytest.fixture
def own_standalone(own_standalone):
    return functools.partial(own_standalone, fresh=True)


def processes_of(folder):
    """Process ids whose command line names the folder."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def run_standalone(folder, *arguments):
    return subprocess.run(
        [str(places.STANDALONE), str(folder), "--hosod", str(places.HOSOD), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_database_keeps_what_it_acknowledges(standalone):
    rows = dict(standalone.sql("SELECT name, setting FROM pg_settings"))
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert rows[name] == "on"
    assert rows["listen_addresses"] == ""
    assert rows["server_encoding"] == "UTF8"
    assert rows["client_connection_check_interval"] == "2000"
    roles = standalone.sql("SELECT current_user", role="hoso_daemon")
    assert roles == [("hoso_daemon",)]


def test_nothing_runs_as_root(standalone):
    for pid in (standalone.hosod_pid(), standalone.postgres_pid(), standalone.process.pid):
        assert os.stat(f"/proc/{pid}").st_uid != 0


def test_secrets_are_closed_and_the_authority_is_open(standalone):
    modes = {
        name: stat.S_IMODE((standalone.folder / name).stat().st_mode)
        for name in ("first-supervisor", "hosod.conf", "tls", "pg", "run", "ca.pem", "url")
    }
    assert modes["ca.pem"] == modes["url"] == 0o644
    assert all(modes[name] & 0o077 == 0 for name in set(modes) - {"ca.pem", "url"})
    assert not list((standalone.folder / "log").glob("*supervisor*"))


def test_a_second_one_is_refused(standalone):
    second = run_standalone(standalone.folder)
    assert second.returncode == 1
    assert "in use by another" in second.stderr
    assert standalone.is_ready()


def test_a_port_in_use_is_refused(standalone, tmp_path):
    folder = pathlib.Path(f"/tmp/hoso-busy-{os.getpid()}")
    refused = run_standalone(folder, "--listen", standalone.url.removeprefix("https://"))
    try:
        assert refused.returncode == 1
        assert "choose another one with --listen" in refused.stderr
        assert processes_of(folder) == []
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.mark.parametrize("arguments", [[], ["--nothing"], ["x", "y"], ["x", "--listen"], ["x", "--listen", "1"]])
def test_bad_arguments_start_nothing(arguments, tmp_path):
    ended = subprocess.run(
        [str(places.STANDALONE), *arguments], capture_output=True, timeout=30, cwd=tmp_path
    )
    assert ended.returncode in (1, 64)
    assert list(tmp_path.iterdir()) == []


def test_a_strangers_folder_is_left_alone():
    folder = pathlib.Path(f"/tmp/hoso-stranger-{os.getpid()}")
    folder.mkdir(mode=0o777)
    try:
        folder.chmod(0o777)
        (folder / "thesis.txt").write_text("mine")
        refused = run_standalone(folder)
        assert refused.returncode == 1
        assert "neither empty nor" in refused.stderr
        assert [entry.name for entry in folder.iterdir()] == ["thesis.txt"]
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_it_stops_cleanly_and_carries_on(own_standalone):
    running = own_standalone()
    url, authority = running.url, running.ca.read_bytes()
    password = running.first_supervisor()
    running.sql("CREATE TABLE kept AS SELECT 1 AS one")
    assert running.stop() == 0
    assert processes_of(running.folder) == []
    assert "database system is shut down" in running.log("postgres")
    assert not list(running.folder.glob("*.pid"))

    running.start()
    assert (running.url, running.ca.read_bytes()) == (url, authority)
    assert running.first_supervisor() == password
    assert running.sql("SELECT one FROM kept") == [(1,)]
    assert password[1] not in running.text()


def test_what_dies_is_started_again(own_standalone):
    running = own_standalone()
    supervisor = running.process.pid
    running.kill_hosod()
    running.wait_ready()
    running.kill_postgres()
    running.wait_ready()
    assert running.process.poll() is None and running.process.pid == supervisor
    assert "hosod has ended" in running.text()
    assert "postgres has ended" in running.text()


def test_killed_it_takes_its_processes_along(own_standalone):
    running = own_standalone()
    running.kill()
    assert processes_of(running.folder) == []
    running.start()


def test_a_daemon_that_cannot_start_is_told_and_leaves_nothing(own_standalone):
    with pytest.raises(AssertionError, match="log.level"):
        own_standalone(settings=["log.level=loud"])


def test_interrupt_stops_it_once_and_in_order(own_standalone):
    running = own_standalone()
    # What a terminal's Ctrl-C does: the whole process group gets it.
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(60) == 0
    assert processes_of(running.folder) == []
    assert "did not stop" not in running.text()


def test_the_certificate_is_renewed_when_it_ends_soon(own_standalone):
    running = own_standalone()
    server = running.folder / "tls" / "server.pem"
    authority = running.ca.read_bytes()
    running.stop()
    owner = running.folder.stat()
    # One that ends tomorrow, by the same authority.
    tls = running.folder / "tls"
    subprocess.run(
        ["openssl", "req", "-new", "-key", tls / "server.key", "-subj", "/CN=hoso", "-out", tls / "csr"],
        check=True,
    )
    subprocess.run(
        ["openssl", "x509", "-req", "-in", tls / "csr", "-CA", running.ca, "-CAkey", tls / "ca.key"]
        + ["-days", "1", "-set_serial", "7", "-out", server],
        check=True,
        capture_output=True,
    )
    os.chown(server, owner.st_uid, owner.st_gid)
    (tls / "csr").unlink()
    running.start()
    assert running.ca.read_bytes() == authority
    shown = subprocess.run(
        ["openssl", "x509", "-in", server, "-noout", "-checkend", str(600 * 86400)], capture_output=True
    )
    assert shown.returncode == 0
    ssl.create_default_context(cafile=str(running.ca))
