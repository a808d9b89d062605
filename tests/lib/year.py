"""A generated year of a province in the database of a Standalone, and who reads reports there."""

import contextlib
import datetime
import pathlib

from lib.api import Api
from lib.standalone import Standalone

SCRIPT = pathlib.Path(__file__).with_name("year.sql")
SECONDS_MAX = 1800
YEAR = datetime.date.today().year - 1  # all of its periods are over, and nobody scans in it any more

# account: (role, place)
PEOPLE = {
    "y-chief": ("supervisor", "Y001"),
    "y-branch": ("supervisor", "Y002"),
    "y-officer": ("agency", "YA03"),
    "y-clerk": ("clerk", "Y001"),
}

_HIRE = """
INSERT INTO hoso.account (account, name, role, office_id, agency_id, password_hash)
 SELECT %(login)s::text, %(login)s::text, %(role)s::text,
  (SELECT id FROM hoso.office WHERE code = %(place)s::text AND valid_to IS NULL),
  (SELECT id FROM hoso.agency WHERE code = %(place)s::text AND valid_to IS NULL), password_hash
 FROM hoso.account WHERE account = %(first)s::text
"""


class Year:
    """Made once per database."""

    def __init__(self, running, legs, seed, contract=None):
        self.running, self.contract = running, contract
        first, self.password = running.first_supervisor()
        settings = {"year.legs": legs, "year.seed": seed, "year.first_day": f"{YEAR}-01-01", "year.days": 365,
                    "timezone": "Asia/Ho_Chi_Minh", "statement_timeout": f"{SECONDS_MAX}s"}
        with running.connect() as connection:
            for name, value in settings.items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
            with connection.transaction():
                connection.execute(SCRIPT.read_text(encoding="utf-8"))
            connection.execute("VACUUM ANALYZE hoso.leg")
            for login, (role, place) in PEOPLE.items():
                connection.execute(_HIRE, {"login": login, "role": role, "place": place, "first": first})
        self.clients = {}

    def person(self, login):
        if login not in self.clients:
            client = Api(self.running.url, self.running.ca, self.contract, timeout=60.0)
            client.login(login, self.password)
            self.clients[login] = client
        return self.clients[login]

    def close(self):
        for client in self.clients.values():
            client.close()


@contextlib.contextmanager
def year_of(legs, seed, contract=None):
    """In a database of its own: nobody else's chain of hashes or list is to be disturbed."""
    with Standalone() as running:
        made = Year(running, legs, seed, contract)
        try:
            yield made
        finally:
            made.close()
