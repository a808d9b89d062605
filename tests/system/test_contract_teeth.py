"""The judge of replies is judged: each of these must be caught."""

import pytest

from lib.contract import Contract, ContractError

pytestmark = pytest.mark.once

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /v1/legs/{code}:
    get:
      operationId: leg_show
      parameters: [{name: full, in: query}]
      responses:
        "200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/Leg"}}}}
        4XX: {description: d, content: {application/problem+json: {}}}
  /v1/legs/mine:
    post:
      operationId: leg_mine
      requestBody: {required: true, content: {application/json: {schema: {type: array, maxItems: 1}}}}
      responses:
        "204": {description: d}
components:
  schemas:
    Leg: {type: object, required: [code], additionalProperties: false, properties: {code: {type: string}}}
"""


@pytest.fixture
def judge(tmp_path):
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT)
    return Contract(path, str(tmp_path / "notes"))


def test_what_is_described_passes_and_is_noted(judge):
    judge.check_request("GET", "/v1/legs/RR1", {"full": ["1"]}, None)
    judge.check_reply("GET", "/v1/legs/RR1", 200, "application/json; charset=utf-8", b'{"code":"RR1"}')
    judge.check_reply("GET", "/v1/legs/RR1", 404, "application/problem+json", b"{}")
    judge.check_request("POST", "/v1/legs/mine", {}, [])
    judge.check_reply("POST", "/v1/legs/mine", 204, "", b"")
    judge.check_reply("GET", "/nowhere", 404, "application/problem+json", b"{}")
    assert judge.noted() == {("leg_show", 200), ("leg_show", 404), ("leg_mine", 204)}
    assert set(judge.operations()) == {"leg_show", "leg_mine"}


@pytest.mark.parametrize(
    "method, path, status, content_type, content",
    [
        ("GET", "/v1/legs/RR1", 200, "application/json", b'{"code":1}'),
        ("GET", "/v1/legs/RR1", 200, "application/json", b'{"code":"RR1","more":1}'),
        ("GET", "/v1/legs/RR1", 200, "application/json", b"{}"),
        ("GET", "/v1/legs/RR1", 200, "text/html", b'{"code":"RR1"}'),
        ("GET", "/v1/legs/RR1", 201, "application/json", b'{"code":"RR1"}'),
        ("GET", "/v1/legs/RR1", 500, "application/problem+json", b"{}"),
        ("POST", "/v1/legs/mine", 204, "application/json", b"{}"),
        ("GET", "/nowhere", 200, "application/json", b"{}"),
        ("DELETE", "/v1/legs/mine", 204, "", b""),
    ],
)
def test_a_reply_outside_the_contract_is_caught(judge, method, path, status, content_type, content):
    with pytest.raises(ContractError):
        judge.check_reply(method, path, status, content_type, content)
    assert judge.noted() == set()


@pytest.mark.parametrize(
    "method, path, query, body",
    [
        ("GET", "/v1/legs/RR1", {"fill": ["1"]}, None),
        ("GET", "/v1/legs/RR1", {}, {}),
        ("POST", "/v1/legs/mine", {}, None),
        ("POST", "/v1/legs/mine", {}, [1, 2]),
        ("POST", "/v1/legs/RR1", {}, []),
        ("GET", "/nowhere", {}, None),
    ],
)
def test_a_request_outside_the_contract_is_caught(judge, method, path, query, body):
    with pytest.raises(ContractError):
        judge.check_request(method, path, query, body)
