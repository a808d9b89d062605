"""The oracle has teeth: what it must find is put before it, one thing at a time."""

import copy

import pytest

from lib.api import uuid7
from lib.oracle import Oracle, link
from lib.world import World, new_dossier_code, new_item, submit_life


@pytest.fixture(scope="module")
def clean(standalone):
    """An oracle that has seen one whole life and nothing else, and what the client was told."""
    world, item, code = World(standalone), new_item(), new_dossier_code()
    results = world.person("clerk").send(*submit_life(item, code)).json()
    world.close()
    oracle = Oracle(standalone).narrow(item)
    oracle.events = oracle.of_dossier[oracle.dossiers[0]["id"]]
    oracle.quarantine = []
    answers = {result["event_id"]: result for result in results}
    for row in oracle.outbox:
        row["state"] = "done"
    applied = [{"dossier_code": code, "dseq": row["dseq"]} for row in oracle.outbox]
    return oracle, answers, applied


def lose_an_event(oracle, answers, applied):
    lost = oracle.events.pop()
    oracle.by_id = {event_id: event for event_id, event in oracle.by_id.items() if event_id != lost["id"]}


def forget_the_last_event_everywhere(oracle, answers, applied):
    lost = oracle.events.pop()
    del answers[lost["id"]]


def change_a_verdict(oracle, answers, applied):
    next(iter(answers.values()))["verdict"] = "duplicate"


def answer_what_is_not_there(oracle, answers, applied):
    answers[uuid7()] = next(iter(answers.values()))


def double_an_event(oracle, answers, applied):
    oracle.events.append(oracle.events[-1])


def leave_a_gap(oracle, answers, applied):
    oracle.events[-1]["dseq"] += 1


def forge_the_data(oracle, answers, applied):
    oracle.events[0]["text"] = oracle.events[0]["text"].replace("An", "Ân")


def forge_the_data_and_its_hash(oracle, answers, applied):
    oracle.events[0]["text"] = "{}"
    oracle.events[0]["hash"] = link(bytes(32), oracle.events[0])


def move_the_leg(oracle, answers, applied):
    oracle.legs[0]["state"] = "arrived"


def drop_a_line(oracle, answers, applied):
    oracle.outbox.pop()


def double_a_line(oracle, answers, applied):
    oracle.outbox.append(oracle.outbox[0])


def fill_the_quarantine(oracle, answers, applied):
    oracle.quarantine.append({"event": uuid7(), "sqlstate": "22021"})


def leave_a_line_unsent(oracle, answers, applied):
    oracle.outbox[-1]["state"] = "ready"


def tell_the_portal_twice(oracle, answers, applied):
    applied.append(applied[-1])


def tell_the_portal_in_wrong_order(oracle, answers, applied):
    applied[0], applied[1] = applied[1], applied[0]


def keep_a_line_from_the_portal(oracle, answers, applied):
    applied.pop()


WRONGS = [
    lose_an_event, forget_the_last_event_everywhere, change_a_verdict, answer_what_is_not_there, double_an_event,
    leave_a_gap, forge_the_data, forge_the_data_and_its_hash, move_the_leg, drop_a_line, double_a_line,
    fill_the_quarantine, leave_a_line_unsent, tell_the_portal_twice, tell_the_portal_in_wrong_order,
    keep_a_line_from_the_portal,
]


def test_what_is_right_passes(clean):
    oracle, answers, applied = copy.deepcopy(clean)
    assert len(oracle.events) == 6 and len(applied) == 5
    oracle.check(answers, applied)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_what_is_wrong_is_found(clean, wrong):
    oracle, answers, applied = copy.deepcopy(clean)
    wrong(oracle, answers, applied)
    with pytest.raises(AssertionError):
        oracle.check(answers, applied)
