"""The oracle has teeth: what it must find is put before it, one thing at a time."""

import copy
import os

import pytest

from lib.api import uuid7
from lib.oracle import Oracle, link
from lib.recorder import History, Recorder, Witness
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


def list_the_leg_elsewhere(oracle, answers, applied):
    oracle.legs[0]["is_listed"] = None


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


def forget_a_line_that_was_sent(oracle, answers, applied):
    oracle.outbox.pop()
    applied.pop()


# (what is done, what it is counted as)
WRONGS = [
    (lose_an_event, "lost"), (forget_the_last_event_everywhere, "lost"), (change_a_verdict, "other"),
    (answer_what_is_not_there, "lost"), (double_an_event, "doubled"), (leave_a_gap, "lost"), (forge_the_data, "other"),
    (forge_the_data_and_its_hash, "other"), (move_the_leg, "other"), (list_the_leg_elsewhere, "other"),
    (drop_a_line, "lost"), (double_a_line, "doubled"),
    (fill_the_quarantine, "other"), (leave_a_line_unsent, "other"), (tell_the_portal_twice, "doubled"),
    (tell_the_portal_in_wrong_order, "misordered"), (keep_a_line_from_the_portal, "lost"),
    (forget_a_line_that_was_sent, "lost"),
]


def test_what_is_right_passes(clean):
    oracle, answers, applied = copy.deepcopy(clean)
    assert len(oracle.events) == 6 and len(applied) == 5
    oracle.check(answers, applied)
    assert set(oracle.damage(answers, applied).counts().values()) == {0}


@pytest.mark.parametrize("wrong, kind", WRONGS, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_wrong_is_found(clean, wrong, kind):
    oracle, answers, applied = copy.deepcopy(clean)
    wrong(oracle, answers, applied)
    assert oracle.damage(answers, applied).counts()[kind] > 0
    with pytest.raises(AssertionError):
        oracle.check(answers, applied)


@pytest.fixture
def recorder(tmp_path):
    made = Recorder(tmp_path)
    yield made
    made.close()


def ask_in_turn(recorder, oracle, answers):
    """One request per event, each after the answer to the one before; returns their numbers."""
    numbers = []
    for event in oracle.events:
        numbers.append(recorder.invoke("a", [event["id"]]))
        recorder.ok(numbers[-1], [answers[event["id"]]])
    return numbers


def ask_in_reverse(recorder, oracle, answers):
    oracle.events.reverse()
    ask_in_turn(recorder, oracle, answers)
    oracle.events.reverse()


def get_another_verdict_the_second_time(recorder, oracle, answers):
    ask_in_turn(recorder, oracle, answers)
    other = {**answers[oracle.events[0]["id"]], "recorded_at": "2020-01-01T00:00:00.000Z"}
    recorder.ok(recorder.invoke("b", [other["event_id"]]), [other])


def answer_a_request_twice(recorder, oracle, answers):
    number = ask_in_turn(recorder, oracle, answers)[0]
    recorder.fail(number, 503)


def leave_a_request_without_an_outcome(recorder, oracle, answers):
    recorder.invoke("a", [oracle.events[0]["id"]])


def answer_about_another_scan(recorder, oracle, answers):
    first, second = (answers[event["id"]] for event in oracle.events[:2])
    recorder.ok(recorder.invoke("a", [first["event_id"]]), [second])


def acknowledge_what_is_not_there(recorder, oracle, answers):
    ask_in_turn(recorder, oracle, answers)
    lose_an_event(oracle, answers, [])


RECORDED_WRONGS = [
    (ask_in_reverse, "misordered"), (get_another_verdict_the_second_time, "other"), (answer_a_request_twice, "doubled"),
    (leave_a_request_without_an_outcome, "other"), (answer_about_another_scan, "other"),
    (acknowledge_what_is_not_there, "lost"),
]


def test_a_record_of_what_is_right_passes(clean, recorder):
    oracle, answers, applied = copy.deepcopy(clean)
    numbers = ask_in_turn(recorder, oracle, answers)
    again = {**answers[oracle.events[0]["id"]], "replayed": True}
    recorder.ok(recorder.invoke("b", [again["event_id"]]), [again])
    recorder.unknown(recorder.invoke("b", [uuid7()]), "ReadTimeout")
    history = recorder.history()
    assert history.outcomes == {"ok": len(numbers) + 1, "unknown": 1}
    assert history.answers() == answers
    oracle.check(answers, applied, history)


@pytest.mark.parametrize("wrong, kind", RECORDED_WRONGS, ids=lambda value: getattr(value, "__name__", value))
def test_what_the_record_tells_is_found(clean, recorder, wrong, kind):
    oracle, answers, applied = copy.deepcopy(clean)
    wrong(recorder, oracle, answers)
    assert oracle.damage({}, applied, recorder.history()).counts()[kind] > 0


def test_the_record_is_on_another_disk_and_a_torn_line_is_no_answer(clean, recorder, tmp_path):
    oracle, answers, _ = copy.deepcopy(clean)
    assert recorder.is_apart == (os.stat(recorder.path).st_dev != os.stat(tmp_path).st_dev)
    number = recorder.invoke("a", [oracle.events[0]["id"]])
    recorder.ok(number, [answers[oracle.events[0]["id"]]])
    raw = recorder.path.read_bytes()
    assert History(raw).answers() != {}
    assert History(raw[:-1]).answers() == {} and History(raw[:-1]).unanswered == [number]


def test_a_witness_misses_what_is_not_there(standalone):
    witness = Witness(standalone)
    witness.look([uuid7()])
    witness.close()
    assert len(witness.missing) == 1
