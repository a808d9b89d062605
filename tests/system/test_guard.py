"""Who has not signed in gets nothing: every guarded operation says 401 before it looks at anything else."""

import re

import pytest
import yaml

from lib import places


def guarded_operations():
    """(method, path) of each operation that asks for a token."""
    if not places.OPENAPI.exists():
        return []
    document = yaml.safe_load(places.OPENAPI.read_text(encoding="utf-8"))
    return [
        (method.upper(), re.sub(r"\{[^}]+\}", "1", path))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and operation.get("security", document.get("security"))
    ]


def test_there_are_guarded_operations():
    assert len(guarded_operations()) > 5


@pytest.mark.parametrize("token", [None, "hoso_wrong", "x" * 4000], ids=["none", "wrong", "long"])
@pytest.mark.parametrize("method, path", guarded_operations())
def test_without_a_session_there_is_401(api, method, path, token):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    reply = api.request(method, path, valid=False, headers=headers)
    assert reply.status_code == 401
    if method == "HEAD":
        assert reply.content == b""
    else:
        assert reply.json()["error"] == "unauthorized"
