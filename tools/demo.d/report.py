"""What hoso recorded beside what the portal took; and whether the two are the same story."""

import json
import re
import time

# Kinds that the portal never hears of (domain table, last column): the post's own, and what the agency itself said of
# the dossier, which it knows. Those steps have no item; their numbers are in the dossier's sequence like all others.
SILENT = {"requested", "assigned", "pickup_failed", "held", "fee", "note", "bound"}
SILENT |= {"result_ready", "supplement_asked", "declined", "due_changed", "withdrawn", "closed"}
WIDTH = 60
DRAIN_SECONDS = 180


def document(desk, code):
    return json.loads(desk.run("--json", "show", code))


def told(events):
    return [event for event in events if event["kind"] not in SILENT and event["verdict"] in ("recorded", "late")]


def portal_lines(town, code):
    """(step, text) of each line, in the order the portal took them."""
    lines = [entry for entry in town.portal.applied() if entry["dossier_code"] == code]
    return [(int(re.search(r"bước (\d+)\)$", entry["text"]).group(1)), entry["text"]) for entry in lines]


def wait_until_told(town, desk, codes):
    """The outbox empties by itself; all that is done here is to wait for it, a bounded time."""
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end:
        if all(len(portal_lines(town, code)) >= len(told(document(desk, code)["events"])) for code in codes):
            return
        time.sleep(0.2)


def compare(code, events, lines):
    """Problems as sentences; none means: every step once, in order."""
    problems = []
    wanted = sorted(event["dseq"] for event in told(events))
    steps = [step for step, _ in lines]
    if steps != wanted:
        problems.append(f"{code}: portal has steps {steps}, recorded were {wanted}")
    everything = sorted(event["dseq"] for event in events)
    if everything != list(range(1, len(events) + 1)):
        problems.append(f"{code}: the sequence has a hole or a double: {everything}")
    for event in events:
        if event["verdict"] not in ("recorded", "late"):
            problems.append(f"{code}: step {event['dseq']} {event['kind']} was {event['verdict']}")
    return problems


def print_side_by_side(code, events, lines):
    by_step = dict(lines)
    print(f"\n{code}")
    print(f"  {'hoso đã ghi':<{WIDTH}} cổng đã nhận")
    for event in sorted(events, key=lambda event: event["dseq"]):
        left = (f"{event['dseq']:>2}  {event['occurred_at'][11:19]}  {event.get('item_code') or '':<13}  {event['kind']:<17} "
                f"{event['actor']}")
        print(f"  {left:<{WIDTH}} {by_step.get(event['dseq'], '·')}")


def show(town, desk, codes):
    """Print the stories; True when each dossier has its twelve steps or more and the portal has every line, once."""
    wait_until_told(town, desk, codes)
    problems = []
    for code in codes:
        events = document(desk, code)["events"]
        lines = portal_lines(town, code)
        print_side_by_side(code, events, lines)
        problems += compare(code, events, lines)
        if len(events) < 11:
            problems.append(f"{code}: only {len(events)} steps were recorded")
    print("\n" + ("\n".join(problems) if problems else "Đủ, đúng thứ tự, mỗi bước một lần."))
    return not problems
