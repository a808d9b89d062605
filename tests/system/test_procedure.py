"""
The whole postal procedure through the API: every leg kind and every event of a leg, the agency's own steps between
them, and the portal's log line by line against what is written down here.
"""

from concurrent.futures import ThreadPoolExecutor, TimeoutError

import pytest

from lib import wait
from lib.api import rfc3339, scan, uuid7
from lib.desk import Desk
from lib.oracle import Oracle
from lib.world import FIRST_LEG, TO_AGENCY, TO_CITIZEN, new_dossier_code, new_item

CITIZEN = {"name": "Phạm Thị Chờ", "phone": "0912000111", "address": "3 Trần Phú"}


@pytest.fixture(scope="module")
def desk(contract):
    made = Desk(contract)
    yield made
    made.close()


# (who, event, more data, the leg's state after it, what the portal reads, or None: it does not hear of it)
SUBMIT = [
    ("clerk", "requested", "window", "requested", None),
    ("clerk", "assigned", {"courier": "courier"}, "assigned", None),
    ("courier", "pickup_failed", {"reason": "B1"}, "pickup_failed", None),
    ("clerk", "assigned", {"courier": "courier"}, "assigned", None),
    ("courier", "accepted", FIRST_LEG, "accepted", "Bưu điện đã nhận hồ sơ từ người gửi"),
    ("clerk", "fee", {"money_kind": "fee", "amount": 8000, "direction": "in", "receipt": "BL-1"}, "accepted", None),
    ("clerk", "dispatched", {"next_office": "KT2", "bag": "T-1"}, "in_transit", "Bưu điện đang vận chuyển hồ sơ"),
    ("courier", "damaged", {"note": "ướt mép", "minutes": "BB-H"}, "in_transit",
     "Bao bì hồ sơ bị hư hỏng, bưu điện đã đóng gói lại"),
    ("clerk2", "arrived", {}, "arrived", "Bưu điện đã chuyển hồ sơ đến bưu cục"),
    ("chief", "lost", {"note": "không thấy trong túi"}, "lost", "Bưu điện báo thất lạc hồ sơ"),
    ("chief", "found", {}, "arrived", "Bưu điện đã tìm thấy hồ sơ"),
    ("clerk2", "redirected", {"receiver": {"name": "Bộ phận Một cửa mới"}, "requester": "Nguyễn Văn An"}, "arrived",
     "Bưu điện chuyển tiếp hồ sơ theo yêu cầu"),
    ("courier", "out_for_delivery", {}, "out_for_delivery", "Bưu điện đang đi giao hồ sơ cho cơ quan"),
    ("courier", "delivery_failed", {"reason": "B7"}, "attempt_failed",
     "Chưa bàn giao được hồ sơ cho cơ quan: Cơ quan ngoài giờ, không có người nhận"),
    ("clerk2", "held", {"shelf": "K1"}, "held", None),
    ("clerk2", "invited", {"channel": "điện thoại"}, "held", "Bưu điện mời cơ quan nhận hồ sơ tại bưu cục"),
    ("courier", "out_for_delivery", {}, "out_for_delivery", "Bưu điện đang đi giao hồ sơ cho cơ quan"),
    ("courier", "delivered", TO_AGENCY, "delivered", "Bưu điện đã bàn giao hồ sơ cho cơ quan: Trần Thị Bình"),
    ("clerk", "note", {"note": "đã gọi cho người gửi"}, "delivered", None),
]
TO_CITIZEN_LEG = [
    ("accepted", None, "Bưu điện đã nhận {} từ cơ quan"),
    ("out_for_delivery", {}, "Bưu điện đang đi phát {} cho người nhận"),
    ("delivered", TO_CITIZEN, "Bưu điện đã phát {} cho người nhận: Nguyễn Văn An"),
]
TO_AGENCY_LEG = [
    ("accepted", None, "Bưu điện đã nhận {} từ người gửi"),
    ("out_for_delivery", {}, "Bưu điện đang đi giao {} cho cơ quan"),
    ("delivered", TO_AGENCY, "Bưu điện đã bàn giao {} cho cơ quan: Trần Thị Bình"),
]


def walk_submit(desk, item):
    expected = []
    for who, kind, data, state, text in SUBMIT:
        if data == "window":
            data = {"sender": FIRST_LEG["sender"], "procedure": FIRST_LEG["procedure"], "window_from": rfc3339(),
                    "window_to": rfc3339(7200)}
        desk.take(who, kind, item, state, **data)
        if text:
            expected.append((item, text))
    return expected


def walk_leg(desk, code, leg_kind, content, plan, **more):
    item, expected = new_item(), []
    for kind, data, text in plan:
        data = {"dossier_code": code, "leg_kind": leg_kind, **more} if data is None else data
        desk.take("courier", kind, item, **data)
        expected.append((item, text.format(content)))
    return item, expected


def compare(desk, code, expected):
    lines = desk.told(code, len(expected))
    heard = [(line["item_code"], line["text"]) for line in lines]
    wanted = [(item, f"{text} ({item}, bước {line['dseq']})") for (item, text), line in zip(expected, lines)]
    assert heard == wanted
    assert [line["dseq"] for line in lines] == sorted(line["dseq"] for line in lines)


def test_one_dossier_through_every_leg_and_every_event(desk):
    item, code = new_item(), new_dossier_code()
    expected = walk_submit(desk, item)
    handed_over = desk.dossier(item)["events"][-2]["occurred_at"]
    assert desk.dossier(item)["status"] == "submitted" and desk.dossier(item)["submitted_at"] == handed_over
    desk.take("officer", "bound", item, dossier_code=code, received_on="2026-11-27", due_on="2026-12-10")
    assert (desk.dossier(code)["status"], desk.dossier(code)["received_on"]) == ("received", "2026-11-27")

    expected += walk_leg(desk, code, "slip", "giấy hẹn", TO_CITIZEN_LEG)[1]
    second, lines = walk_leg(desk, code, "slip", "giấy hẹn", TO_CITIZEN_LEG[:1])
    wrong = desk.take("courier", "damaged", second, note="nhầm bưu gửi")
    desk.take("chief", "void", second, target=wrong["event_id"], void_reason="incorrect_data")
    desk.take("courier", "delivered", second, **TO_CITIZEN)
    expected += lines + [(second, text) for text in (
        "Bao bì giấy hẹn bị hư hỏng, bưu điện đã đóng gói lại",
        "Đính chính: một bước của giấy hẹn ghi trước đây không đúng",
        "Bưu điện đã phát giấy hẹn cho người nhận: Nguyễn Văn An")]
    desk.say("officer", code, "supplement_asked", "supplement", content="Thiếu bản sao giấy khai sinh", number="BS-1")
    expected += walk_leg(desk, code, "supplement_out", "yêu cầu bổ sung hồ sơ", TO_CITIZEN_LEG)[1]
    supplement, lines = walk_leg(desk, code, "supplement_in", "hồ sơ bổ sung", TO_AGENCY_LEG)
    expected += lines
    found = desk.dossier(code)
    completed = [event for event in found["events"] if event["item_code"] == supplement][-1]
    assert found["status"] == "submitted" and found["submitted_at"] == completed["occurred_at"] != handed_over
    desk.say("officer", code, "bound", "received")
    inter = [(kind, data, text.replace("từ người gửi", "từ cơ quan")) for kind, data, text in TO_AGENCY_LEG]
    expected += walk_leg(desk, code, "inter", "hồ sơ liên thông", inter, agency="KT.A2")[1]
    desk.say("officer", code, "due_changed", "received", due_on="2026-12-20", number="XL-1")
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Bản sao trích lục", number="12/TL",
             collect=15000, reclaim="Giấy khai sinh cũ")

    result = new_item()
    desk.take("courier", "accepted", result, dossier_code=code, leg_kind="result")
    assert desk.dossier(code)["status"] == "result_with_post"
    desk.take("courier", "delivery_failed", result, reason="B1")
    desk.take("clerk", "invited", result)
    early = desk.scan("chief", "returning", result, reason="A4")
    assert (early["verdict"], early["why"]) == ("refused", "return_invited_once")
    desk.take("chief", "returning", result, reason="A5")
    desk.take("courier", "returned", result, **TO_AGENCY)
    expected += [(result, text) for text in (
        "Bưu điện đã nhận kết quả từ cơ quan", "Phát chưa thành công kết quả: Vắng nhà, hẹn phát lại",
        "Bưu điện mời người nhận đến bưu cục nhận kết quả",
        "Bưu điện đang chuyển hoàn kết quả cho cơ quan: Người nhận từ chối nhận",
        "Bưu điện đã hoàn trả kết quả cho cơ quan: Trần Thị Bình")]
    assert desk.dossier(code)["status"] == "result_undeliverable"

    again, lines = walk_leg(desk, code, "result", "kết quả", [
        (kind, {**data, "collected": 15000, "reclaimed": [{"name": "Giấy khai sinh cũ", "state": "taken"}]}
         if kind == "delivered" else data, text) for kind, data, text in TO_CITIZEN_LEG])
    expected += lines
    assert desk.dossier(code)["status"] == "result_delivered"
    expected += walk_leg(desk, code, "reclaim", "giấy tờ thu hồi", TO_AGENCY_LEG)[1]
    wrong = desk.take("courier", "note", again, note="nhầm")
    desk.take("chief", "void", again, target=wrong["event_id"], void_reason="did_not_occur")
    desk.say("chief", code, "closed", "closed")
    compare(desk, code, expected)

    found = desk.dossier(code)
    assert [due["due_on"] for due in found["due_history"]] == ["2026-12-10", "2026-12-20"]
    assert found["due_on"] == "2026-12-20"
    named = [(event["kind"], event["instant"]) for event in found["events"] if "instant" in event]
    assert ("delivered", "submitted") in named and ("delivery_failed", "first_attempt") in named
    assert ("bound", "received") in named and ("delivered", "result_delivered") in named
    own = [event for event in found["events"] if event["item_code"] == ""]
    assert [event["kind"] for event in own] == ["supplement_asked", "bound", "due_changed", "result_ready", "closed"]
    assert [event["leg_state"] for event in own][-1] == "closed"
    assert {leg["kind"] for leg in found["legs"]} == {
        "submit", "slip", "supplement_out", "supplement_in", "inter", "result", "reclaim"}


def test_a_dossier_that_the_agency_declines(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "declined", "refused", number="TC-9", content="Không thuộc thẩm quyền")
    refused, lines = walk_leg(desk, code, "refused", "hồ sơ không được tiếp nhận", TO_CITIZEN_LEG)
    assert [text for _, text in lines] == [
        "Bưu điện đã nhận hồ sơ không được tiếp nhận từ cơ quan",
        "Bưu điện đang đi phát hồ sơ không được tiếp nhận cho người nhận",
        "Bưu điện đã phát hồ sơ không được tiếp nhận cho người nhận: Nguyễn Văn An"]
    heard = desk.told(code, 5)
    assert [line["text"] for line in heard if line["item_code"] == refused] == [
        f"{text} ({refused}, bước {line['dseq']})" for (_, text), line in zip(lines, heard[-3:])]
    desk.say("chief", code, "closed", "closed")
    desk.refuse("officer", code, "result_ready", "dossier_ended", result_kind="x")


def test_an_item_is_cancelled_before_it_was_taken_in(desk):
    item = new_item()
    desk.take("clerk", "requested", item, sender=FIRST_LEG["sender"], procedure=FIRST_LEG["procedure"],
              window_from=rfc3339(), window_to=rfc3339(7200))
    desk.take("clerk", "cancelled", item, "cancelled", reason="RC")
    assert desk.dossier(item)["status"] == "draft"


# -- legs that may not open yet, or not any more


@pytest.mark.parametrize("leg_kind, why", [
    ("supplement_in", "supplement_not_asked"), ("reclaim", "no_result"), ("inter", "same_agency")])
def test_a_leg_that_is_not_due_is_recorded_as_refused_and_says_why(desk, leg_kind, why):
    _, code = desk.submitted()
    result = desk.scan("clerk", "accepted", new_item(), dossier_code=code, leg_kind=leg_kind)
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", why, "new"), result
    assert result["detail"]


def test_after_the_result_nothing_is_submitted_any_more(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép")
    for leg_kind, why in (("slip", "result_is_out"), ("supplement_in", "result_is_out"), ("supplement_out", "result_is_out")):
        result = desk.scan("clerk", "accepted", new_item(), dossier_code=code, leg_kind=leg_kind)
        assert (result["verdict"], result["why"]) == ("refused", why), result
    assert desk.dossier(code)["status"] == "result_ready"


def test_inter_needs_another_agency_of_the_catalogue(desk):
    _, code = desk.submitted()
    for agency, why in (("KT.A1", "same_agency"), ("NOBODY", "unknown_agency")):
        result = desk.scan("clerk", "accepted", new_item(), dossier_code=code, leg_kind="inter", agency=agency)
        assert (result["verdict"], result["why"]) == ("refused", why), result


def test_a_void_of_the_delivery_takes_the_submission_back(desk):
    item = new_item()
    desk.take("clerk", "accepted", item, **FIRST_LEG)
    delivery = desk.take("courier", "delivered", item, **TO_AGENCY)
    assert desk.dossier(item)["status"] == "submitted"
    desk.take("chief", "void", item, target=delivery["event_id"], void_reason="did_not_occur")
    found = desk.dossier(item)
    assert (found["status"], found["submitted_at"]) == ("with_post", None)
    again = desk.take("courier", "delivered", item, **TO_AGENCY)
    assert desk.dossier(item)["submitted_at"] == again["sent"]["occurred_at"]


def test_a_void_of_the_binding_takes_its_dates_back(desk):
    item, code = new_item(), new_dossier_code()
    desk.take("clerk", "accepted", item, **FIRST_LEG)
    desk.take("courier", "delivered", item, **TO_AGENCY)
    wrong = desk.take("officer", "bound", item, dossier_code=code, due_on="2027-01-01", received_on="2026-11-01")
    desk.take("chief", "void", item, target=wrong["event_id"], void_reason="incorrect_data")
    found = desk.dossier(code)
    assert (found["status"], found["due_on"], found["received_on"]) == ("submitted", None, None)


# -- the agency's rules


def test_the_due_date_is_put_off_once_unless_a_supervisor_says_why(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "due_changed", "received", due_on="2026-12-15")
    problem = desk.refuse("officer", code, "due_changed", "due_changed_once", due_on="2026-12-25")
    assert "Điều 19.9" in problem["detail"]
    desk.refuse("officer", code, "due_changed", "due_changed_once", due_on="2026-12-25", note="vì bận")
    desk.refuse("chief", code, "due_changed", "due_changed_once", due_on="2026-12-25")
    assert desk.dossier(code)["due_on"] == "2026-12-15"
    desk.say("chief", code, "due_changed", "received", due_on="2026-12-25", note="bão số 9, cơ quan mất điện")
    assert [due["due_on"] for due in desk.dossier(code)["due_history"]] == ["2026-12-10", "2026-12-15", "2026-12-25"]


def test_a_supplement_is_asked_for_once(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "supplement_asked", "supplement", content="Thiếu đơn")
    problem = desk.refuse("officer", code, "supplement_asked", "supplement_once", content="Thiếu ảnh")
    assert "Điều 19.4" in problem["detail"]
    desk.refuse("officer", code, "supplement_asked", "missing_data", 422)


def test_a_withdrawal_needs_the_senders_slip_or_the_agency(desk):
    _, code = desk.submitted()
    problem = desk.refuse("chief", code, "withdrawn", "missing_data", 422)
    assert problem["member"] == "slip"
    desk.say("chief", code, "withdrawn", "withdrawn", slip="PG-77")
    _, code = desk.submitted()
    desk.say("officer", code, "withdrawn", "withdrawn")
    desk.refuse("officer", code, "declined", "dossier_ended", number="1")


def test_nothing_is_closed_while_something_is_under_way(desk):
    _, code = desk.submitted()
    desk.refuse("chief", code, "closed", "dossier_open")
    item = new_item()
    desk.take("courier", "accepted", item, dossier_code=code, leg_kind="refused")
    desk.refuse("chief", code, "closed", "legs_open")
    desk.take("courier", "delivered", item, **TO_CITIZEN)
    desk.refuse("officer", code, "closed", "wrong_role", 403)
    desk.say("chief", code, "closed", "closed")
    result = desk.scan("clerk", "accepted", new_item(), dossier_code=code, leg_kind="result")
    assert (result["verdict"], result["why"]) == ("refused", "dossier_ended")


def test_a_sent_dossier_of_service_one_is_closed_at_the_agency(desk):
    _, code = desk.submitted(service=1)
    desk.say("chief", code, "closed", "closed")


def test_the_same_step_again_is_answered_the_same_and_other_content_is_refused(desk):
    _, code = desk.submitted()
    event_id, at = uuid7(), desk.now()
    first = desk.step("officer", code, "result_ready", event_id=event_id, at=at, result_kind="Giấy phép").json()
    desk.take("courier", "accepted", new_item(), dossier_code=code, leg_kind="result")
    again = desk.step("officer", code, "result_ready", event_id=event_id, at=at, result_kind="Giấy phép")
    assert again.status_code == 200 and again.json() == {**first, "replayed": True}
    other = desk.step("officer", code, "result_ready", event_id=event_id, at=at, result_kind="Khác")
    assert (other.status_code, other.json()["error"]) == (422, "key_reuse")
    used_by_a_scan = scan("note", new_item(), at, event_id=event_id, note="x")
    reply = desk.world.person("officer").request("POST", desk.hosod.url + "/v1/scans", [used_by_a_scan])
    assert reply.json()[0]["error"] in ("key_reuse", "not_found")
    told = [event["kind"] for event in desk.dossier(code)["events"]]
    assert told.count("result_ready") == 1


def test_what_is_so_already_is_a_duplicate(desk):
    _, code = desk.submitted()
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép")
    reply = desk.step("chief", code, "result_ready", result_kind="Giấy phép")
    assert (reply.status_code, reply.json()["verdict"]) == (200, "duplicate")


def test_an_officer_undoes_a_wrong_step_within_the_grace_time(desk):
    _, code = desk.submitted()
    wrong = desk.say("officer", code, "declined", "refused", number="TC-1")
    desk.refuse("officer2", code, "void", "not_found", 404, target=wrong["event_id"], void_reason="incorrect_data")
    desk.say("officer", code, "void", "received", target=wrong["event_id"], void_reason="incorrect_data")
    desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép")


def test_a_late_step_goes_where_it_belongs(desk):
    _, code = desk.submitted()
    before = desk.now()
    desk.take("courier", "accepted", new_item(), dossier_code=code, leg_kind="result")
    reply = desk.step("officer", code, "result_ready", at=before, result_kind="Giấy phép")
    assert (reply.json()["verdict"], reply.json()["status"]) == ("late", "result_with_post")
    assert desk.dossier(code)["result_ready_at"] == before


def test_a_dossier_that_others_have_in_hand_is_waited_for(desk):
    """Not known to be there is another thing than not there."""
    _, code = desk.submitted()
    unknown = {"procedure": "1.000001", "receiver": CITIZEN}
    with ThreadPoolExecutor() as pool, desk.running.connect() as other:
        other.autocommit = False
        other.execute("SELECT FROM dossier WHERE code = %s FOR UPDATE", [code])
        reply = pool.submit(desk.step, "officer", code, "result_ready", result_kind="Giấy phép", **unknown)
        with pytest.raises(TimeoutError):
            reply.result(timeout=0.5)
        other.rollback()
        assert reply.result(timeout=15).json()["verdict"] == "recorded"
    assert [leg["kind"] for leg in desk.dossier(code)["legs"]] == ["submit"]


# -- who may


@pytest.mark.parametrize("login, status, error", [
    ("clerk", 403, "forbidden"), ("courier", 403, "forbidden"), ("officer2", 404, "not_found")])
def test_others_may_not(desk, login, status, error):
    _, code = desk.submitted()
    desk.refuse(login, code, "result_ready", error, status, result_kind="x")
    assert desk.dossier(code)["status"] == "received"


BAD_STEPS = [
    ({"kind": "accepted"}, 422, "unknown_kind", "kind"), ({"kind": "hát"}, 422, "unknown_kind", "kind"),
    ({"event_id": "7"}, 422, "bad_event_id", "event_id"), ({"occurred_at": "hôm qua"}, 422, "bad_member", "occurred_at"),
    ({"occurred_at": rfc3339(3600)}, 422, "event_in_future", None),
    ({"data": {}}, 422, "missing_data", "result_kind"), ({"data": {"result_kind": "x", "lạ": 1}}, 422, "unknown_member", "data"),
    ({"data": {"result_kind": "x", "collect": -1}}, 422, "bad_member", "collect"),
    ({"data": {"result_kind": "x", "due_on": "2026-12-01"}}, 422, "unknown_member", "due_on"),
    ({"data": {"result_kind": "x" * 201}}, 422, "bad_member", "result_kind"), ({"more": 1}, 422, "unknown_member", None),
    ({"data": {"result_kind": "x", "receiver": {"name": "A", "phone": "12"}}}, 422, "bad_member", "receiver")]


@pytest.mark.parametrize("change, status, error, member", BAD_STEPS, ids=range(len(BAD_STEPS)))
def test_a_bad_step_says_where(desk, change, status, error, member):
    body = {"event_id": uuid7(), "kind": "result_ready", "occurred_at": rfc3339(), "data": {"result_kind": "x"}, **change}
    url = f"{desk.hosod.url}/v1/dossiers/{new_dossier_code()}/steps"
    reply = desk.world.person("officer").request("POST", url, body, valid=False)
    assert (reply.status_code, reply.json()["error"], reply.json().get("member")) == (status, error, member), reply.text


# -- a dossier that the post has never seen


def test_a_result_for_a_dossier_that_the_post_never_saw(desk):
    code = new_dossier_code()
    desk.refuse("officer", code, "result_ready", "unknown_dossier", 404, result_kind="Giấy phép")
    desk.refuse("officer", code, "declined", "unknown_dossier", 404, number="1")
    desk.refuse("officer", code, "result_ready", "unknown_procedure", 422, result_kind="x", procedure="9.9", receiver=CITIZEN)
    made = desk.say("officer", code, "result_ready", "result_ready", result_kind="Giấy phép", procedure="1.000001",
                    receiver=CITIZEN)
    assert made["dseq"] == 1
    found = desk.dossier(code, "clerk")
    assert (found["status"], found["service"], found["legs"], found["receiver"]["name"]) == (
        "result_ready", 2, [], CITIZEN["name"])
    assert desk.dossier(code, "officer")["events"][0]["data"]["receiver"]["phone"] == "******0111"
    reply = desk.world.person("officer2").request("GET", f"{desk.hosod.url}/v1/dossiers/{code}")
    assert reply.status_code == 404

    item = new_item()
    desk.take("courier", "accepted", item, dossier_code=code, leg_kind="result")
    desk.take("courier", "delivered", item, **TO_CITIZEN)
    assert desk.dossier(code)["status"] == "result_delivered"
    compare(desk, code, [(item, "Bưu điện đã nhận kết quả từ cơ quan"),
                         (item, "Bưu điện đã phát kết quả cho người nhận: Nguyễn Văn An")])
    assert desk.told(code, 2)[0]["dseq"] == 2


def test_whatever_happened_the_database_is_whole(desk):
    """Last: the chains, the states and the lines of all that was done above."""
    wait.until(lambda: desk.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'")[0][0] == 0, 30, "the outbox")
    Oracle(desk.running).check(applied=desk.portal.applied())
