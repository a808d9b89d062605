"""An office that offers visits by appointment: its hours, days that nobody has used, bookings and changes."""

import datetime

from lib.api import uuid7

ZONE = datetime.timezone(datetime.timedelta(hours=7))
PERSON = {"name": "Trần Thị Bé", "phone": "+84 912 345 678", "address": "5 Trần Phú, Đồng Hới"}
HOURS = [{"day": day, "from": "07:30", "to": "17:00", "capacity": 2} for day in range(1, 6)]
HOURS += [{"day": day, "from": "17:00", "to": "24:00", "capacity": 1, "out_of_hours": True} for day in range(1, 6)]
HOURS += [{"day": 6, "from": "08:00", "to": "11:00", "capacity": 1, "out_of_hours": True}]


def in_days(days, weekday=None):
    """A local day to come; on a weekday (0 Monday) at or after it."""
    day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=days)
    while weekday is not None and day.weekday() != weekday:
        day += datetime.timedelta(days=1)
    return day


def at(day, hour, minute=0):
    """RFC 3339 of a local time, in UTC as hosod answers it."""
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=ZONE) + datetime.timedelta(hours=hour, minutes=minute)
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FREE_DAYS = []  # of the offices that were opened last, with nothing booked yet: a worker goes through one file after the other


def new_day():
    """A Monday to Friday that no test has used, at most 58 days away."""
    while _FREE_DAYS:
        day = in_days(_FREE_DAYS.pop(0))
        if day.weekday() < 5:
            return day
    raise AssertionError("no days are left")


def open_offices(world):
    """KT1 and KT2, whose book is empty, offer visits; KT1 has two more couriers that may be given to, and KT2 one."""
    _FREE_DAYS[:] = range(2, 58)
    for login in ("courier2", "courier3"):
        world.hire(login, "courier", "KT1")
    world.hire("courier9", "courier", "KT2")
    for office in ("KT1", "KT2"):
        body = {"office": office, "slot_minutes": 60, "grace_minutes": 30, "hours": HOURS}
        assert world.person("chief").put("/v1/visits/hours", body).status_code == 200


def booking(day, hour=8, hours=1, **members):
    return {"id": uuid7(), "kind": "pickup", "person": PERSON, "window_from": at(day, hour),
            "window_to": at(day, hour + hours), **members}


def book(world, day, hour=8, login="clerk", **members):
    """A booked visit's id."""
    reply = world.person(login).post("/v1/visits", booking(day, hour, **members))
    assert reply.status_code == 201, reply.text
    return reply.json()["visit"]


def change(world, visit, action, login="clerk", valid=True, **members):
    body = {"id": uuid7(), "action": action, **members}
    return world.person(login).post(f"/v1/visits/{visit}/changes", body, valid=valid)


def changed(world, visit, action, login="clerk", **members):
    reply = change(world, visit, action, login, **members)
    assert reply.status_code == 200, reply.text
    return reply.json()


def show(world, visit, login="clerk"):
    reply = world.person(login).get(f"/v1/visits/{visit}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def refusal(reply, status, error, member=None):
    body = reply.json()
    assert (reply.status_code, body["error"]) == (status, error), reply.text
    assert member is None or body.get("member") == member, body
    return body
