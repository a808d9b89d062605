"""What reports must say, counted leg by leg in Python: another program than the SQL that is asked."""

import collections
import datetime
import zoneinfo

LOCAL = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
TO_AGENCY = {"submit", "supplement_in", "reclaim", "inter"}
HOURS = ((datetime.time(7, 30), datetime.time(11, 30)), (datetime.time(13), datetime.time(17)))

_LEGS = """
SELECT l.kind, l.state, l.attempts, l.no, l.dossier_id, d.service, l.accepted_at, l.attempted_at, l.ended_at,
 l.promised_on, l.fee_vnd, l.postage_vnd, l.collect_vnd, l.accepted_recorded_at, l.ended_recorded_at,
 ag.code AS agency, pr.code AS procedure, ao.code AS accepted_office, eo.code AS ended_office,
 aa.account AS accepted_by, aa.role AS accepted_role, ea.account AS ended_by, ea.role AS ended_role,
 ao.area AS accepted_area, eo.area AS ended_area, ag.area AS agency_area
FROM leg l JOIN dossier d ON d.id = l.dossier_id JOIN agency ag ON ag.id = d.agency_id
 JOIN procedure pr ON pr.id = d.procedure_id LEFT JOIN office ao ON ao.id = l.accepted_office_id
 LEFT JOIN office eo ON eo.id = l.ended_office_id LEFT JOIN account aa ON aa.id = l.accepted_by
 LEFT JOIN account ea ON ea.id = l.ended_by
WHERE l.item_code LIKE 'Y%%'
"""


def day_of(at):
    return at.astimezone(LOCAL).date()


class ReportOracle:
    """All legs of a generated year. @offices: of the session's scope."""

    def __init__(self, running, offices=None, narrow=lambda leg: True):
        with running.connect() as connection:
            connection.execute("SET statement_timeout = '600s'")
            rows = connection.execute(_LEGS)
            names = [column.name for column in rows.description]
            Leg = collections.namedtuple("Leg", names)
            self.legs = [leg for leg in map(Leg._make, rows) if narrow(leg)]
            self.relations = {frozenset(pair[:2]): pair[2] for pair in connection.execute(
                "SELECT area, other, relation FROM area_relation")}
            self.days = dict(connection.execute("SELECT day, is_workday FROM calendar_day"))
            self.published = {code for code, in connection.execute("SELECT code FROM procedure WHERE by_post")}
            self.damaged = connection.execute(
                "SELECT o.code, e.occurred_at, e.id::text FROM event e JOIN office o ON o.id = e.office_id"
                " WHERE kind = 'damaged'").fetchall()
            self.voided = {target for target, in connection.execute(
                "SELECT data->>'target' FROM event WHERE kind = 'void'")}
        self.offices = offices

    def sees(self, office):
        return office is not None and (self.offices is None or office in self.offices)

    def accepted(self, first, last):
        return [leg for leg in self.legs if leg.accepted_at and first <= day_of(leg.accepted_at) <= last
                and self.sees(leg.accepted_office)]

    def ended(self, first, last, *states):
        return [leg for leg in self.legs if leg.ended_at and first <= day_of(leg.ended_at) <= last
                and leg.state in states and self.sees(leg.ended_office)]

    def volume(self, first, last):
        """{(section, key): [accepted, to agency, delivered, to agency, returned, lost, recorded late]}"""
        found = collections.defaultdict(lambda: [0] * 7)
        found["total", ""]  # there even when it is empty
        end = datetime.datetime.combine(last, datetime.time(), LOCAL) + datetime.timedelta(days=1)

        def add(leg, office, who, role, day, places, late):
            keys = [("total", ""), ("agency", leg.agency), ("procedure", leg.procedure), ("office", office),
                    ("kind", leg.kind), ("day", str(day))]
            keys += [("courier", who)] if role == "courier" else []
            for key in keys:
                for place in places + ([6] if late else []):
                    found[key][place] += 1

        for leg in self.accepted(first, last):
            add(leg, leg.accepted_office, leg.accepted_by, leg.accepted_role, day_of(leg.accepted_at),
                [0, 1] if leg.kind in TO_AGENCY else [0], leg.accepted_recorded_at >= end)
        for leg in self.ended(first, last, "delivered", "returned", "lost"):
            places = {"delivered": [2, 3] if leg.kind in TO_AGENCY else [2], "returned": [4], "lost": [5]}[leg.state]
            add(leg, leg.ended_office, leg.ended_by, leg.ended_role, day_of(leg.ended_at), places,
                leg.ended_recorded_at >= end)
        return dict(found)

    def relation(self, area, other):
        if area is not None and area == other:
            return "district"
        return self.relations.get(frozenset((area, other)), "")

    @staticmethod
    def in_time(leg):
        if leg.kind in TO_AGENCY:
            stop = leg.ended_at if leg.state == "delivered" else None
        else:
            stop = leg.attempted_at or (leg.ended_at if leg.state in ("delivered", "returned") else None)
        return stop is not None and day_of(stop) <= leg.promised_on

    def quality(self, first, last):
        """{(section, key): [due, in time, late, ended, at first, of citizens, returned by them]}"""
        found = collections.defaultdict(lambda: [0] * 7)
        found["total", ""]

        def add(leg, office, area, places):
            keys = [("total", ""), ("agency", leg.agency), ("procedure", leg.procedure), ("office", office),
                    ("relation", self.relation(area, leg.agency_area))]
            keys += [("courier", leg.ended_by)] if leg.ended_role == "courier" else []
            for key in keys:
                for place in places:
                    found[key][place] += 1

        for leg in self.legs:
            if leg.promised_on and first <= leg.promised_on <= last and leg.state != "cancelled" \
                    and self.sees(leg.accepted_office):
                add(leg, leg.accepted_office, leg.accepted_area, [0, 1 if self.in_time(leg) else 2])
        for leg in self.ended(first, last, "delivered", "returned"):
            out = leg.kind not in TO_AGENCY
            places = [3] + ([4] if leg.state == "delivered" and leg.attempts == 0 else [])
            places += ([5] if out else []) + ([6] if out and leg.state == "returned" else [])
            add(leg, leg.ended_office, leg.ended_area, places)
        return dict(found)

    def slot(self, at):
        local = at.astimezone(LOCAL)
        special = self.days.get(local.date())
        if special is False:
            return "holiday"
        if local.isoweekday() > 5 and not special:
            return "weekend"
        clock = local.time()
        if clock < HOURS[0][0]:
            return "before"
        if clock >= HOURS[-1][1]:
            return "after"
        return "open" if any(opens <= clock < closes for opens, closes in HOURS) else "noon"

    def out_of_hours(self, first, last):
        found = collections.defaultdict(lambda: [0] * 4)
        found["total", ""]
        for leg in self.accepted(first, last):
            slot = self.slot(leg.accepted_at)
            found["slot", slot][0] += 1
            found["slot", slot][1] += leg.accepted_role == "courier"
            for key in (("total", ""), ("office", leg.accepted_office)):
                found[key][0] += 1
                found[key][1] += slot != "open"
        for leg in self.ended(first, last, "delivered"):
            if leg.kind not in TO_AGENCY:
                slot = self.slot(leg.ended_at)
                found["slot", slot][2] += 1
                for key in (("total", ""), ("office", leg.ended_office)):
                    found[key][2] += 1
                    found[key][3] += slot != "open"
        return dict(found)

    def quarterly(self, first, last):
        accepted, ended = self.accepted(first, last), self.ended(first, last, "delivered", "returned", "lost")
        delivered = [leg for leg in ended if leg.state == "delivered"]
        damaged = [at for office, at, event in self.damaged
                   if self.sees(office) and first <= day_of(at) <= last and event not in self.voided]
        lost = sum(leg.state == "lost" for leg in ended)
        found = {("service", str(n)): sum(leg.no == 1 and leg.service == n for leg in accepted) for n in (1, 2, 3)}
        found |= {
            ("volume", "accepted_to_agency"): sum(leg.kind in TO_AGENCY for leg in accepted),
            ("volume", "accepted_to_citizen"): sum(leg.kind not in TO_AGENCY for leg in accepted),
            ("volume", "delivered_to_agency"): sum(leg.kind in TO_AGENCY for leg in delivered),
            ("volume", "delivered_to_citizen"): sum(leg.kind not in TO_AGENCY for leg in delivered),
            ("volume", "returned"): sum(leg.state == "returned" for leg in ended),
            ("money", "postage"): sum(leg.postage_vnd for leg in accepted),
            ("money", "fee"): sum(leg.fee_vnd for leg in accepted),
            ("money", "collect"): sum(leg.collect_vnd for leg in delivered),
            ("safety", "lost"): lost, ("safety", "damaged"): len(damaged),
            ("level", "safety"): len(accepted) - lost - len(damaged)}
        return found

    def plan(self, first, last):
        """{agency: [received, delivered, handed, registered]}, and the codes of procedures in use."""
        found = collections.defaultdict(lambda: [set(), set(), set(), set()])
        for leg in self.ended(first, last, "delivered"):
            if leg.kind == "submit":
                found[leg.agency][0].add(leg.dossier_id)
            if leg.kind == "result":
                found[leg.agency][1].add(leg.dossier_id)
        accepted = self.accepted(first, last)
        for leg in accepted:
            if leg.kind == "result":
                found[leg.agency][2].add(leg.dossier_id)
            if leg.no == 1 and leg.service in (2, 3):
                found[leg.agency][3].add(leg.dossier_id)
        used = {leg.procedure for leg in accepted} & self.published
        return {agency: [len(each) for each in sets] for agency, sets in found.items()}, used


def share(value, of):
    """Hundredths of a percent, half up, or None."""
    return (value * 20000 + of) // (2 * of) if of else None
