"""A client of hosod's API; every request and reply is held against openapi.yaml."""

import datetime
import secrets
import time
import urllib.parse
import uuid

import httpx

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def uuid7(ms=None):
    """A UUIDv7 of now, or of @ms."""
    ms = int(time.time() * 1000) if ms is None else ms
    bits = ms << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=bits))


def s10(serial, service="RR", country="VN"):
    """The item code of a serial number, with its check digit (UPU S10)."""
    digits = f"{serial:08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{service}{digits}{check}{country}"


def rfc3339(seconds_from_now=0.0):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scan(kind, code, occurred_at=None, office=None, event_id=None, **data):
    """One scan as POST /v1/scans takes it; keep the dict to send the very same again."""
    made = {
        "event_id": event_id or uuid7(),
        "kind": kind,
        "code": code,
        "occurred_at": occurred_at or rfc3339(),
        "data": data,
    }
    if office is not None:
        made["office"] = office
    return made


class Api:
    """One person's (or nobody's) way to one hosod."""

    def __init__(self, url, ca, contract=None, language="vi", timeout=30.0):
        self.url, self.ca, self.contract, self.timeout = url, ca, contract, timeout
        self.token = None
        self.http = httpx.Client(
            base_url=url,
            verify=str(ca),
            timeout=timeout,
            trust_env=False,
            headers={"accept-language": language},
        )

    def close(self):
        self.http.close()

    def another(self, language="vi"):
        """A second client of the same hosod, not signed in."""
        return Api(self.url, self.ca, self.contract, language, self.timeout)

    def request(self, method, path, json=None, *, valid=True, headers=None, **options):
        """One call. valid=False: the request breaks the contract on purpose; its reply must not."""
        headers = dict(headers or {})
        if self.token and not any(name.lower() == "authorization" for name in headers):
            headers["authorization"] = f"Bearer {self.token}"
        if json is not None:
            options["json"] = json
        reply = self.http.request(method, path, headers=headers, **options)
        if self.contract:
            self._check(method, json if json is not None else options.get("content"), valid, reply)
        return reply

    def _check(self, method, body, valid, reply):
        sent = urllib.parse.urlsplit(str(reply.request.url))
        if valid:
            query = urllib.parse.parse_qs(sent.query, keep_blank_values=True)
            media = reply.request.headers.get("content-type", "application/json").split(";")[0]
            self.contract.check_request(method, sent.path, query, body, media)
        self.contract.check_reply(
            method, sent.path, reply.status_code, reply.headers.get("content-type", ""), reply.content
        )

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json, **options)

    def put(self, path, json=None, **options):
        return self.request("PUT", path, json, **options)

    def patch(self, path, json=None, **options):
        return self.request("PATCH", path, json, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def login(self, account, password):
        """Sign in and keep the token; returns the reply's body."""
        reply = self.post("/v1/session", {"account": account, "password": password})
        assert reply.status_code in (200, 201), reply.text
        body = reply.json()
        self.token = body["token"]
        return body

    def read_photo(self, picture, media="image/jpeg", **options):
        """POST /v1/photos with the bytes of a picture."""
        headers = {"content-type": media, **options.pop("headers", {})}
        return self.request("POST", "/v1/photos", content=picture, headers=headers, **options)

    def send(self, *scans, **options):
        """POST /v1/scans with up to 200 of scan()'s."""
        return self.post("/v1/scans", list(scans), **options)
