"""A post office that delivers results, in the last weeks: PINs, a portal, and working days to do things on."""

import datetime
import os

from lib.api import Api, scan
from lib.hosod import Hosod, portal_settings
from lib.world import TO_CITIZEN, World, new_dossier_code, new_item, result_life, submit_life

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def pin_key_of(running):
    """The setting with which a hosod of @running makes PINs."""
    key = running.folder / "test-pin-key"
    owner = os.stat(running.folder / "hosod.conf")
    key.write_text("không ai đoán được")
    key.chmod(0o600)
    os.chown(key, owner.st_uid, owner.st_gid)
    return f"office.pin_key_file={key}"


class Office:
    """One hosod with PINs beside a portal, and the people of World at it."""

    def __init__(self, running, contract, portal):
        self.running, self.contract, self.portal = running, contract, portal
        self.world = World(running, contract)
        self.pin_key = pin_key_of(running)
        self.hosod = Hosod(running, [*portal_settings(running, portal, "webhook"), self.pin_key]).start()
        self.people = {}

    def close(self):
        for person in self.people.values():
            person.close()
        self.hosod.close()
        self.world.close()

    def person(self, login, url=None):
        url = url or self.hosod.url
        if (login, url) not in self.people:
            self.people[login, url] = Api(url, self.running.ca, self.contract)
            self.people[login, url].login(login, self.world.password)
        return self.people[login, url]

    def send(self, login, *scans, valid=True):
        reply = self.person(login).send(*scans, valid=valid)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def take(self, login, *scans):
        """All of them recorded, and nothing said against one."""
        results = self.send(login, *scans)
        for made, result in zip(scans, results):
            assert result.get("verdict") in ("recorded", "late"), (made["kind"], result)
        return results

    def out(self, day=0, **data):
        """A result that is out for delivery since that working day; its item code."""
        there, back, code = new_item(), new_item(), new_dossier_code()
        received, *_, handed_over, bound = submit_life(there, code, -60 * 24 * 45)
        self.take("clerk", received, handed_over, bound)
        accepted, *_ = result_life(back, code)
        accepted["data"].update(data)
        accepted["occurred_at"] = at(day, 8)
        self.take("clerk", accepted, scan("out_for_delivery", back, at(day, 8, 1)))
        return back

    def deliver(self, item, login="courier", occurred_at=None, **data):
        return self.send(login, scan("delivered", item, occurred_at or at(0, 9), **{**TO_CITIZEN, **data}))[0]

    def fail(self, item, day, reason, **data):
        return self.send("courier", scan("delivery_failed", item, at(day, 9), reason=reason, **data))[0]

    def next(self, item, login="clerk"):
        reply = self.person(login).get(f"/v1/items/{item}/next")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def leg(self, item, login="clerk"):
        return self.person(login).get(f"/v1/legs/{item}").json()["legs"][0]

    def data(self, event_id):
        return self.running.sql("SELECT data::text FROM event WHERE id = %s", event_id)[0][0]


def workday(back):
    """The @back-th working day before the last one that is quite over; a negative one lies ahead of it."""
    day = datetime.datetime.now(VIETNAM).date() - datetime.timedelta(days=1)
    while day.weekday() > 4:
        day -= datetime.timedelta(days=1)
    while back:
        day += datetime.timedelta(days=-1 if back > 0 else 1)
        back += (-1 if back > 0 else 1) * (day.weekday() < 5)
    return day


def at(back, hour, minute=0):
    moment = datetime.datetime.combine(workday(back), datetime.time(hour, minute), VIETNAM)
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
