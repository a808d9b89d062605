"""The program hoso and a server that answers it; import the fixtures that a test module needs."""

import json
import os
import subprocess

import pytest

from lib import places
from lib.fake_server import FakeServer

HOSO = places.HOSO
PASSWORD = "mật khẩu đủ dài 123"

needs_hoso = pytest.mark.skipif(not HOSO.exists(), reason=f"{HOSO} is not built")


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    fake = FakeServer(folder)
    fake.start()
    yield fake
    if fake.server:
        fake.stop()


@pytest.fixture
def environment(tmp_path, server):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": server.url,
            "HOSO_CA": str(server.certificate), "LANG": "C", "TERM": "xterm"}


def hoso(environment, *arguments, text="", timeout=60):
    return subprocess.run([HOSO, *arguments], input=text.encode(), env=environment, capture_output=True,
                          timeout=timeout)


@pytest.fixture
def signed_in(tmp_path, environment):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    result = hoso(environment, "login", "thu.ngan", "--password-file", password)
    assert result.returncode == 0, result.stderr.decode()
    return environment


def json_lines(output):
    return [json.loads(line) for line in output.decode().splitlines()]


def stored_codes(output):
    return [line["code"] for line in json_lines(output) if line["type"] == "stored"]
