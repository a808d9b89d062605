"""A province's system that sends notices (Standard Webhooks), signed by code of its own."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from lib.api import rfc3339


def new_secret(letter="k"):
    return "whsec_" + base64.b64encode(letter.encode() * 32).decode()


def notice(kind, dossier_code, agency="KT.A1", occurred_at=None, item_code=None, **data):
    """A notice's body as a dict."""
    made = {"kind": kind, "agency": agency, "dossier_code": dossier_code,
            "occurred_at": occurred_at or rfc3339(), "data": data}
    if item_code:
        made["item_code"] = item_code
    return made


def signature(secret, webhook_id, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class Province:
    """Sends to @url with @secret; every argument of send() may be wrong on purpose."""

    def __init__(self, client, url, secret):
        self.client, self.url, self.secret = client, url, secret

    def send(self, made, webhook_id=None, timestamp=None, signatures=None, body=None, valid=True):
        body = json.dumps(made, ensure_ascii=False).encode() if body is None else body
        webhook_id = webhook_id or f"msg_{uuid.uuid4().hex}"
        timestamp = str(int(time.time()) if timestamp is None else timestamp)
        signatures = signatures or signature(self.secret, webhook_id, timestamp, body)
        headers = {"content-type": "application/json", "webhook-id": webhook_id, "webhook-timestamp": timestamp,
                   "webhook-signature": signatures, "authorization": ""}
        return self.client.request("POST", self.url + "/v1/portal-notices", content=body, headers=headers, valid=False)
