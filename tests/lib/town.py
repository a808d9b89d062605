"""A small town to read in: two branches of the post, two agencies, and somebody of every role."""

import contextlib

from lib.api import Api, s10, scan
from lib.catalogue import import_example
from lib.standalone import Standalone

PASSWORD = "một mật khẩu đủ dài 2026"

OFFICES = ("NORTH", "NORTH-1", "SOUTH")
AGENCIES = ("TU-PHAP", "XAY-DUNG")

# account: (role, place)
PEOPLE = {
    "north-clerk": ("clerk", "NORTH"),
    "north-courier": ("courier", "NORTH-1"),
    "north-supervisor": ("supervisor", "NORTH"),
    "south-clerk": ("clerk", "SOUTH"),
    "south-supervisor": ("supervisor", "SOUTH"),
    "justice": ("agency", "TU-PHAP"),
    "building": ("agency", "XAY-DUNG"),
}


class Town:
    """Made once per hosod: .root and .person[account] are signed in."""

    def __init__(self, standalone, contract):
        self.standalone, self.contract = standalone, contract
        self.serial = 10_000_000
        self.person = {}
        self.root = self._client()
        self.root_office = self.root.login(*standalone.first_supervisor())["office"]["code"]
        self._import()
        for account, (role, place) in PEOPLE.items():
            self.create(account, role, place)
            self.person[account] = self.sign_in(account)

    def close(self):
        for client in (self.root, *self.person.values()):
            client.close()

    @contextlib.contextmanager
    def nobody(self):
        """A client that is not signed in."""
        client = self._client()
        yield client
        client.close()

    def _client(self):
        return Api(self.standalone.url, self.standalone.ca, self.contract)

    def sign_in(self, account, password=PASSWORD):
        client = self._client()
        client.login(account, password)
        return client

    def _import(self):
        reply = self.root.put("/v1/catalogue", {
            "offices": [
                {"code": "NORTH-1", "name": "Bưu cục Bắc 1", "parent": "NORTH"},
                {"code": "NORTH", "name": "Bưu điện Bắc", "parent": self.root_office},
                {"code": "SOUTH", "name": "Bưu điện Nam", "parent": self.root_office},
            ],
            "agencies": [{"code": code, "name": f"Sở {code}"} for code in AGENCIES],
            "procedures": [{"code": "1.000.1", "name": "Cấp bản sao", "fee": 8000}],
        })
        assert reply.status_code == 200, reply.text

    def create(self, account, role, place, by=None, password=PASSWORD):
        body = {"account": account, "name": f"Người {account}", "role": role, "password": password}
        body["agency" if role == "agency" else "office"] = place
        reply = (by or self.root).post("/v1/accounts", body)
        assert reply.status_code == 201, reply.text

    def item_code(self):
        self.serial += 1
        return s10(self.serial)

    def acceptance(self, sender="Nguyễn Văn An", receiver="Trần Thị Bé", phone="0912345678", agency="TU-PHAP", **data):
        """A scan that takes a dossier in; its item code is new."""
        return scan(
            "accepted", self.item_code(), sender={"name": sender, "phone": phone, "address": "1 Lê Lợi"},
            receiver={"name": receiver, "phone": "0987654321", "address": "2 Lê Lợi"},
            agency=agency, procedure="1.000.1", service=1, **data)

    def send(self, account, *scans):
        """The results, one per scan."""
        reply = self.person[account].send(*scans)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def take_in(self, account="north-clerk", **options):
        """One dossier, accepted; returns its item code."""
        made = self.acceptance(**options)
        (result,) = self.send(account, made)
        assert result["verdict"] == "recorded", result
        return made["code"]


def natural(query):
    """A query's members as a body has them: a number, a flag, a text."""
    flags = {"true": True, "false": False}
    return {name: flags.get(value, value) if name == "late" else int(value) if str(value).isdigit() and name == "limit"
            else value for name, value in query.items()}


def ask(client, path, query, **options):
    """A list. What names a person goes in a body, never in a URL."""
    if {"text", "phone"} & set(query):
        return client.post(path + "/search", natural(query), **options)
    return client.get(path, params=query, **options)


def pages(client, path, limit=50, **query):
    """All items of a list, page by page."""
    items, cursor = [], None
    for _ in range(1000):
        options = {**query, "limit": limit, **({"cursor": cursor} if cursor else {})}
        reply = ask(client, path, options)
        assert reply.status_code == 200, reply.text
        page = reply.json()
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items
    raise AssertionError("the pages do not end")


@contextlib.contextmanager
def published_town(contract):
    """A town in a hosod of its own, with the catalogue that the sources bring as an example."""
    with Standalone() as own:
        made = Town(own, contract)
        import_example(made)
        yield made
        made.close()
