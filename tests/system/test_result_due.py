"""What the agency wants of the citizen for a result: money, papers; it goes with the envelope, whenever it is said."""

import pytest

from lib.api import scan, uuid7
from lib.desk import Desk
from lib.oracle import Oracle
from lib.world import TO_AGENCY, TO_CITIZEN, new_item


@pytest.fixture(scope="module")
def desk(contract):
    made = Desk(contract)
    yield made
    damage = Oracle(made.running).damage()
    made.close()
    damage.must_be_none()


def due_of(desk, code):
    return {leg["item_code"]: leg["collect"] for leg in desk.dossier(code)["legs"]}


def test_what_the_citizen_owes_goes_with_the_result(desk):
    """Unless whoever takes it in says another amount; nobody is asked for it twice."""
    _, code = desk.submitted()
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép", collect=15000)
    first, second, third = new_item(), new_item(), new_item()
    desk.take("courier", "accepted", first, dossier_code=code, leg_kind="result")
    assert due_of(desk, code)[first] == 15000
    desk.take("courier", "accepted", second, dossier_code=code, leg_kind="result")
    assert due_of(desk, code)[second] == 0, "the other half of it, in an envelope of its own"
    refused = desk.scan("courier", "delivered", first, **TO_CITIZEN)
    assert (refused["verdict"], refused["why"]) == ("refused", "collect_differs"), refused
    desk.take("courier", "delivery_failed", first, reason="B1")
    desk.take("chief", "returning", first, reason="A5")
    desk.take("courier", "returned", first, **TO_AGENCY)
    desk.take("courier", "accepted", third, dossier_code=code, leg_kind="result")
    assert due_of(desk, code)[third] == 15000, "what came back was not paid"
    desk.take("courier", "delivered", third, collected=15000, **TO_CITIZEN)
    desk.take("courier", "delivered", second, **TO_CITIZEN)
    assert desk.dossier(code)["status"] == "result_delivered"


def test_a_void_of_the_result_and_a_newer_one_say_what_is_owed(desk):
    _, code = desk.submitted()
    wrong = uuid7()
    desk.step("officer", code, "result_ready", event_id=wrong, result_kind="Giấy phép", collect=99000)
    desk.say("officer", code, "void", "received", target=wrong, void_reason="incorrect_data")
    early, late, said = new_item(), new_item(), new_item()
    desk.take("courier", "accepted", early, dossier_code=code, leg_kind="result")
    assert due_of(desk, code)[early] == 0
    desk.take("courier", "delivered", early, **TO_CITIZEN)
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép, sửa", collect=7000)
    desk.take("courier", "accepted", late, dossier_code=code, leg_kind="result")
    assert due_of(desk, code)[late] == 7000
    desk.take("courier", "delivered", late, collected=7000, **TO_CITIZEN)
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Bản sao", collect=5000)
    desk.take("courier", "accepted", said, dossier_code=code, leg_kind="result", collect=0)
    assert due_of(desk, code)[said] == 0, "the one who took it in has said so"


def wanted_of(desk, code):
    """What the citizen is asked for with each envelope; where the courier looks it says the same."""
    found = {leg["item_code"]: (leg["collect"], leg["reclaim"]) for leg in desk.dossier(code)["legs"]}
    for item, wanted in found.items():
        reply = desk.world.person("courier").request("GET", f"{desk.hosod.url}/v1/items/{item}/next")
        assert (reply.json()["collect"], reply.json()["reclaim"]) == wanted
    return found


def test_papers_to_reclaim_go_with_the_result(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép",
             reclaim=" Giấy phép cũ \n\nSổ hộ khẩu\nGiấy phép cũ")
    first, second, said = new_item(), new_item(), new_item()
    desk.take("courier", "accepted", first, dossier_code=code, leg_kind="result")
    assert wanted_of(desk, code)[first] == (0, ["Giấy phép cũ", "Sổ hộ khẩu"])
    desk.take("courier", "accepted", second, dossier_code=code, leg_kind="result")
    assert wanted_of(desk, code)[second] == (0, []), "the other half of it, in an envelope of its own"
    refused = desk.scan("courier", "delivered", first, **TO_CITIZEN)
    assert (refused["verdict"], refused["why"]) == ("refused", "reclaim_open"), refused
    desk.take("courier", "delivered", first, **TO_CITIZEN, reclaimed=[
        {"name": "Giấy phép cũ", "state": "taken"}, {"name": "Sổ hộ khẩu", "state": "lost"}])
    desk.take("courier", "delivered", second, **TO_CITIZEN)
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Bản sao", reclaim="Thẻ cũ")
    desk.take("courier", "accepted", said, dossier_code=code, leg_kind="result", reclaim=["Thẻ khác"])
    assert wanted_of(desk, code)[said] == (0, ["Thẻ khác"]), "the one who took it in has said so"


@pytest.mark.parametrize("reclaim", ["x" * 201, "\n".join(f"Giấy {n}" for n in range(11)), " \n "])
def test_papers_that_no_item_could_carry_are_refused(desk, reclaim):
    _, code = desk.submitted()
    assert desk.refuse("officer", code, "result_ready", "bad_member", 422, result_kind="Giấy phép",
                       reclaim=reclaim)["member"] == "reclaim"
    assert desk.dossier(code)["status"] == "received"


def test_a_result_announced_when_its_envelope_is_under_way_reaches_it(desk):
    _, code = desk.submitted()
    item, wrong = new_item(), uuid7()
    desk.take("courier", "accepted", item, dossier_code=code, leg_kind="result")
    assert wanted_of(desk, code)[item] == (0, [])
    desk.step("officer", code, "result_ready", event_id=wrong, result_kind="Giấy phép", collect=99000, reclaim="Sổ")
    assert wanted_of(desk, code)[item] == (99000, ["Sổ"])
    desk.say("officer", code, "void", "result_with_post", target=wrong, void_reason="incorrect_data")
    assert wanted_of(desk, code)[item] == (0, []), "what was taken back is asked of nobody"
    desk.say("officer", code, "result_ready", "result_with_post", result_kind="Giấy phép", collect=8000, reclaim="Thẻ cũ")
    assert wanted_of(desk, code)[item] == (8000, ["Thẻ cũ"])
    refused = desk.scan("courier", "delivered", item, **TO_CITIZEN)
    assert (refused["verdict"], refused["why"]) == ("refused", "collect_differs"), refused
    desk.take("courier", "delivered", item, **TO_CITIZEN, collected=8000, reclaimed=[{"name": "Thẻ cũ", "state": "taken"}])


def test_what_the_clerk_gave_an_envelope_stays(desk):
    _, code = desk.submitted()
    item = new_item()
    desk.take("clerk", "accepted", item, dossier_code=code, leg_kind="result", collect=5000, reclaim=["Thẻ A"])
    desk.say("officer", code, "result_ready", "result_with_post", result_kind="Giấy phép", collect=7000, reclaim="Thẻ B")
    assert wanted_of(desk, code)[item] == (5000, ["Thẻ A"])


def test_a_courier_who_was_there_before_the_agency_said_so_is_right(desk):
    _, code = desk.submitted()
    item = new_item()
    desk.take("courier", "accepted", item, dossier_code=code, leg_kind="result")
    handed_over = scan("delivered", item, desk.now(), **TO_CITIZEN)  # without a network
    desk.say("officer", code, "result_ready", "result_with_post", result_kind="Giấy phép", collect=8000, reclaim="Thẻ cũ")
    (result,) = desk.world.person("courier").request("POST", desk.hosod.url + "/v1/scans", [handed_over]).json()
    assert result["verdict"] in ("recorded", "late"), result
    assert desk.dossier(code)["legs"][-1]["state"] == "delivered"
