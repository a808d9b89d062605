"""systemd's own tools judge the units: they are well-formed, hardened, and their user can be made."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

SYSTEMD = pathlib.Path(__file__).resolve().parents[2] / "systemd"
SERVICES = ["hosod.service", "hosod-migrate.service"]
EXPOSURE_MAX = 15  # of 100; nginx and PostgreSQL of Debian 12 have 96

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(name="units")
def fixture_units(tmp_path):
    """The units, with a hosod that exists: verify looks for the program, which is not installed here."""
    program = tmp_path / "hosod"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in SYSTEMD.glob("hosod*.*"):
        text = unit.read_text(encoding="utf-8").replace("/usr/sbin/hosod", str(program))
        (tmp_path / unit.name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("unit", ["hosod.socket", *SERVICES])
def test_unit_is_well_formed(units, unit):
    answer = run("systemd-analyze", "verify", "--man=no", str(units / unit))
    about_ours = [line for line in answer.stderr.splitlines() if "hoso" in line]
    assert (answer.returncode, about_ours) == (0, [])


def test_verify_would_notice(units):
    unit = units / "hosod.service"
    unit.write_text(unit.read_text().replace("RestartSec=2", "RestartSec=soon"))
    assert "Failed to parse" in run("systemd-analyze", "verify", "--man=no", str(unit)).stderr


@pytest.mark.parametrize("unit", SERVICES)
def test_service_is_hardened(unit):
    answer = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}",
                 "--no-pager", str(SYSTEMD / unit))
    assert answer.returncode == 0, answer.stdout


def test_service_keeps_what_the_daemon_relies_on():
    text = (SYSTEMD / "hosod.service").read_text(encoding="utf-8")
    for line in ["Type=notify", "WatchdogSec=30", "Requires=hosod.socket"]:
        assert line in text.splitlines()
    credentials = set(re.findall(r"^LoadCredential=([\w-]+):", text, re.M))
    assert {"tls-certificate", "tls-key", "portal-password", "portal-secret"} <= credentials


def test_credentials_are_those_of_the_configuration():
    config = (SYSTEMD.parent / "daemon/config.c").read_text(encoding="utf-8")
    service = (SYSTEMD / "hosod.service").read_text(encoding="utf-8")
    asked = set(re.findall(r'CONFIG_CREDENTIAL "([\w-]+)"', config))
    assert asked == set(re.findall(r"^LoadCredential=([\w-]+):", service, re.M))


def test_users_can_be_made(tmp_path):
    folder = tmp_path / "usr/lib/sysusers.d"
    folder.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    shutil.copy(SYSTEMD / "hoso.sysusers", folder / "hoso.conf")
    answer = run("systemd-sysusers", f"--root={tmp_path}")
    assert answer.returncode == 0, answer.stderr
    names = [line.split(":")[0] for line in (tmp_path / "etc/passwd").read_text().splitlines()]
    assert {"hoso", "hoso_owner"} <= set(names)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_folders_can_be_made(tmp_path):
    test_users_can_be_made(tmp_path)
    folder = tmp_path / "usr/lib/tmpfiles.d"
    folder.mkdir(parents=True)
    shutil.copy(SYSTEMD / "hoso.tmpfiles", folder / "hoso.conf")
    answer = run("systemd-tmpfiles", f"--root={tmp_path}", "--create", "--prefix=/etc/hoso")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "etc/hoso/credentials").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "etc/hoso/credentials/portal-secret").stat().st_mode & 0o777 == 0o600
