"""
What must be true of a database after anything: read back and worked out again by code of its own.

Nothing here asks hosod; the hash chain, the states and what the portal hears of are written down a second time.
"""

import hashlib
import json
from collections import Counter, defaultdict

TAKEN = ("recorded", "late")
STATE_AFTER = {
    "requested": "requested", "assigned": "assigned", "pickup_failed": "pickup_failed", "accepted": "accepted",
    "dispatched": "in_transit", "arrived": "arrived", "out_for_delivery": "out_for_delivery",
    "delivered": "delivered", "delivery_failed": "attempt_failed", "invited": "held", "held": "held",
    "returning": "returning", "returned": "returned", "cancelled": "cancelled", "lost": "lost", "found": "arrived",
}
ATTEMPTS = ("delivered", "delivery_failed", "invited")
ENDS = ("delivered", "returned", "cancelled", "lost")
_LEGS = """
SELECT id::text, item_code, state, ms(accepted_at) AS accepted_at, coalesce(accepted_office_id, 0) AS accepted_office,
 accepted_by, ms(attempted_at) AS attempted_at, ms(ended_at) AS ended_at,
 ms(first_invited_at) AS first_invited_at, ms(last_invited_at) AS last_invited_at,
 coalesce(ended_office_id, 0) AS ended_office, ended_by,
 dossier_recorded_at = (SELECT d.recorded_at FROM dossier d WHERE d.id = leg.dossier_id) AS is_listed FROM leg
"""
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


LOST, DOUBLED, MISORDERED, OTHER = "lost", "doubled", "misordered", "other"


class Damage:
    """What is wrong: sentences, by kind."""

    def __init__(self):
        self.found = {LOST: [], DOUBLED: [], MISORDERED: [], OTHER: []}

    def add(self, kind, sentence):
        self.found[kind].append(sentence)

    def counts(self):
        """{"lost": 0, "doubled": 0, ...}; what the long table wants, and "other"."""
        return {kind: len(sentences) for kind, sentences in self.found.items()}

    def must_be_none(self):
        assert not any(self.found.values()), {kind: some[:5] for kind, some in self.found.items() if some}


class Oracle:
    """One look at the database of @running."""

    def __init__(self, running):
        with running.connect() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self.events = _rows(connection, _EVENTS)
            self.dossiers = _rows(connection, "SELECT id::text, code, stub, dseq, hash FROM dossier")
            self.legs = _rows(connection, _LEGS)
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

    def damage(self, answers=None, applied=None, history=None):
        """
        Everything that is wrong, counted by kind. @answers: {event_id: result}, what the clients were told.
        @applied: what the portal took; then every line must be through. @history: the recorder's, see recorder.py.
        """
        damage = Damage()
        self._find_answers(damage, answers or {})
        self._find_doubles(damage)
        self._find_sequences(damage)
        self._find_chains(damage)
        self._find_states(damage)
        self._find_outbox(damage)
        for row in self.quarantine:
            damage.add(OTHER, f"in quarantine: {row}")
        if applied is not None:
            self._find_portal(damage, applied)
        if history is not None:
            self._find_history(damage, history)
        return damage

    def check(self, answers=None, applied=None, history=None):
        """damage(), and there must be none."""
        self.damage(answers, applied, history).must_be_none()

    def check_answers(self, answers):
        self._must_find_nothing(self._find_answers, answers)

    def check_once(self):
        self._must_find_nothing(self._find_doubles)

    def check_sequences(self):
        self._must_find_nothing(self._find_sequences)

    def check_chains(self):
        self._must_find_nothing(self._find_chains)

    def check_states(self):
        self._must_find_nothing(self._find_states)

    def check_outbox(self):
        self._must_find_nothing(self._find_outbox)

    @staticmethod
    def _must_find_nothing(find, *arguments):
        damage = Damage()
        find(damage, *arguments)
        damage.must_be_none()

    def _find_answers(self, damage, answers):
        for event_id, answer in answers.items():
            event = self.by_id.get(event_id)
            if not event:
                damage.add(LOST, f"{event_id} was acknowledged and is not there: {answer}")
                continue
            told = {name: answer.get(name) for name in ("verdict", "leg_state", "dseq", "gap")}
            told["why"] = answer.get("why", "ok")
            written = {name: event[name] for name in told}
            if told != written:
                damage.add(OTHER, f"{event_id}: told {told}, written {written}")

    def _find_doubles(self, damage):
        for event_id, count in Counter(event["id"] for event in self.events).items():
            if count > 1:
                damage.add(DOUBLED, f"{event_id} is there {count} times")

    def _find_sequences(self, damage):
        for dossier in self.dossiers:
            numbers = Counter(event["dseq"] for event in self.of_dossier[dossier["id"]])
            for number in range(1, dossier["dseq"] + 1):
                if numbers[number] != 1:
                    kind = LOST if numbers[number] == 0 else DOUBLED
                    damage.add(kind, f"dossier {dossier['id']}: dseq {number} is there {numbers[number]} times")
            if any(number > dossier["dseq"] or number < 1 for number in numbers):
                damage.add(OTHER, f"dossier {dossier['id']} counts to {dossier['dseq']}, its events do not")
        if not set(self.of_dossier) <= {dossier["id"] for dossier in self.dossiers}:
            damage.add(LOST, "a dossier of events that are there")

    def _find_chains(self, damage):
        for dossier in self.dossiers:
            previous = bytes(32)
            for event in self.of_dossier[dossier["id"]]:
                previous = link(previous, event)
                if event["hash"] != previous:
                    damage.add(OTHER, f"{event['id']}: the chain is broken")
                    break
            else:
                if dossier["hash"] != previous:
                    damage.add(OTHER, f"dossier {dossier['id']}: its chain ends elsewhere")

    def _find_states(self, damage):
        of_leg = defaultdict(list)
        for event in self.events:
            of_leg[event["leg"]].append(event)
        for leg in self.legs:
            folded = fold(of_leg[leg["id"]])
            for name, said in folded.items():
                if leg[name] != said:
                    damage.add(OTHER, f"{leg['item_code']}: {name} is {leg[name]}, its events say {said}")
            if not leg["is_listed"]:
                damage.add(OTHER, f"{leg['item_code']}: lists have it at another time than its dossier's")

    def _find_outbox(self, damage):
        stubs = {dossier["id"] for dossier in self.dossiers if dossier["stub"]}
        known = [event for event in self.events if event["dossier"] not in stubs]
        wanted = {event["id"]: event for event in known if self.is_pushed(event)}
        lines = Counter(row["event"] for row in self.outbox)
        for event_id in set(wanted) | set(lines):
            if lines[event_id] != (event_id in wanted):
                kind = LOST if lines[event_id] == 0 else DOUBLED
                damage.add(kind, f"{event_id} has {lines[event_id]} lines for the portal")
        for row in self.outbox:
            event = wanted.get(row["event"], row)
            if any(row[name] != event[name] for name in ("dossier", "dseq", "kind")):
                damage.add(OTHER, f"the line {row} is another than its event's")

    def is_pushed(self, event):
        if event["verdict"] not in TAKEN:
            return False
        if event["kind"] == "void":
            return self.by_id[event["target"]]["kind"] in PUSHED
        return event["kind"] in PUSHED

    def _find_portal(self, damage, applied):
        """@applied: PortalSim.applied(), in the order in which the portal took the lines."""
        taken, sent = defaultdict(list), defaultdict(list)
        for line in applied:
            taken[line["dossier_code"]].append(line["dseq"])
        codes = {dossier["id"]: dossier["code"] for dossier in self.dossiers}
        for row in self.outbox:
            if codes[row["dossier"]] and row["state"] not in ("done", "skipped"):
                damage.add(OTHER, f"not through: {row}")
            if row["state"] == "done":
                sent[codes[row["dossier"]]].append(row["dseq"])
        for code in set(taken) | set(sent):
            self._find_line(damage, code, taken[code], sent[code])

    @staticmethod
    def _find_line(damage, code, taken, sent):
        """What the portal has of one dossier, against what it was sent."""
        if taken == sent:
            return
        for number, count in Counter(taken).items():
            if count > 1:
                damage.add(DOUBLED, f"{code}: the portal has line {number} {count} times")
            if number not in sent:
                damage.add(OTHER, f"{code}: the portal has line {number}, which was not done")
        for number in set(sent) - set(taken):
            damage.add(LOST, f"{code}: the portal has no line {number}")
        if taken != sorted(taken):
            damage.add(MISORDERED, f"{code}: the portal heard {taken}")

    def _find_history(self, damage, history):
        """The client's side: every verdict is there and stays the same, and who came later stands later."""
        for wrong in history.wrongs:
            damage.add(DOUBLED if "twice" in wrong else OTHER, wrong)
        for request in history.unanswered:
            damage.add(OTHER, f"request {request} has no outcome")
        self._find_answers(damage, history.answers())
        for event_id, results in history.verdicts.items():
            if len({_verdict_bytes(result) for result in results}) > 1:
                damage.add(OTHER, f"{event_id} got several verdicts: {results}")
            if len({result["slip_token"] for result in results if "slip_token" in result}) > 1:
                damage.add(OTHER, f"{event_id} got several tokens for one slip: {results}")
        for dossier_id, events in self.of_dossier.items():
            latest_ns = 0
            for event in events:
                if history.told_ns.get(event["id"], latest_ns) < latest_ns:
                    damage.add(MISORDERED, f"{event['id']} was answered before one was sent that stands before it")
                latest_ns = max(latest_ns, history.invoked_ns.get(event["id"], 0))


def _verdict_bytes(result):
    """
    An answer without what a repetition adds: that it is one, who scanned the first time, what is to be done now; and without
    the slip's token, which a daemon that has just started does not know yet.
    """
    told = {name: result[name] for name in result if name not in ("replayed", "recorded_by", "next", "slip_token")}
    return json.dumps(told, sort_keys=True)


def link(previous, event):
    """The hash of one event behind @previous."""
    words = [event[name] for name in ("id", "dossier", "dseq", "item_code", "kind", "occurred", "recorded", "account",
                                      "role", "office", "device", "verdict", "why", "leg_state", "text")]
    canonical = "hoso-event-1\n" + "".join(f"{word}\n" for word in words)
    return hashlib.sha256(previous + canonical.encode()).digest()


def _whose(name, event):
    if not event:
        return {f"{name}_at": None, f"{name}_office": 0, f"{name}_by": None}
    return {f"{name}_at": event["occurred"], f"{name}_office": event["office"], f"{name}_by": event["account"]}


def fold(events):
    """The state that the taken events of a leg amount to, whatever order they came in, and its facts."""
    voided = {event["target"] for event in events if event["kind"] == "void" and event["verdict"] in TAKEN}
    state, accepted, attempted, ended, invited = "new", None, None, None, []
    for event in sorted(events, key=lambda event: (event["occurred"], event["id"])):
        if event["verdict"] not in TAKEN or event["id"] in voided:
            continue
        if state == "returning" and event["kind"] in STAY_WHILE_RETURNING:
            continue
        if state in ENDS and event["kind"] != "found":
            continue
        if event["kind"] == "accepted":
            accepted = accepted or event
        if event["kind"] in ATTEMPTS:
            attempted = attempted or event["occurred"]
        if event["kind"] == "invited":
            invited.append(event["occurred"])
        state = STATE_AFTER.get(event["kind"], state)
        ended = ended if event["kind"] not in STATE_AFTER else event if state in ENDS else None
    first, last = (invited[0], invited[-1]) if invited else (None, None)
    facts = {"state": state, "attempted_at": attempted, "first_invited_at": first, "last_invited_at": last}
    return {**facts, **_whose("accepted", accepted), **_whose("ended", ended)}
