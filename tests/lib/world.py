"""A small post office in the database of one hosod: who works there, and what they scan."""

import datetime
import itertools
import os
import random
import time

from lib.api import Api, s10, scan

# Everybody has the first supervisor's password.
PEOPLE = {
    "clerk": ("clerk", "KT1"),
    "clerk2": ("clerk", "KT2"),
    "courier": ("courier", "KT1"),
    "chief": ("supervisor", "KT0"),
    "officer": ("agency", "KT.A1"),
    "officer2": ("agency", "KT.A2"),
}
PROCEDURE = "1.000001"
NOT_BY_POST = "1.000002"

SENDER = {"name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Đồng Hới"}
RECEIVER = {"name": "Bộ phận Một cửa", "address": "1 Hùng Vương"}
FIRST_LEG = {"sender": SENDER, "receiver": RECEIVER, "agency": "KT.A1", "procedure": PROCEDURE, "service": 3}
TO_AGENCY = {"officer": "Trần Thị Bình", "minutes": "BB-01", "unit": "Một cửa"}
TO_CITIZEN = {"recipient": "Nguyễn Văn An", "relation": "self", "id_kind": "cccd", "id_last4": "0123"}

_BEGAN = time.time()
_SERIALS = itertools.count(random.Random().randrange(10_000_000, 90_000_000))

_MAKE = """
INSERT INTO hoso.office (code, name, valid_from)
 VALUES ('KT0', 'Bưu điện tỉnh', '2020-01-01'), ('KT1', 'Bưu cục 1', '2020-01-01'),
  ('KT2', 'Bưu cục 2', '2020-01-01')
 ON CONFLICT DO NOTHING;
UPDATE hoso.office SET parent_id = (SELECT id FROM hoso.office WHERE code = 'KT0') WHERE code IN ('KT1', 'KT2');
INSERT INTO hoso.office_scope SELECT a.id, d.id FROM hoso.office a, hoso.office d
 WHERE a.code LIKE 'KT_' AND d.code LIKE 'KT_' AND (a.code = 'KT0' OR a.code = d.code) ON CONFLICT DO NOTHING;
INSERT INTO hoso.agency (code, name, valid_from)
 VALUES ('KT.A1', 'UBND phường Một', '2020-01-01'), ('KT.A2', 'UBND phường Hai', '2020-01-01')
 ON CONFLICT DO NOTHING;
INSERT INTO hoso.procedure (code, name, by_post, send_by_post, return_by_post, valid_from)
 VALUES ('1.000001', 'Cấp bản sao trích lục hộ tịch', true, true, true, '2020-01-01'),
  ('1.000002', 'Chỉ nhận trực tiếp', false, false, false, '2020-01-01') ON CONFLICT DO NOTHING;
"""

_HIRE = """
INSERT INTO hoso.account (account, name, role, office_id, agency_id, password_hash)
 SELECT %(login)s::text, %(name)s::text, %(role)s::text,
  (SELECT id FROM hoso.office WHERE code = %(place)s::text AND valid_to IS NULL),
  (SELECT id FROM hoso.agency WHERE code = %(place)s::text AND valid_to IS NULL), password_hash
 FROM hoso.account WHERE account = %(first)s::text ON CONFLICT DO NOTHING
"""


def first_leg(**data):
    """What an acceptance says; a fee that was taken has its way of payment, and a receipt that nobody else has."""
    paid = {"receipt": f"BL-{new_item()}", "payment": "cash"} if data.get("fee") else {}
    return {**FIRST_LEG, **paid, **data}


def new_item():
    """An item code that no test has used."""
    return s10(next(_SERIALS))


def new_dossier_code():
    return f"000.00.05.H06-{os.getpid():07d}-{next(_SERIALS)}"


class World:
    """@running: a Standalone. Made once per database; a second one finds what is there."""

    def __init__(self, running, contract=None):
        self.running, self.contract = running, contract
        self.first, self.password = running.first_supervisor()
        self.clients = {}
        self.running.sql(_MAKE)
        for login in PEOPLE:
            self.hire(login, *PEOPLE[login])

    def close(self):
        for client in self.clients.values():
            client.close()

    def hire(self, login, role, place):
        values = {"login": login, "name": f"Người {login}", "role": role, "place": place, "first": self.first}
        with self.running.connect() as connection:
            connection.execute(_HIRE, values)

    def person(self, login, language="vi"):
        """The signed-in client of one of PEOPLE."""
        if (login, language) not in self.clients:
            client = Api(self.running.url, self.running.ca, self.contract, language)
            client.login(login, self.password)
            self.clients[login, language] = client
        return self.clients[login, language]

    def token(self, login="clerk"):
        return self.person(login).token


def moment(step):
    """An hour before the run began, @step minutes on: the same text whenever it is asked for."""
    at = datetime.datetime.fromtimestamp(_BEGAN - 3600 + 60 * step, datetime.timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def submit_life(item, dossier_code, start=0):
    """From the counter to the agency, which gives the dossier its code."""
    steps = [
        ("accepted", FIRST_LEG),
        ("dispatched", {"next_office": "KT2", "bag": "T-1"}),
        ("arrived", {}),
        ("out_for_delivery", {}),
        ("delivered", TO_AGENCY),
        ("bound", {"dossier_code": dossier_code}),
    ]
    return [scan(kind, item, moment(start + at), **data) for at, (kind, data) in enumerate(steps)]


def result_life(item, dossier_code, start=10):
    """From the agency to the citizen, who is out the first time."""
    steps = [
        ("accepted", {"dossier_code": dossier_code, "leg_kind": "result"}),
        ("dispatched", {"next_office": "KT1"}),
        ("arrived", {}),
        ("out_for_delivery", {}),
        ("delivery_failed", {"reason": "B1"}),
        ("out_for_delivery", {}),
        ("delivered", TO_CITIZEN),
    ]
    return [scan(kind, item, moment(start + at), **data) for at, (kind, data) in enumerate(steps)]
