"""Visits by appointment: who may what, windows and seats, items, what is scanned at the door, the courier's day."""

import datetime
import threading

import pytest

from lib.api import Api, rfc3339, scan, uuid7
from lib.client import hoso, json_lines
from lib.hosod import Hosod
from lib.standalone import Standalone
from lib.world import FIRST_LEG, PROCEDURE, World, new_dossier_code, new_item, result_life, submit_life

ZONE = datetime.timezone(datetime.timedelta(hours=7))
PERSON = {"name": "Trần Thị Bé", "phone": "+84 912 345 678", "address": "5 Trần Phú, Đồng Hới"}
HOURS = [{"day": day, "from": "07:30", "to": "17:00", "capacity": 2} for day in range(1, 6)]
HOURS += [{"day": day, "from": "17:00", "to": "24:00", "capacity": 1, "out_of_hours": True} for day in range(1, 6)]
HOURS += [{"day": 6, "from": "08:00", "to": "11:00", "capacity": 1, "out_of_hours": True}]


def in_days(days, weekday=None):
    """A local day to come; on a weekday (0 Monday) at or after it."""
    day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=days)
    while weekday is not None and day.weekday() != weekday:
        day += datetime.timedelta(days=1)
    return day


def at(day, hour, minute=0):
    """RFC 3339 of a local time, in UTC as hosod answers it."""
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=ZONE) + datetime.timedelta(hours=hour, minutes=minute)
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FREE_DAYS = iter(range(2, 58))


def new_day():
    """A Monday to Friday that no test has used, at most 58 days away."""
    for days in _FREE_DAYS:
        day = in_days(days)
        if day.weekday() < 5:
            return day
    raise AssertionError("no days are left")


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        for login in ("courier2", "courier3"):
            made.hire(login, "courier", "KT1")
        made.hire("courier9", "courier", "KT2")
        for office in ("KT1", "KT2"):
            body = {"office": office, "slot_minutes": 60, "grace_minutes": 30, "hours": HOURS}
            assert made.person("chief").put("/v1/visits/hours", body).status_code == 200
        yield made
        made.close()


@pytest.fixture(scope="module")
def shared_day():
    return new_day()


def booking(day, hour=8, hours=1, **members):
    return {"id": uuid7(), "kind": "pickup", "person": PERSON, "window_from": at(day, hour),
            "window_to": at(day, hour + hours), **members}


def book(world, day, hour=8, login="clerk", **members):
    """A booked visit's id."""
    reply = world.person(login).post("/v1/visits", booking(day, hour, **members))
    assert reply.status_code == 201, reply.text
    return reply.json()["visit"]


def change(world, visit, action, login="clerk", valid=True, **members):
    body = {"id": uuid7(), "action": action, **members}
    return world.person(login).post(f"/v1/visits/{visit}/changes", body, valid=valid)


def changed(world, visit, action, login="clerk", **members):
    reply = change(world, visit, action, login, **members)
    assert reply.status_code == 200, reply.text
    return reply.json()


def show(world, visit, login="clerk"):
    reply = world.person(login).get(f"/v1/visits/{visit}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def refusal(reply, status, error, member=None):
    body = reply.json()
    assert (reply.status_code, body["error"]) == (status, error), reply.text
    assert member is None or body.get("member") == member, body
    return body


# -- one visit


def test_a_visit_is_booked_assigned_and_done_and_all_of_it_is_kept(world):
    day = new_day()
    visit = book(world, day, procedures=[PROCEDURE], note="Có chó dữ")
    changed(world, visit, "assign", courier="courier")
    for action in ("start", "arrive", "done"):
        line = changed(world, visit, action, "courier", at=rfc3339(-60))
    assert line["state"] == "done" and line["no"] == 5
    whole = show(world, visit)
    assert [line["action"] for line in whole["history"]] == ["book", "assign", "start", "arrive", "done"]
    assert whole["person"] == {"name": "Trần Thị Bé", "phone": "0912345678", "address": "5 Trần Phú, Đồng Hới"}
    assert whole["courier"]["account"] == "courier" and not whole["out_of_hours"] and not whole["missed"]
    assert whole["window_from"] == at(day, 8) and whole["office"]["code"] == "KT1"


def test_the_same_again_is_the_same_answer_and_another_thing_under_its_id_is_not(world):
    clerk = world.person("clerk")
    body = booking(new_day())
    first, second = clerk.post("/v1/visits", body), clerk.post("/v1/visits", body)
    assert first.status_code == second.status_code == 201 and first.content == second.content
    refusal(clerk.post("/v1/visits", {**body, "note": "khác"}), 422, "key_reuse", "id")
    assign = {"id": uuid7(), "action": "assign", "courier": "courier"}
    path = f"/v1/visits/{body['id']}/changes"
    first = clerk.post(path, assign)
    changed(world, body["id"], "start", "courier")
    assert clerk.post(path, assign).content == first.content
    assert show(world, body["id"])["state"] == "started"
    refusal(clerk.post(path, {**assign, "courier": "courier2"}), 422, "key_reuse", "id")
    assert world.running.sql("SELECT count(*) FROM visit WHERE id = %s", body["id"]) == [(1,)]
    assert len(show(world, body["id"])["history"]) == 3


def test_who_may_do_what(world):
    day = new_day()
    visit = book(world, day)
    for login in ("courier", "officer"):
        assert world.person(login).post("/v1/visits", booking(day)).status_code == 403
    refusal(change(world, visit, "start", "courier"), 403, "forbidden")
    changed(world, visit, "assign", courier="courier")
    refusal(change(world, visit, "start", "courier2"), 403, "forbidden")
    refusal(change(world, visit, "move", "courier", window_from=at(day, 9), window_to=at(day, 10), reason="busy",
                   wished_by="citizen"), 403, "forbidden")
    for login in ("clerk2", "courier9"):
        assert world.person(login).get(f"/v1/visits/{visit}").status_code == 404
        refusal(change(world, visit, "done", login), 404, "not_found")
    assert world.person("officer").get(f"/v1/visits/{visit}").status_code == 403
    assert show(world, visit, "chief")["state"] == "assigned"
    assert world.person("clerk").get("/v1/visits/mine").status_code == 403
    assert world.person("clerk").get("/v1/visits/board").status_code == 403
    assert world.person("clerk").put("/v1/visits/hours", {"office": "KT1", "slot_minutes": 60, "grace_minutes": 0,
                                                          "hours": []}).status_code == 403


def test_what_comes_late_from_a_telephone_does_not_move_a_visit_back(world):
    visit = book(world, new_day())
    changed(world, visit, "assign", courier="courier")
    changed(world, visit, "arrive", "courier")
    assert changed(world, visit, "start", "courier", at=rfc3339(-600))["state"] == "arrived"
    changed(world, visit, "done", "courier")
    assert changed(world, visit, "arrive", "courier")["state"] == "done"
    refusal(change(world, visit, "fail", "courier", reason="B1", cancel=True), 409, "visit_state")
    refusal(change(world, visit, "cancel", reason="busy", wished_by="citizen"), 409, "visit_state")


def test_a_cancelled_visit_gives_its_seat_and_its_courier_back(world):
    day = new_day()
    first, second = book(world, day), book(world, day)
    refusal(world.person("clerk").post("/v1/visits", booking(day)), 409, "slot_full", "window_from")
    changed(world, first, "assign", courier="courier")
    refusal(change(world, second, "assign", courier="courier"), 409, "courier_busy", "courier")
    line = changed(world, first, "cancel", reason="came_in", wished_by="citizen")
    assert (line["state"], line["reason"], line["wished_by"]) == ("cancelled", "came_in", "citizen")
    changed(world, second, "assign", courier="courier")
    book(world, day)
    refusal(change(world, second, "cancel", reason="other", wished_by="post"), 422, "missing_data", "note")
    refusal(change(world, second, "cancel", reason="B1", wished_by="post"), 422, "unknown_reason", "reason")
    refusal(change(world, second, "cancel", reason="busy", wished_by="neighbour", valid=False), 422, "bad_member",
            "wished_by")


def test_a_visit_that_fails_gets_another_window_or_is_given_up_in_the_same_act(world):
    day, later = new_day(), new_day()
    visit = book(world, day)
    changed(world, visit, "assign", courier="courier")
    refusal(change(world, visit, "fail", "courier", reason="B1"), 422, "missing_member", "window_from")
    refusal(change(world, visit, "fail", "courier", reason="OT", cancel=True), 422, "missing_data", "note")
    refusal(change(world, visit, "fail", "courier", reason="busy", cancel=True), 422, "unknown_reason", "reason")
    line = changed(world, visit, "fail", "courier", reason="B1", window_from=at(later, 9), window_to=at(later, 10),
                   courier="courier")
    assert (line["state"], line["window_from"], line["courier"]) == ("assigned", at(later, 9), "courier")
    assert show(world, visit)["attempts"] == 1
    line = changed(world, visit, "fail", "courier", reason="A2", cancel=True)
    assert line["state"] == "cancelled" and show(world, visit)["attempts"] == 2


# -- windows and seats


def test_moving_into_a_full_window_leaves_the_old_one(world):
    day, full = new_day(), new_day()
    visit = book(world, day)
    changed(world, visit, "assign", courier="courier")
    book(world, full), book(world, full)
    before = show(world, visit)
    wish = {"window_from": at(full, 8), "window_to": at(full, 9), "reason": "busy", "wished_by": "citizen"}
    body = refusal(change(world, visit, "move", **wish), 409, "slot_full")
    assert body["next"][0]["window_from"] == at(full, 7, 30) or body["next"][0]["free"] > 0
    assert show(world, visit) == before
    free = next(slot for slot in body["next"] if slot["window_from"] >= at(full, 9))
    line = changed(world, visit, "move", **{**wish, "window_from": free["window_from"], "window_to": free["window_to"]})
    assert line["state"] == "booked" and line["courier"] is None


def test_a_visit_may_move_within_its_own_seat(world):
    day = new_day()
    visit, _ = book(world, day), book(world, day)
    line = changed(world, visit, "move", window_from=at(day, 8, 30), window_to=at(day, 9, 0), reason="busy",
                   wished_by="citizen", courier="courier")
    assert line["state"] == "assigned" and line["courier"] == "courier"


@pytest.mark.parametrize("why, window, status, error", [
    ("over midnight", (23, 25), 422, "visit_midnight"), ("to midnight", (23, 24), 201, None),
    ("before the office opens", (6, 7), 409, "visit_closed"), ("partly before", (7, 8), 409, "visit_closed"),
    ("over UTC's midnight, 7 in the morning here", (6.5, 8), 409, "visit_closed"),
    ("from the day into the evening", (16, 18), 201, None), ("backwards", (10, 9), 422, "visit_window"),
    ("five hours", (8, 13), 422, "visit_window"), ("ten minutes", (8, 8 + 1 / 6), 422, "visit_window")])
def test_windows(world, shared_day, why, window, status, error):
    day = shared_day
    body = booking(day, window_from=at(day, 0, int(window[0] * 60)), window_to=at(day, 0, round(window[1] * 60)))
    reply = world.person("clerk").post("/v1/visits", body)
    assert reply.status_code == status, f"{why}: {reply.text}"
    if error:
        answer = refusal(reply, status, error, "window_from")
        assert error != "visit_midnight" or "hai lịch hẹn" in answer["detail"]
        assert error != "visit_closed" or answer["next"]


def test_yesterday_and_next_year_are_refused(world):
    clerk = world.person("clerk")
    for days in (-1, 61, 400):
        refusal(clerk.post("/v1/visits", booking(in_days(days))), 422, "visit_window")


def test_evenings_are_out_of_hours_and_weekends_closed_unless_offered(world):
    evening = new_day()
    assert show(world, book(world, evening, 19))["out_of_hours"]
    saturday = in_days(3, weekday=5)
    assert show(world, book(world, saturday, 8))["out_of_hours"]
    body = refusal(world.person("clerk").post("/v1/visits", booking(in_days(3, weekday=6))), 409, "visit_closed")
    assert all(slot["free"] > 0 for slot in body["next"])


def test_holidays_are_closed_and_a_worked_saturday_has_mondays_hours(world):
    holiday, worked = new_day(), in_days(14, weekday=5)
    world.running.sql("INSERT INTO calendar_day VALUES (%s, false, 'Tết'), (%s, true, 'Làm bù')", holiday, worked)
    clerk = world.person("clerk")
    body = refusal(clerk.post("/v1/visits", booking(holiday)), 409, "visit_closed")
    assert at(holiday, 0) < at(holiday + datetime.timedelta(days=1), 0) <= body["next"][0]["window_from"]
    assert clerk.get("/v1/visits/slots", params={"day": str(holiday)}).json()["slots"] == []
    assert not show(world, book(world, worked, 14))["out_of_hours"]


def test_the_free_windows_of_a_day(world):
    day = new_day()
    book(world, day, 8), book(world, day, 8), book(world, day, 17)
    clerk = world.person("clerk")
    slots = {slot["window_from"]: slot for slot in
             clerk.get("/v1/visits/slots", params={"day": str(day), "office": "KT1"}).json()["slots"]}
    assert len(slots) == 10 + 7  # 7:30 and on, the last from 16:30 into the evening; 17:00 and on
    assert slots[at(day, 7, 30)]["free"] == 0 and slots[at(day, 9, 30)]["free"] == 2
    assert slots[at(day, 17)] == {"window_from": at(day, 17), "window_to": at(day, 18), "capacity": 1, "free": 0,
                                  "out_of_hours": True}
    half = clerk.get("/v1/visits/slots", params={"day": str(day), "minutes": 30}).json()["slots"]
    assert half[0]["window_to"] == at(day, 8) and half[0]["free"] == 2
    assert clerk.get("/v1/visits/slots", params={"day": str(day), "office": "KT2"}).status_code == 404
    assert world.person("chief").get("/v1/visits/slots", params={"day": str(day), "office": "KT2"}).status_code == 200
    assert clerk.get("/v1/visits/slots", params={"minutes": 14}, valid=False).status_code == 422


def test_an_office_without_hours_is_closed(world, shared_day):
    chief = world.person("chief")
    refusal(chief.get("/v1/visits/hours"), 404, "not_found", "office")
    body = refusal(chief.post("/v1/visits", booking(shared_day)), 409, "visit_closed")
    assert body["next"] == []
    refusal(chief.post("/v1/visits", booking(shared_day, office="NOWHERE")), 409, "visit_closed")
    assert world.person("clerk").post("/v1/visits", booking(shared_day, office="KT2")).status_code == 409


def test_hours_are_set_whole_and_without_overlaps(world):
    chief = world.person("chief")
    hours = chief.get("/v1/visits/hours", params={"office": "KT1"}).json()
    assert len(hours["hours"]) == len(HOURS) and hours["grace_minutes"] == 30
    good = {"day": 8, "from": "09:00", "to": "10:00", "capacity": 1, "out_of_hours": True}
    for bad in ({"from": "9:00"}, {"from": "10:00"}, {"to": "24:01"}, {"to": "09:60"}, {"day": 9}, {"capacity": 0}):
        reply = chief.put("/v1/visits/hours", {**hours, "hours": [{**good, **bad}]}, valid=False)
        refusal(reply, 422, "bad_member", "hours")
    refusal(chief.put("/v1/visits/hours", {**hours, "hours": [good, {**good, "from": "09:59", "to": "11:00"}]}), 422,
            "bad_member", "hours")
    refusal(chief.put("/v1/visits/hours", {**hours, "office": "NOWHERE"}), 404, "not_found")
    assert chief.get("/v1/visits/hours", params={"office": "KT1"}).json() == hours


def test_of_fifty_who_book_the_last_seat_over_two_daemons_one_gets_it(world, contract):
    day = new_day()
    book(world, day, 10)
    with Hosod(world.running) as second:
        clients = []
        for number in range(50):
            client = Api(second.url if number % 2 else world.running.url, world.running.ca, contract)
            client.token = world.token()
            clients.append(client)
        replies, gate = [], threading.Barrier(50)

        def run(client):
            gate.wait(30)
            replies.append(client.post("/v1/visits", booking(day, 10)))

        threads = [threading.Thread(target=run, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for client in clients:
            client.close()
    assert len(replies) == 50
    won = [reply for reply in replies if reply.status_code == 201]
    lost = [refusal(reply, 409, "slot_full") for reply in replies if reply.status_code != 201]
    assert (len(won), len(lost)) == (1, 49)
    assert all(body["next"] and body["next"][0]["free"] > 0 for body in lost)
    rows = world.running.sql("SELECT seat FROM visit WHERE office = 'KT1' AND window_from = %s ORDER BY seat", at(day, 10))
    assert rows == [(1,), (2,)]


def test_the_constraints_hold_against_those_who_ask_nobody(world):
    """Without the daemon and its lock: the seat itself cannot be had twice, nor the courier."""
    day = new_day()
    visit, other = book(world, day, 14), book(world, day, 14)
    changed(world, visit, "assign", courier="courier")
    with world.running.connect("hoso_daemon") as connection:
        with pytest.raises(Exception, match="visit_seat"):
            connection.execute("UPDATE visit SET seat = 1 WHERE id = %s", (other,))
        with pytest.raises(Exception, match="visit_courier"):
            connection.execute("UPDATE visit SET courier_id = (SELECT id FROM account WHERE account = 'courier'),"
                               " state = 'assigned' WHERE id = %s", (other,))
        with pytest.raises(Exception, match="check constraint"):
            connection.execute("UPDATE visit SET window_to = %s WHERE id = %s", (at(day, 25), other))
        with pytest.raises(Exception, match="append-only|permission denied"):
            connection.execute("DELETE FROM visit_change")


def test_couriers_of_elsewhere_disabled_or_no_couriers_get_no_visit(world):
    day = new_day()
    visit = book(world, day)
    for login in ("courier9", "clerk", "nobody", "'; DROP TABLE visit; --"):
        refusal(change(world, visit, "assign", courier=login), 422, "bad_courier", "courier")
    changed(world, visit, "assign", courier="courier3")
    assert world.person("chief").post("/v1/accounts/courier3/disable").status_code == 200
    other = book(world, day, 9)
    refusal(change(world, other, "assign", courier="courier3"), 422, "bad_courier", "courier")
    assert changed(world, visit, "assign", courier="courier2")["courier"] == "courier2"


# -- items


def leg(world, item):
    return world.person("chief").get(f"/v1/dossiers/{item}").json()["legs"][0]


def kinds(world, item):
    events = world.person("chief").get(f"/v1/dossiers/{item}").json()["events"]
    return [(event["kind"], event["verdict"]) for event in events]


def test_a_label_that_was_handed_out_follows_its_visit(world):
    day, later = new_day(), new_day()
    items = [new_item(), new_item()]
    visit = book(world, day, items=items, procedures=[PROCEDURE])
    assert [leg(world, item)["state"] for item in items] == ["requested", "requested"]
    changed(world, visit, "assign", courier="courier")
    assert leg(world, items[0])["state"] == "assigned"
    changed(world, visit, "fail", "courier", reason="B1", window_from=at(later, 8), window_to=at(later, 9))
    assert leg(world, items[1])["state"] == "pickup_failed"
    changed(world, visit, "assign", courier="courier")
    assert kinds(world, items[0]) == [("requested", "recorded"), ("assigned", "recorded"),
                                      ("pickup_failed", "recorded"), ("assigned", "recorded")]
    whole = world.person("chief").get(f"/v1/dossiers/{items[0]}").json()
    assert {event["data"]["visit"] for event in whole["events"]} == {visit}
    assert whole["events"][2]["data"]["next_on"] == str(later)


def test_a_booking_with_a_label_in_use_leaves_nothing_behind(world):
    day = new_day()
    used, fresh = new_item(), new_item()
    world.person("clerk").send(scan("accepted", used, **FIRST_LEG))
    body = booking(day, items=[fresh, used], procedures=[PROCEDURE])
    refusal(world.person("clerk").post("/v1/visits", body), 409, "wrong_state", "items")
    assert world.running.sql("SELECT count(*) FROM visit WHERE id = %s", body["id"]) == [(0,)]
    assert world.person("chief").get(f"/v1/dossiers/{fresh}").status_code == 404
    assert kinds(world, used) == [("accepted", "recorded")]
    refusal(world.person("clerk").post("/v1/visits", booking(day, items=[fresh])), 422, "missing_member", "procedures")
    refusal(world.person("clerk").post("/v1/visits", booking(day, items=[fresh, fresh], procedures=[PROCEDURE])), 422,
            "bad_member", "items")
    refusal(world.person("clerk").post("/v1/visits", booking(day, returns=[new_item()])), 404, "not_found", "returns")
    refusal(world.person("clerk").post("/v1/visits", booking(day, procedures=["9.9"])), 422, "unknown_procedure")
    assert world.person("clerk").get("/v1/visits/slots", params={"day": str(day)}).json()["slots"][0]["free"] == 2


def acceptance(visit, item=None, **options):
    return scan("accepted", item or new_item(), **options, **FIRST_LEG, visit=visit)


def test_what_is_taken_in_at_the_door_makes_the_visit_done_once_whenever_it_comes(world):
    visit = book(world, new_day())
    changed(world, visit, "assign", courier="courier")
    courier = world.person("courier")
    taken, more = acceptance(visit, occurred_at=rfc3339(-7200)), acceptance(visit)
    for _ in range(2):  # the telephone sends it again: it lost the answer
        (result,) = courier.send(taken).json()
        assert result["verdict"] == "recorded"
    courier.send(more)
    changed(world, visit, "start", "courier", at=rfc3339(-9000))  # what came before it comes after it
    changed(world, visit, "done", "courier")
    whole = show(world, visit)
    assert whole["state"] == "done"
    assert [line["action"] for line in whole["history"]] == ["book", "assign", "scanned", "start", "done"]
    assert whole["history"][2]["occurred_at"] == taken["occurred_at"]
    assert whole["items"] == sorted(({"code": made["code"], "way": "pickup", "scanned": True} for made in (taken, more)),
                                    key=lambda item: item["code"])


def test_a_visit_that_was_cancelled_behind_the_couriers_back_is_done_all_the_same(world):
    day = new_day()
    visit = book(world, day, 19)
    changed(world, visit, "assign", courier="courier")
    changed(world, visit, "cancel", reason="busy", wished_by="citizen")
    other = book(world, day, 19)  # the seat went on
    changed(world, other, "assign", courier="courier")
    (result,) = world.person("courier").send(acceptance(visit)).json()
    assert result["verdict"] == "recorded"
    assert show(world, visit)["state"] == "done" and show(world, other)["state"] == "assigned"


def test_a_voided_acceptance_opens_the_visit_again_unless_another_stands(world):
    visit = book(world, new_day())
    changed(world, visit, "assign", courier="courier")
    courier = world.person("courier")
    first, second = acceptance(visit), acceptance(visit)
    courier.send(first, second)

    def void(made):
        (result,) = courier.send(scan("void", made["code"], target=made["event_id"], void_reason="incorrect_data")).json()
        assert result["verdict"] == "recorded", result

    void(first)
    assert show(world, visit)["state"] == "done"
    void(second)
    whole = show(world, visit)
    assert whole["state"] == "assigned" and whole["history"][-1]["action"] == "unscanned"
    assert [item["scanned"] for item in whole["items"]] == [False, False]
    courier.send(acceptance(visit))
    assert show(world, visit)["state"] == "done"


def test_an_acceptance_for_anothers_visit_or_none_is_kept_and_changes_no_visit(world):
    visit = book(world, new_day())
    for named in (visit, uuid7()):
        (result,) = world.person("courier9").send(acceptance(named)).json()
        assert result["verdict"] == "recorded"
    assert show(world, visit)["state"] == "booked" and show(world, visit)["items"] == []


def test_a_result_handed_over_makes_its_visit_done(world):
    code, item = new_dossier_code(), new_item()
    clerk, courier = world.person("clerk"), world.person("courier")
    clerk.send(*submit_life(new_item(), code)[:1])
    lives = result_life(item, code)
    bound = submit_life(new_item(), code)
    for made in (bound[0], {**bound[5], "code": bound[0]["code"]}, lives[0]):
        assert clerk.send({**made, "event_id": uuid7()}).json()[0].get("verdict") in ("recorded", "late"), made
    visit = book(world, new_day(), kind="return", returns=[item], dossiers=[code])
    refusal(clerk.post("/v1/visits", booking(new_day(), dossiers=[new_dossier_code()])), 404, "not_found", "dossiers")
    delivered = {**lives[6], "event_id": uuid7(), "occurred_at": rfc3339()}
    delivered["data"] = {**delivered["data"], "visit": visit}
    assert courier.send(delivered).json()[0]["verdict"] == "recorded"
    assert show(world, visit)["state"] == "done" and show(world, visit)["items"][0]["scanned"]


# -- lists


def pages(client, limit=50, **query):
    items, cursor = [], None
    for _ in range(100):
        reply = client.get("/v1/visits", params={**query, "limit": limit, **({"cursor": cursor} if cursor else {})})
        assert reply.status_code == 200, reply.text
        items += reply.json()["items"]
        cursor = reply.json()["next"]
        if cursor is None:
            return items
    raise AssertionError("the pages do not end")


def test_lists_by_day_state_courier_and_telephone(world):
    day = new_day()
    visits = [book(world, day, hour, person={**PERSON, "phone": "0988000111"}) for hour in (8, 9, 10, 8)]
    changed(world, visits[1], "assign", courier="courier2")
    clerk = world.person("clerk")
    found = pages(clerk, day=str(day))
    assert [visit["id"] for visit in found] == [visits[0], visits[3], visits[1], visits[2]]
    assert pages(clerk, limit=1, day=str(day)) == found
    assert found[0]["person"]["phone"] == "******0111"
    assert [visit["id"] for visit in pages(clerk, day=str(day), state="assigned")] == [visits[1]]
    assert [visit["id"] for visit in pages(clerk, day=str(day), courier="courier2")] == [visits[1]]
    assert pages(world.person("clerk2"), day=str(day)) == []
    assert len(pages(world.person("chief"), day=str(day), office="KT1")) == 4
    assert pages(world.person("chief"), day=str(day), office="KT2") == []
    for phone in ("0988 000 111", "+84988000111", "0111"):
        reply = clerk.post("/v1/visits/search", {"phone": phone, "day": str(day)})
        assert len(reply.json()["items"]) == 4, reply.text
    assert clerk.post("/v1/visits/search", {"phone": "0988000112"}).json()["items"] == []
    assert clerk.get("/v1/visits", params={"phone": "0988000111"}, valid=False).status_code == 422
    for query in ({"state": "x"}, {"day": "2026-02-30"}, {"cursor": "x"}, {"missed": "1"}, {"limit": "0"}):
        assert clerk.get("/v1/visits", params=query, valid=False).status_code in (400, 422)
    (views,) = world.running.sql("SELECT count(*) FROM view_log WHERE what = 'visits'")[0]
    assert views > 0


def test_missed_windows_are_told_until_something_is_done(world):
    clerk = world.person("clerk")
    day = new_day()
    visits = [book(world, day, 8), book(world, day, 9)]
    assert pages(clerk, missed="true") == []
    # At most one of the two spans the local midnight, which no window may.
    began, ended = next(window for window in ((125, 65), (60, 36)) if len({
        (datetime.datetime.now(ZONE) - datetime.timedelta(minutes=minutes)).date() for minutes in window}) == 1)
    world.running.sql("UPDATE visit SET window_from = now() - %s * interval '1 minute', missed_at = now() - interval '1 minute',"
                      " window_to = now() - %s * interval '1 minute' WHERE id = %s", began, ended, visits[0])
    assert [visit["id"] for visit in pages(clerk, missed="true")] == [visits[0]]
    assert show(world, visits[0])["missed"] and not show(world, visits[1])["missed"]
    rows = world.running.sql("SELECT key, what, kind, why, office FROM visit_missed")
    assert rows == [(f"visit:{visits[0]}", "missed_visit", "pickup", "booked", "KT1")]
    changed(world, visits[0], "fail", reason="OT", note="quên", window_from=at(day, 10), window_to=at(day, 11))
    assert pages(clerk, missed="true") == [] and world.running.sql("SELECT FROM visit_missed") == []


def test_a_couriers_day_is_one_small_answer_that_knows_whether_it_has_changed(world):
    day = new_day()
    visit = book(world, day, items=[new_item()], procedures=[PROCEDURE])
    changed(world, visit, "assign", courier="courier2")
    carried = new_item()
    clerk, courier = world.person("clerk"), world.person("courier2")
    clerk.send(scan("accepted", carried, **{**FIRST_LEG, "service": 1}))
    clerk.send(scan("out_for_delivery", carried, courier="courier2"))
    today = str(datetime.datetime.now(ZONE).date())
    mine = courier.get("/v1/visits/mine", params={"day": str(day)})
    body = mine.json()
    assert [made["id"] for made in body["visits"]] == [visit] and body["visits"][0]["person"]["phone"] == "0912345678"
    carried_now = courier.get("/v1/visits/mine", params={"day": today}).json()["deliveries"]
    assert [made["item_code"] for made in carried_now] == [carried] and carried_now[0]["name"]
    assert world.person("courier").get("/v1/visits/mine", params={"day": today}).json()["deliveries"] == []
    same = courier.get("/v1/visits/mine", params={"day": str(day)}, headers={"if-none-match": mine.headers["etag"]})
    assert same.status_code == 304 and same.content == b""
    changed(world, visit, "start", "courier2")
    again = courier.get("/v1/visits/mine", params={"day": str(day)}, headers={"if-none-match": mine.headers["etag"]})
    assert again.status_code == 200 and again.headers["etag"] != mine.headers["etag"]
    (views,) = world.running.sql("SELECT count(*) FROM view_log v JOIN account a ON a.id = v.account_id"
                                 " WHERE a.account = 'courier2' AND what = 'visits.mine' AND dossier_id IS NOT NULL")[0]
    assert views >= 1


def test_the_board_of_a_day(world):
    day = new_day()
    visits = [book(world, day, hour) for hour in (8, 9, 19)]
    changed(world, visits[0], "assign", courier="courier")
    rows = world.person("chief").get("/v1/visits/board", params={"day": str(day)}).json()["rows"]
    assert [(row["courier"] and row["courier"]["account"], row["booked"], row["assigned"], row["out_of_hours"])
            for row in rows] == [(None, 2, 0, 1), ("courier", 0, 1, 0)]
    assert rows[0]["first"] == at(day, 9) and rows[0]["last"] == at(day, 20)


# -- strangers


@pytest.mark.parametrize("spoil, error", [
    ({"id": "1"}, "bad_member"), ({"id": uuid7(0)}, "event_too_old"), ({"kind": "x"}, "bad_member"),
    ({"kind": None}, "bad_member"), ({"person": "An"}, "bad_member"), ({"person": {"name": "An"}}, "missing_member"),
    ({"person": {**PERSON, "phone": "x"}}, "bad_member"), ({"person": {**PERSON, "identity": "1"}}, "bad_member"),
    ({"window_from": "hôm nay"}, "bad_member"), ({"window_to": None}, "bad_member"), ({"note": "\u202e"}, "bad_member"),
    ({"note": "x" * 2001}, "bad_member"), ({"channel": "public"}, "bad_member"), ({"procedures": "x"}, "bad_member"),
    ({"items": ["RR123456789VN"]}, "bad_check_digit"), ({"items": [1]}, "bad_member"), ({"unknown": 1}, "unknown_member"),
    ({"at": "2099-01-01T00:00:00Z"}, "event_in_future"), ({"dossiers": ["?"]}, "bad_dossier_code")])
def test_strange_bookings_are_refused_and_leave_nothing(world, spoil, error):
    body = {**booking(in_days(30, weekday=0)), **spoil}
    before = world.running.sql("SELECT count(*) FROM visit")
    reply = world.person("clerk").post("/v1/visits", body, valid=False)
    refusal(reply, 422, error)
    assert world.running.sql("SELECT count(*) FROM visit") == before


def test_no_name_phone_or_address_is_in_a_log(world):
    book(world, new_day(), person={"name": "Lê Văn Kín", "phone": "0977123987", "address": "Ngõ Kín 7"})
    said = world.running.log()
    for secret in ("Kín", "0977123987", "977123987"):
        assert secret not in said


def test_a_hundred_items_too_many(world):
    reply = world.person("clerk").post("/v1/visits", booking(in_days(20, weekday=1), items=[new_item() for _ in range(21)],
                                                             procedures=[PROCEDURE]), valid=False)
    refusal(reply, 413, "too_many", "items")


# -- the program hoso


def test_hoso_books_shows_and_ends_visits(world, tmp_path):
    day = new_day()

    def run(login, *arguments, code=0):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / login),
                       "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": world.running.url,
                       "HOSO_CA": str(world.running.ca), "LANG": "C", "TERM": "xterm"}
        if not (tmp_path / login).exists():
            (tmp_path / "password").write_text(world.password + "\n")
            result = hoso(environment, "login", login, "--password-file", str(tmp_path / "password"))
            assert result.returncode == 0, result.stderr.decode()
        result = hoso(environment, "visit", *arguments)
        assert result.returncode == code, (result.stdout + result.stderr).decode()
        return result

    order = ["book", "--name", "Trần Thị Bé", "--address", "5 Trần Phú", "--phone", "0912345678", "--day", str(day),
             "--from", "19:00", "--to", "20:00", "--id", uuid7(), "--json"]
    (line,) = json_lines(run("clerk", *order).stdout)
    assert line["window_from"] == at(day, 19) and line["out_of_hours"]
    assert json_lines(run("clerk", *order).stdout) == [line]
    visit = line["visit"]
    full = run("clerk", *order[:-3], "--id", uuid7(), code=65)
    assert "kín" in full.stderr.decode()
    assert "ngoài giờ" in run("clerk", "slots", "--day", str(day)).stdout.decode()
    run("clerk", "assign", visit, "--courier", "courier")
    text = run("courier", "mine", "--day", str(day)).stdout.decode()
    assert visit in text and "0912345678" in text and "Đã phân công" in text
    later = new_day()
    run("courier", "fail", visit, "--reason", "B1", code=65)
    run("courier", "fail", visit, "--reason", "B1", "--day", str(later), "--from", "23:00", "--to", "24:00", "--courier",
        "courier")
    (item,) = json_lines(run("clerk", "list", "--day", str(later), "--json").stdout)
    assert (item["id"], item["window_to"], item["attempts"]) == (visit, at(later, 24), 1)
    assert [item["id"] for item in json_lines(run("clerk", "list", "--phone", "0912345678", "--day", str(later),
                                                  "--json").stdout)] == [visit]
    run("clerk", "move", visit, "--day", str(later), "--from", "18:00", "--to", "19:00", "--reason", "busy", "--wished-by",
        "citizen")
    run("clerk", "cancel", visit, "--reason", "no_need", "--wished-by", "citizen")
    assert "Đã hủy" in run("clerk", "list", "--day", str(later)).stdout.decode()
    run("clerk", "done", visit, code=65)
    run("clerk", "book", code=64)
    run("clerk", "book", "--name", "A", "--address", "B", "--day", "2026-02-30", "--from", "8", "--to", "9", code=65)
    assert "B1" in run("clerk", "--reason=list").stdout.decode()
