"""One hosod between a database and a portal of its own, and the hands that work at it, one thing after the other."""

from lib import wait
from lib.api import scan, uuid7
from lib.hosod import Hosod, portal_settings
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, World, moment, new_dossier_code, new_item


class Desk:
    """A database, a portal, the hosod between them, and what the portal must have heard."""

    def __init__(self, contract):
        self.portal = PortalSim().start()
        self.running = Standalone().start()
        self.hosod = Hosod(self.running, portal_settings(self.running, self.portal, "webhook")).start()
        self.world = World(self.running, contract)
        self.minute = 0

    def close(self):
        self.hosod.close()
        self.world.close()
        self.running.close()
        self.portal.close()

    def now(self):
        """Each thing happens ten seconds after the one before; from an hour ago on."""
        self.minute += 1 / 6
        return moment(self.minute)

    def scan(self, login, kind, item, office=None, **data):
        made = scan(kind, item, self.now(), office, **data)
        reply = self.world.person(login).request("POST", self.hosod.url + "/v1/scans", [made])
        assert reply.status_code == 200, reply.text
        (result,) = reply.json()
        return {**result, "sent": made}

    def take(self, login, kind, item, state=None, **data):
        result = self.scan(login, kind, item, **data)
        assert result.get("verdict") == "recorded", result
        assert state is None or result["leg_state"] == state, result
        return result

    def step(self, login, code, kind, valid=True, event_id=None, at=None, **data):
        body = {"event_id": event_id or uuid7(), "kind": kind, "occurred_at": at or self.now(), "data": data}
        url = f"{self.hosod.url}/v1/dossiers/{code}/steps"
        return self.world.person(login).request("POST", url, body, valid=valid)

    def say(self, login, code, kind, status, **data):
        reply = self.step(login, code, kind, **data)
        assert reply.status_code == 200, reply.text
        assert (reply.json()["verdict"], reply.json()["status"]) == ("recorded", status), reply.text
        return reply.json()

    def refuse(self, login, code, kind, error, status=409, **data):
        reply = self.step(login, code, kind, **data)
        assert (reply.status_code, reply.json()["error"]) == (status, error), reply.text
        return reply.json()

    def dossier(self, code, login="chief"):
        reply = self.world.person(login).request("GET", f"{self.hosod.url}/v1/dossiers/{code}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def told(self, code, count):
        """The portal's lines of one dossier, when there are as many as there must be."""
        def lines():
            found = [line for line in self.portal.applied() if line["dossier_code"] == code]
            return found if len(found) >= count else None
        return wait.until(lines, 30, f"{count} lines of {code}")

    def submitted(self, **more):
        """A dossier that the agency has: (item, code)."""
        item, code = new_item(), new_dossier_code()
        self.take("clerk", "accepted", item, **{**FIRST_LEG, **more})
        self.take("courier", "delivered", item, **TO_AGENCY)
        self.take("officer", "bound", item, dossier_code=code, received_on="2026-11-20", due_on="2026-12-10")
        return item, code
