"""
What must be true of a database after anything: read back and worked out again by code of its own.

Nothing here asks hosod; the hash chain, the states and what the portal hears of are written down a second time.
"""

import hashlib
from collections import Counter, defaultdict

TAKEN = ("recorded", "late")
STATE_AFTER = {
    "requested": "requested", "assigned": "assigned", "pickup_failed": "pickup_failed", "accepted": "accepted",
    "dispatched": "in_transit", "arrived": "arrived", "out_for_delivery": "out_for_delivery",
    "delivered": "delivered", "delivery_failed": "attempt_failed", "invited": "held", "held": "held",
    "returning": "returning", "returned": "returned", "cancelled": "cancelled", "lost": "lost", "found": "arrived",
}
# A returning item stays so wherever it passes: the one rule that a simple life needs beside the table.
STAY_WHILE_RETURNING = ("dispatched", "arrived", "out_for_delivery")
PUSHED = {
    "accepted", "dispatched", "arrived", "out_for_delivery", "delivered", "delivery_failed", "invited",
    "redirected", "returning", "returned", "cancelled", "lost", "damaged", "found",
}

_EVENTS = """
SELECT id::text, dossier_id::text AS dossier, leg_id::text AS leg, dseq, item_code, kind, ms(occurred_at) AS occurred,
 ms(recorded_at) AS recorded, account_id AS account, role, coalesce(office_id, 0) AS office, device, verdict, why,
 leg_state, gap, data::text AS text, data->>'target' AS target, hash
FROM event ORDER BY dossier_id, dseq, id
"""


_OUTBOX = """
SELECT event_id::text AS event, dossier_id::text AS dossier, dseq, state, kind FROM outbox ORDER BY dossier_id, dseq
"""


def _rows(connection, query):
    cursor = connection.execute(query)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


class Oracle:
    """One look at the database of @running."""

    def __init__(self, running):
        with running.connect() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self.events = _rows(connection, _EVENTS)
            self.dossiers = _rows(connection, "SELECT id::text, code, stub, dseq, hash FROM dossier")
            self.legs = _rows(connection, "SELECT id::text, item_code, state FROM leg")
            self.outbox = _rows(connection, _OUTBOX)
            self.quarantine = _rows(connection, "SELECT event_id::text AS event, sqlstate FROM quarantine")
        self.by_id = {event["id"]: event for event in self.events}
        self._sort_events()

    def _sort_events(self):
        self.of_dossier = defaultdict(list)
        for event in self.events:
            self.of_dossier[event["dossier"]].append(event)

    def narrow(self, *items):
        """Look at the dossiers of these items only; for a database that others use, too."""
        seen = {event["dossier"] for event in self.events if event["item_code"] in items}
        self.dossiers = [dossier for dossier in self.dossiers if dossier["id"] in seen]
        self.events = [event for event in self.events if event["dossier"] in seen]
        self.legs = [leg for leg in self.legs if leg["item_code"] in items]
        self.outbox = [row for row in self.outbox if row["dossier"] in seen]
        self._sort_events()
        return self

    def check(self, answers=None, applied=None):
        """
        Everything. @answers: {event_id: result}, what the clients were told. @applied: what the portal took;
        then every line must be through.
        """
        self.check_answers(answers or {})
        self.check_once()
        self.check_sequences()
        self.check_chains()
        self.check_states()
        self.check_outbox()
        assert self.quarantine == []
        if applied is not None:
            self.check_portal(applied)

    def check_answers(self, answers):
        for event_id, answer in answers.items():
            event = self.by_id.get(event_id)
            assert event, f"{event_id} was acknowledged and is not there: {answer}"
            told = {name: answer[name] for name in ("verdict", "leg_state", "dseq", "gap")}
            told["why"] = answer.get("why", "ok")
            assert told == {name: event[name] for name in told}, event_id

    def check_once(self):
        doubled = [event_id for event_id, count in Counter(e["id"] for e in self.events).items() if count > 1]
        assert doubled == []

    def check_sequences(self):
        for dossier in self.dossiers:
            numbers = [event["dseq"] for event in self.of_dossier[dossier["id"]]]
            assert numbers == list(range(1, len(numbers) + 1)), dossier["id"]
            assert dossier["dseq"] == len(numbers), dossier["id"]
        assert set(self.of_dossier) <= {dossier["id"] for dossier in self.dossiers}

    def check_chains(self):
        for dossier in self.dossiers:
            previous = bytes(32)
            for event in self.of_dossier[dossier["id"]]:
                previous = link(previous, event)
                assert event["hash"] == previous, f"{event['id']}: the chain is broken"
            assert dossier["hash"] == previous, dossier["id"]

    def check_states(self):
        of_leg = defaultdict(list)
        for event in self.events:
            of_leg[event["leg"]].append(event)
        for leg in self.legs:
            assert leg["state"] == fold(of_leg[leg["id"]]), leg["item_code"]

    def check_outbox(self):
        stubs = {dossier["id"] for dossier in self.dossiers if dossier["stub"]}
        known = [event for event in self.events if event["dossier"] not in stubs]
        wanted = {event["id"]: event for event in known if self.is_pushed(event)}
        lines = Counter(row["event"] for row in self.outbox)
        assert lines == Counter(wanted.keys())
        for row in self.outbox:
            event = wanted[row["event"]]
            assert (row["dossier"], row["dseq"], row["kind"]) == (event["dossier"], event["dseq"], event["kind"])

    def is_pushed(self, event):
        if event["verdict"] not in TAKEN:
            return False
        if event["kind"] == "void":
            return self.by_id[event["target"]]["kind"] in PUSHED
        return event["kind"] in PUSHED

    def check_portal(self, applied):
        """@applied: PortalSim.applied(), in the order in which the portal took the lines."""
        taken = defaultdict(list)
        for line in applied:
            taken[line["dossier_code"]].append(line["dseq"])
        sent = defaultdict(list)
        codes = {dossier["id"]: dossier["code"] for dossier in self.dossiers}
        for row in self.outbox:
            if codes[row["dossier"]]:
                assert row["state"] in ("done", "skipped"), row
            if row["state"] == "done":
                sent[codes[row["dossier"]]].append(row["dseq"])
        assert dict(taken) == dict(sent)


def link(previous, event):
    """The hash of one event behind @previous."""
    words = [event[name] for name in ("id", "dossier", "dseq", "item_code", "kind", "occurred", "recorded", "account",
                                      "role", "office", "device", "verdict", "why", "leg_state", "text")]
    canonical = "hoso-event-1\n" + "".join(f"{word}\n" for word in words)
    return hashlib.sha256(previous + canonical.encode()).digest()


def fold(events):
    """The state that the taken events of a leg amount to, whatever order they came in."""
    voided = {event["target"] for event in events if event["kind"] == "void" and event["verdict"] in TAKEN}
    state = "new"
    for event in sorted(events, key=lambda event: (event["occurred"], event["id"])):
        if event["verdict"] not in TAKEN or event["id"] in voided:
            continue
        if state == "returning" and event["kind"] in STAY_WHILE_RETURNING:
            continue
        state = STATE_AFTER.get(event["kind"], state)
    return state
