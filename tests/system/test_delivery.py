"""Handing over to a citizen, and not being able to: what must be shown, what comes next, and its way back."""

import datetime
import time

import pytest

from lib.api import scan, uuid7
from lib.hosod import Hosod
from lib.office import Office, at, workday
from lib.oracle import Oracle
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, TO_CITIZEN, new_item

PROOF = "5e" * 32


@pytest.fixture(scope="module")
def office(contract):
    portal = PortalSim(()).start()
    with Standalone() as running:
        made = Office(running, contract, portal)
        yield made
        damage = Oracle(running).damage()
        made.close()
        portal.close()
        damage.must_be_none()


# -- what must be shown


@pytest.mark.parametrize("why, due, said", [
    ("collect_differs", {"collect": 30000}, {}),
    ("collect_differs", {"collect": 30000}, {"collected": 20000}),
    ("collect_differs", {}, {"collected": 20000}),
    (None, {"collect": 30000}, {"collected": 30000, "payment": "cash"}),
    (None, {"collect": 30000}, {"collected": 0, "note": "đã chuyển khoản cho cơ quan"}),
    ("reclaim_open", {"reclaim": ["Giấy phép cũ"]}, {}),
    ("reclaim_open", {"reclaim": ["Giấy phép cũ", "Sổ"]}, {"reclaimed": [{"name": "Sổ", "state": "taken"}]}),
    (None, {"reclaim": ["Giấy phép cũ", "Sổ"]},
     {"reclaimed": [{"name": "Sổ", "state": "taken"}, {"name": "Giấy phép cũ", "state": "lost"}]}),
    (None, {"reclaim": ["Giấy phép cũ"]}, {"reclaimed": "đã thu giấy phép cũ"}),
    (None, {}, {"relation": "other", "authorisation": "UQ-7", "contact": "door"}),
])
def test_what_is_due_is_shown_or_the_rule_is_named(office, why, due, said):
    item = office.out(**due)
    result = office.deliver(item, **said)
    if why:
        assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", why, "out_for_delivery")
        assert result["detail"]
        # The same by somebody who brings what was missing.
        repaired = {"note": "đã làm rõ", "reclaimed": [{"name": name, "state": "taken"} for name in due.get("reclaim", [])]}
        repaired = {name: value for name, value in {**said, **repaired}.items() if value}
        assert office.deliver(item, occurred_at=at(0, 10), **repaired)["leg_state"] == "delivered"
    else:
        assert (result["verdict"], result["leg_state"]) == ("recorded", "delivered")


def test_a_scan_that_says_too_little_is_not_recorded_at_all(office):
    item = office.out()
    result = office.deliver(item, relation="other")
    assert (result["error"], result["member"]) == ("no_authorisation", "authorisation")
    (result,) = office.send("courier", scan("arrived", item, at(0, 9), position={"lat": 10, "lon": 107}))
    assert (result["error"], result["member"]) == ("unknown_member", "position")
    assert office.leg(item)["state"] == "out_for_delivery"


def test_an_office_may_ask_for_a_proof_of_each_delivery(office):
    item, another = office.out(), office.out()
    with Hosod(office.running, [office.pin_key, "office.proof_required=true"]) as strict:
        courier, chief = office.person("courier", strict.url), office.person("chief", strict.url)
        (bare,) = courier.send(scan("delivered", item, at(0, 9), **TO_CITIZEN)).json()
        assert (bare["verdict"], bare["why"]) == ("refused", "proof_needed")
        (proven,) = courier.send(scan("delivered", item, at(0, 9, 5), signature=PROOF, **TO_CITIZEN)).json()
        assert proven["leg_state"] == "delivered"
        # A supervisor who says why; and an agency signs its minutes.
        (told,) = chief.send(scan("delivered", another, at(0, 9), note="ký trên sổ", **TO_CITIZEN)).json()
        assert told["leg_state"] == "delivered"
        there = new_item()
        for result in courier.send(
                scan("accepted", there, at(0, 8), **FIRST_LEG), scan("delivered", there, at(0, 9), **TO_AGENCY)).json():
            assert result["verdict"] == "recorded", result


def test_where_the_courier_stood_is_known_to_some_hundred_metres(office):
    item = office.out()
    made = scan("delivered", item, at(0, 9), position={"lat": 10.3459871234, "lon": 107.0842468, "accuracy_m": 4.5},
                **TO_CITIZEN)
    office.take("courier", made)
    kept = office.data(made["event_id"])
    assert '"position":{"accuracy_m":100,"lat":"10.346","lon":"107.084"}' in kept
    everything = office.running.sql("SELECT string_agg(t::text, ' ') FROM (SELECT data FROM event WHERE item_code = %s"
                                    " UNION ALL SELECT line FROM outbox WHERE item_code = %s) t", item, item)[0][0]
    assert "10.3459" not in everything and "107.0842" not in everything
    # What is hashed is what is kept: a finer position of the same place is the same scan.
    (again,) = office.send("courier", {**made, "data": {**made["data"], "position": {
        "lat": 10.346, "lon": 107.0841, "accuracy_m": 100}}})
    assert again["replayed"] and again["verdict"] == "recorded"


# -- the PIN


def make_pin(office, item, login="clerk", request=None, **options):
    return office.person(login).post(f"/v1/items/{item}/pin", {"request_id": request or uuid7()}, **options)


def wrong(pin, number=1):
    return f"{(int(pin) + number) % 1_000_000:06d}"


def test_an_item_with_a_pin_is_delivered_against_it(office):
    item = office.out()
    request = uuid7()
    reply = make_pin(office, item, request=request)
    assert reply.status_code == 200, reply.text
    pin = reply.json()["pin"]
    assert make_pin(office, item, request=request).json()["pin"] == pin
    assert office.next(item)["pin"] == "needed" and office.leg(item)["pin"] == "needed"
    assert office.deliver(item)["why"] == "pin_needed"
    assert office.deliver(item, pin=wrong(pin))["why"] == "pin_wrong"
    made = scan("delivered", item, at(0, 10), pin=pin, **TO_CITIZEN)
    (result,) = office.take("courier", made)
    assert result["leg_state"] == "delivered"
    # The same again is the same; another PIN under the same id is another content.
    (again,) = office.send("courier", made)
    assert again["replayed"] and again["verdict"] == "recorded"
    (other,) = office.send("courier", {**made, "data": {**made["data"], "pin": wrong(pin)}})
    assert other["error"] == "key_reuse"
    kept = office.running.sql(
        "SELECT string_agg(t::text, ' ') FROM (SELECT data::text FROM event WHERE item_code = %s UNION ALL"
        " SELECT line::text FROM outbox WHERE item_code = %s UNION ALL SELECT detail FROM audit WHERE subject = %s) t",
        item, item, item)[0][0]
    assert f'"{pin}"' not in kept and f'"{wrong(pin)}"' not in kept
    assert pin not in office.hosod.text() and '"pin"' not in office.hosod.text()


def test_five_wrong_tries_lock_it_and_a_new_pin_opens_it(office):
    item = office.out()
    pin = make_pin(office, item).json()["pin"]
    wrongs = [scan("delivered", item, at(0, 9, n), pin=wrong(pin, n + 1), **TO_CITIZEN) for n in range(5)]
    assert [result["why"] for result in office.send("courier", *wrongs)] == ["pin_wrong"] * 5
    assert [result["why"] for result in office.send("courier", *wrongs)] == ["pin_wrong"] * 5  # not tries again
    assert office.deliver(item, pin=pin, occurred_at=at(0, 10))["why"] == "pin_locked"
    assert office.next(item)["pin"] == "locked"
    new = make_pin(office, item).json()["pin"]
    assert office.deliver(item, pin=new, occurred_at=at(0, 11))["leg_state"] == "delivered"


def test_the_same_wrong_scan_again_is_no_second_try(office):
    item = office.out()
    pin = make_pin(office, item).json()["pin"]
    made = scan("delivered", item, at(0, 9), pin=wrong(pin), **TO_CITIZEN)
    for _ in range(6):
        assert office.send("courier", made)[0]["why"] == "pin_wrong"
    assert office.running.sql("SELECT pin_wrong FROM leg_care c JOIN leg l ON l.id = c.leg_id WHERE item_code = %s",
                              item) == [(1,)]
    assert office.deliver(item, pin=pin, occurred_at=at(0, 10))["leg_state"] == "delivered"


def test_a_pin_that_was_typed_offline_is_judged_when_it_arrives(office):
    item = office.out(day=4)
    pin = make_pin(office, item).json()["pin"]
    late = scan("delivered", item, at(3, 9), event_id=uuid7(), pin=wrong(pin), **TO_CITIZEN)
    office.take("clerk", scan("note", item, at(2, 8), note="chờ bưu tá về"))
    (result,) = office.send("courier", late)
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", "pin_wrong", "out_for_delivery")
    on_desk = office.person("chief").get("/v1/exceptions", params={"limit": 200}).json()["items"]
    assert late["event_id"] in [row["id"] for row in on_desk]
    # Nobody types what nobody knows: a supervisor answers for it in words.
    assert office.deliver(item, login="chief", note="đã gọi xác nhận")["leg_state"] == "delivered"


def test_who_may_have_a_pin_made_and_for_what(office):
    item = office.out()
    assert make_pin(office, item, "courier").status_code == 403
    assert make_pin(office, item, "clerk2").status_code == 404
    assert make_pin(office, new_item()).status_code == 404
    assert make_pin(office, item, request=uuid7(0), valid=True).status_code == 422
    there = new_item()
    office.take("clerk", scan("accepted", there, at(0, 8), **FIRST_LEG))
    assert make_pin(office, there).json()["error"] == "wrong_state"
    assert make_pin(office, item).status_code == 200
    an_hour_ago = uuid7(int(time.time() * 1000) - 3_600_000)
    assert make_pin(office, item, request=an_hour_ago).json()["error"] == "conflict"
    assert office.running.sql("SELECT count(*) FROM audit WHERE action = 'pin' AND subject = %s", item) == [(1,)]
    with Hosod(office.running) as without:
        clerk = office.person("clerk", without.url)
        assert clerk.post(f"/v1/items/{item}/pin", {"request_id": uuid7()}).json()["error"] == "pin_off"
        (result,) = clerk.send(scan("delivered", item, at(0, 9), pin="123456", **TO_CITIZEN)).json()
        assert (result["error"], result["member"]) == ("pin_off", "pin")


# -- what did not succeed


@pytest.mark.parametrize("why, reason, data", [
    ("reason_uninvited", "A4", {}),
    ("reason_agency_only", "B7", {}),
    ("reason_agency_only", "B8", {}),
    ("next_on_past", "B1", {"next_on": workday(3).isoformat()}),
    ("next_on_holiday", "B1", {"next_on": (workday(0) + datetime.timedelta(days=12 - workday(0).weekday())).isoformat()}),
    ("next_on_holiday", "B1", {"next_on": workday(-3).isoformat()}),
    (None, "B1", {"next_on": workday(-2).isoformat()}),
])
def test_a_reason_and_its_day_must_be_possible(office, why, reason, data):
    office.running.sql("INSERT INTO calendar_day VALUES (%s, false, 'ngày nghỉ') ON CONFLICT DO NOTHING", workday(-3))
    item = office.out(day=1)
    result = office.fail(item, 1, reason, **data)
    if why:
        assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", why, "out_for_delivery")
        assert "next" not in result or result["next"]["action"] == "deliver"
    else:
        assert (result["verdict"], result["leg_state"]) == ("recorded", "attempt_failed")
        assert result["next"] == {"action": "deliver_again", "from_on": data["next_on"], "until_on": data["next_on"]}
        assert office.next(item)["next_on"] == data["next_on"]


def test_an_agency_that_was_closed_is_a_reason_on_the_way_to_it(office):
    item = new_item()
    office.take("clerk", scan("accepted", item, at(1, 8), **FIRST_LEG), scan("out_for_delivery", item, at(1, 8, 1)))
    result = office.fail(item, 1, "B7")
    assert (result["verdict"], result["next"]["action"]) == ("recorded", "deliver_again")


def test_two_invitations_two_working_days_apart_and_then_back(office):
    item = office.out(day=9)
    result = office.fail(item, 9, "A3")
    assert result["next"]["action"] == "invite"
    early = office.send("chief", scan("returning", item, at(9, 11), reason="A3"))[0]
    assert (early["why"], early["next"]["action"]) == ("return_uninvited", "return")
    office.take("clerk", scan("invited", item, at(8, 9), channel="giấy mời", due_on=workday(5).isoformat()))
    once = office.send("chief", scan("returning", item, at(8, 11), reason="A3"))[0]
    assert once["why"] == "return_invited_once" and office.next(item)["return"]["why"] == "return_invited_once"
    too_near = office.send("clerk", scan("invited", item, at(7, 9)))[0]
    assert (too_near["verdict"], too_near["why"]) == ("refused", "invited_early")
    assert too_near["next"]["action"] == "invite" and too_near["next"]["from_on"] >= workday(6).isoformat()
    twice = office.take("clerk", scan("invited", item, at(6, 9), channel="điện thoại"))[0]
    assert twice["next"]["action"] == "return"
    assert office.next(item)["return"]["allowed"] and office.next(item)["invitations"] == 2
    office.take("courier", scan("delivery_failed", item, at(5, 9), reason="A4"))
    back = office.take("chief", scan("returning", item, at(4, 9), reason="A4"))[0]
    assert back["leg_state"] == "returning" and back["next"]["action"] == "hand_back"
    office.take("clerk", scan("returned", item, at(3, 9), **TO_AGENCY))
    assert office.next(item)["steps"] == []


def test_a_holiday_between_two_invitations_is_no_working_day(office):
    item = office.out(day=30)
    office.running.sql("INSERT INTO calendar_day VALUES (%s, false, 'ngày nghỉ riêng') ON CONFLICT DO NOTHING", workday(28))
    office.fail(item, 30, "A3")
    office.take("clerk", scan("invited", item, at(29, 9)))
    assert office.send("clerk", scan("invited", item, at(27, 9)))[0]["why"] == "invited_early"
    office.take("clerk", scan("invited", item, at(26, 9)))
    office.running.sql("DELETE FROM calendar_day WHERE day = %s", workday(28))


def test_what_comes_next_is_told_only_to_who_sees_the_item(office):
    item = office.out()
    assert office.next(item)["steps"][0]["action"] == "deliver"
    assert office.person("clerk2").get(f"/v1/items/{item}/next").status_code == 404
    assert office.person("officer").get(f"/v1/items/{item}/next").status_code == 200
    assert office.person("clerk").get(f"/v1/items/{new_item()}/next").status_code == 404
    looks = office.running.sql("SELECT count(*) FROM view_log v JOIN leg l ON l.dossier_id = v.dossier_id"
                               " WHERE v.what = 'next' AND l.item_code = %s", item)
    assert looks == [(2,)]


# -- undone, and elsewhere


def test_an_undone_delivery_reopens_the_item_and_the_portal_is_told(office):
    item = office.out()
    made = scan("delivered", item, signature=PROOF, **TO_CITIZEN)
    office.take("courier", made)
    stranger = office.send("clerk", scan("void", item, target=made["event_id"], void_reason="did_not_occur"))[0]
    assert (stranger["verdict"], stranger["why"]) == ("refused", "wrong_role")
    undone = office.take("courier", scan("void", item, target=made["event_id"], void_reason="did_not_occur"))[0]
    assert undone["leg_state"] == "out_for_delivery"
    lines = office.running.sql("SELECT kind FROM outbox WHERE item_code = %s ORDER BY dseq", item)
    assert [kind for (kind,) in lines][-2:] == ["delivered", "void"]
    old = office.out(day=2)
    delivered = scan("delivered", old, at(2, 9), **TO_CITIZEN)
    office.take("courier", delivered)
    late = office.send("courier", scan("void", old, target=delivered["event_id"], void_reason="incorrect_data"))[0]
    assert late["why"] == "wrong_role"
    assert office.take("chief", scan("void", old, target=delivered["event_id"], void_reason="incorrect_data"))[0][
        "leg_state"] == "out_for_delivery"
    assert office.deliver(old)["leg_state"] == "delivered"
    assert office.running.sql("SELECT count(*) FROM proof_use WHERE event_id = %s", made["event_id"]) == [(1,)]


def test_a_redirected_item_goes_to_somebody_else_until_that_is_undone(office):
    item = office.out()
    assert office.leg(item)["redirected_to"] is None
    first, second = ({"name": name, "phone": "0987654321", "address": "9 Trần Phú"} for name in ("Lê Một", "Lê Hai"))
    office.take("clerk", scan("redirected", item, at(0, 8, 10), receiver=first, requester="Người nhận", next_office="KT2"))
    office.take("clerk", scan("redirected", item, at(0, 8, 20), receiver=second, requester="Người nhận"))
    assert office.leg(item)["redirected_to"] == second
    assert office.leg(item, "clerk2")["redirected_to"] == second  # it is going to their office
    assert office.leg(item, "officer")["redirected_to"]["phone"] == "******4321"
    (target,) = office.running.sql("SELECT id::text FROM event WHERE item_code = %s AND kind = 'redirected'"
                                   " ORDER BY dseq DESC LIMIT 1", item)[0]
    office.take("chief", scan("void", item, target=target, void_reason="incorrect_data"))
    assert office.leg(item)["redirected_to"] == first
