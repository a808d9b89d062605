"""The lives of dossiers through the real hosod: there and back, late, corrected, and whose business they are."""

import pytest

from lib.api import rfc3339, scan, uuid7
from lib.oracle import Oracle
from lib.world import (
    FIRST_LEG, RECEIVER, TO_AGENCY, TO_CITIZEN, World, moment, new_dossier_code, new_item, result_life, submit_life,
)


@pytest.fixture(scope="module")
def world(standalone, contract):
    made = World(standalone, contract)
    yield made
    made.close()


@pytest.fixture
def clerk(world):
    return world.person("clerk")


def send(client, *scans):
    reply = client.send(*scans)
    assert reply.status_code == 200, reply.text
    return reply.json()


def accepted(code, at=0, **more):
    return scan("accepted", code, moment(at), **{**FIRST_LEG, **more})


def verdicts(results):
    return [result.get("verdict", result.get("error")) for result in results]


def leg_of(standalone, code):
    """(state, dossier code, the number of the leg) of an item."""
    rows = standalone.sql(
        "SELECT l.state, d.code, l.no FROM leg l JOIN dossier d ON d.id = l.dossier_id WHERE l.item_code = %s", code
    )
    return rows[0] if rows else None


def check(standalone, *codes):
    """The oracle on these items, which lead simple lives."""
    oracle = Oracle(standalone).narrow(*codes)
    assert len(oracle.legs) == len(codes)
    oracle.check_sequences()
    oracle.check_chains()
    oracle.check_states()
    oracle.check_outbox()


def test_there_and_back(clerk, standalone):
    there, back, code = new_item(), new_item(), new_dossier_code()
    results = [result for made in submit_life(there, code) for result in send(clerk, made)]
    assert verdicts(results) == ["recorded"] * 6
    assert [result["leg_state"] for result in results] == [
        "accepted", "in_transit", "arrived", "out_for_delivery", "delivered", "delivered"
    ]
    results = [result for made in result_life(back, code) for result in send(clerk, made)]
    assert verdicts(results) == ["recorded"] * 7
    assert [result["leg_state"] for result in results] == [
        "accepted", "in_transit", "arrived", "out_for_delivery", "attempt_failed", "out_for_delivery", "delivered"
    ]
    assert [result["dseq"] for result in results] == list(range(7, 14))
    assert not any(result["gap"] for result in results)
    assert leg_of(standalone, there) == ("delivered", code, 1)
    assert leg_of(standalone, back) == ("delivered", code, 2)
    check(standalone, there, back)


def test_a_whole_life_in_one_request(clerk, standalone):
    there, back, code = new_item(), new_item(), new_dossier_code()
    assert set(verdicts(send(clerk, *submit_life(there, code), *result_life(back, code)))) == {"recorded"}
    assert leg_of(standalone, back) == ("delivered", code, 2)
    check(standalone, there, back)


def test_a_life_in_wrong_order_ends_the_same(clerk, standalone):
    item, code = new_item(), new_dossier_code()
    results = send(clerk, *reversed(submit_life(item, code)))
    assert verdicts(results[:5]) == ["unknown_item"] * 5
    assert results[5]["verdict"] == "late"
    assert results[5]["leg_state"] == "delivered"
    assert leg_of(standalone, item)[0] == "delivered"


def test_an_unknown_item_that_is_accepted_later(clerk, standalone):
    item = new_item()
    first = send(clerk, scan("arrived", item, moment(5)), scan("out_for_delivery", item, moment(6)))
    assert verdicts(first) == ["unknown_item"] * 2
    assert {result["why"] for result in first} == {"not_accepted"}
    late = send(clerk, accepted(item, 1))[0]
    assert (late["verdict"], late["leg_state"]) == ("late", "out_for_delivery")
    assert send(clerk, scan("delivered", item, moment(7), **TO_AGENCY))[0]["leg_state"] == "delivered"


def test_an_arrival_scanned_late_changes_nothing(clerk, standalone):
    item = new_item()
    send(clerk, accepted(item, 0), scan("delivered", item, moment(9), **TO_AGENCY))
    late = send(clerk, scan("arrived", item, moment(3)))[0]
    assert (late["verdict"], late["leg_state"]) == ("late", "delivered")
    check(standalone, item)


def test_a_result_seen_before_its_acceptance_joins_its_dossier(clerk, standalone):
    there, back, code = new_item(), new_item(), new_dossier_code()
    send(clerk, *submit_life(there, code))
    assert verdicts(send(clerk, scan("arrived", back, moment(20)))) == ["unknown_item"]
    stub = standalone.sql("SELECT d.id FROM leg l JOIN dossier d ON d.id = l.dossier_id WHERE l.item_code = %s", back)
    result = send(clerk, scan("accepted", back, moment(15), dossier_code=code, leg_kind="result"))[0]
    assert (result["verdict"], result["leg_state"], result["dseq"]) == ("late", "arrived", 7)
    assert leg_of(standalone, back) == ("arrived", code, 2)
    merged = standalone.sql(
        "SELECT d.stub, o.code FROM dossier d JOIN dossier o ON o.id = d.merged_into WHERE d.id = %s", stub[0][0]
    )
    assert merged == [(True, code)]
    oracle = Oracle(standalone).narrow(there, back)
    oracle.check_sequences()
    oracle.check_chains()
    oracle.check_outbox()


def test_a_result_of_an_unknown_dossier_waits_for_a_person(clerk, standalone):
    item = new_item()
    made = scan("accepted", item, moment(0), dossier_code=new_dossier_code(), leg_kind="result")
    result = send(clerk, made)[0]
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", "not_found", "new")
    assert leg_of(standalone, item)[0] == "new"


def test_a_code_belongs_to_one_dossier(clerk, standalone):
    one, other, code = new_item(), new_item(), new_dossier_code()
    send(clerk, *submit_life(one, code))
    result = send(clerk, accepted(other), scan("bound", other, moment(1), dossier_code=code))[1]
    assert (result["verdict"], result["why"]) == ("refused", "code_taken")
    assert leg_of(standalone, other)[1] is None


def test_only_a_supervisor_binds_again(world, clerk, standalone):
    item, wrong, right = new_item(), new_dossier_code(), new_dossier_code()
    send(clerk, *submit_life(item, wrong))
    refused = send(clerk, scan("bound", item, moment(7), dossier_code=right))[0]
    assert (refused["verdict"], refused["why"]) == ("refused", "conflict")
    assert send(world.person("chief"), scan("bound", item, moment(8), dossier_code=right))[0]["verdict"] == "recorded"
    assert leg_of(standalone, item)[1] == right


def test_a_missed_hand_over_is_a_gap_only_between_offices(world, clerk):
    same, other = new_item(), new_item()
    send(clerk, accepted(same), accepted(other))
    assert send(clerk, scan("out_for_delivery", same, moment(1)))[0]["gap"] is False
    assert send(world.person("clerk2"), scan("out_for_delivery", other, moment(1)))[0]["gap"] is True


def test_a_second_scan_says_who_was_first(world, clerk):
    item = new_item()
    send(clerk, accepted(item))
    send(world.person("clerk"), scan("arrived", item, moment(1)))
    result = send(world.person("courier"), scan("out_for_delivery", item, moment(2)))[0]
    assert result["verdict"] == "recorded"
    result = send(clerk, scan("out_for_delivery", item, moment(3)))[0]
    assert (result["verdict"], result["recorded_by"]) == ("duplicate", "Người courier")


def test_the_author_voids_within_a_quarter_of_an_hour(world, clerk, standalone):
    item = new_item()
    arrived = scan("arrived", item, moment(10))
    send(clerk, accepted(item), arrived)
    void = {"target": arrived["event_id"], "void_reason": "did_not_occur"}
    colleague = send(world.person("clerk2"), scan("void", item, moment(11), **void))[0]
    assert (colleague["verdict"], colleague["why"]) == ("refused", "wrong_role")
    too_late = send(clerk, scan("void", item, moment(26), **void))[0]
    assert (too_late["verdict"], too_late["why"]) == ("refused", "wrong_role")
    assert leg_of(standalone, item)[0] == "arrived"
    own = send(clerk, scan("void", item, moment(25), **void))[0]
    assert (own["verdict"], own["leg_state"]) == ("recorded", "accepted")
    assert send(clerk, scan("void", item, moment(25), **void))[0]["verdict"] == "duplicate"
    assert leg_of(standalone, item)[0] == "accepted"


def test_a_supervisor_voids_at_any_time(world, clerk, standalone):
    item = new_item()
    delivered = scan("delivered", item, moment(1), **TO_AGENCY)
    send(clerk, accepted(item), delivered)
    void = scan("void", item, rfc3339(), target=delivered["event_id"], void_reason="incorrect_data")
    result = send(world.person("chief"), void)[0]
    assert (result["verdict"], result["leg_state"]) == ("recorded", "accepted")
    check(standalone, item)


def test_nothing_to_void(world, clerk):
    item, other = new_item(), new_item()
    foreign = accepted(other)
    send(clerk, accepted(item), foreign)
    for target in (uuid7(), foreign["event_id"]):
        result = send(world.person("chief"), scan("void", item, target=target, void_reason="did_not_occur"))[0]
        assert (result["verdict"], result["why"]) == ("refused", "not_found")


def test_a_redirection_keeps_the_state(clerk, standalone):
    item = new_item()
    send(clerk, accepted(item), scan("arrived", item, moment(1)))
    made = scan("redirected", item, moment(2), receiver={**RECEIVER, "address": "9 Trần Phú"}, requester="Người gửi")
    result = send(clerk, made)[0]
    assert (result["verdict"], result["leg_state"]) == ("recorded", "arrived")
    check(standalone, item)


def test_an_item_goes_back_only_when_the_law_lets_it(world, clerk, standalone):
    item, chief = new_item(), world.person("chief")
    send(
        clerk,
        accepted(item),
        scan("out_for_delivery", item, moment(1)),
        scan("delivery_failed", item, moment(2), reason="A3"),
    )
    early = send(chief, scan("returning", item, moment(3), reason="A4"))[0]
    assert (early["verdict"], early["why"], early["leg_state"]) == ("refused", "return_uninvited", "attempt_failed")
    assert send(clerk, scan("returning", item, moment(3), reason="A5"))[0]["why"] == "wrong_role"
    assert send(chief, scan("returning", item, moment(4), reason="A5"))[0]["leg_state"] == "returning"
    assert send(clerk, scan("returned", item, moment(5), **TO_AGENCY))[0]["leg_state"] == "returned"
    check(standalone, item)


def test_a_delivery_without_proof_is_refused(clerk, standalone):
    there, back, code = new_item(), new_item(), new_dossier_code()
    send(clerk, *submit_life(there, code), result_life(back, code)[0])
    result = send(clerk, scan("delivered", back, moment(12), **TO_AGENCY))[0]
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", "missing_data", "accepted")
    assert send(clerk, scan("delivered", back, moment(13), **TO_CITIZEN))[0]["leg_state"] == "delivered"


class TestOfficer:
    """An officer of agency KT.A2 and a dossier of agency KT.A1."""

    @pytest.fixture
    def officer(self, world):
        return world.person("officer")

    @pytest.fixture
    def stranger(self, world):
        return world.person("officer2")

    def test_acts_on_the_own_agencys_dossiers(self, clerk, officer, standalone):
        item, code = new_item(), new_dossier_code()
        send(clerk, accepted(item))
        delivered = scan("delivered", item, moment(1), **TO_AGENCY)
        results = send(officer, delivered, scan("bound", item, moment(2), dossier_code=code))
        assert verdicts(results) == ["recorded", "recorded"]
        assert leg_of(standalone, item) == ("delivered", code, 1)

    def test_does_not_see_others(self, clerk, stranger, standalone):
        item = new_item()
        send(clerk, accepted(item))
        results = send(stranger, scan("note", item, note="x"), scan("note", new_item(), note="x"))
        assert verdicts(results) == ["not_found", "not_found"]
        assert standalone.sql("SELECT count(*) FROM event WHERE item_code = %s", item) == [(1,)]

    def test_does_not_open_a_leg_of_others(self, clerk, stranger, standalone):
        there, back, code = new_item(), new_item(), new_dossier_code()
        send(clerk, *submit_life(there, code))
        made = scan("accepted", back, moment(10), dossier_code=code, leg_kind="result", agency="KT.A2")
        assert verdicts(send(stranger, made)) == ["not_found"]
        assert leg_of(standalone, back) is None

    def test_does_not_move_a_seen_item_into_others(self, clerk, stranger, standalone):
        there, back, code = new_item(), new_item(), new_dossier_code()
        send(clerk, *submit_life(there, code), scan("arrived", back, moment(20)))
        made = scan("accepted", back, moment(10), dossier_code=code, leg_kind="result", agency="KT.A2")
        assert verdicts(send(stranger, made)) == ["not_found"]
        assert leg_of(standalone, back) == ("new", None, 1)

    def test_does_not_do_the_posts_work(self, clerk, officer):
        item = new_item()
        send(clerk, accepted(item))
        for made in (scan("dispatched", item, next_office="KT2"), scan("lost", item, note="x"), scan("held", item)):
            assert send(officer, made)[0]["why"] == "wrong_role"
