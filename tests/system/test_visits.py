"""Visits by appointment: who may what, windows and seats, strangers."""

import contextlib
import datetime
import threading

import httpx
import psycopg
import pytest

from lib import wait
from lib.api import Api, rfc3339, uuid7
from lib.appointments import (
    HOURS, PERSON, at, book, booking, change, changed, in_days, new_day, open_offices, refusal, show)
from lib.hosod import Hosod
from lib.standalone import Standalone
from lib.world import PROCEDURE, World, new_item


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        open_offices(made)
        yield made
        made.close()


@pytest.fixture(scope="module")
def shared_day():
    return new_day()


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


def test_an_answer_that_got_lost_with_its_daemon_is_had_again_from_another(world, contract):
    """Killed at any moment of it: the booking is there once, or not at all until it is sent again."""
    with Hosod(world.running) as dying:
        for blow in range(4):
            body, gate = booking(new_day()), threading.Event()

            def send():
                client = Api(dying.url, dying.ca, timeout=10)
                client.token = world.token()
                client.get("/v1/me")
                gate.set()
                with contextlib.suppress(httpx.HTTPError):
                    client.post("/v1/visits", body)
                client.close()

            sender = threading.Thread(target=send)
            sender.start()
            assert gate.wait(30)
            wait.until(lambda: blow < 2 or not sender.is_alive() or world.running.sql(
                "SELECT FROM pg_stat_activity WHERE state <> 'idle' AND query ~ 'visit'"), 10, "the blow", every=0.001)
            dying.kill()
            sender.join(30)
            assert len(world.running.sql("SELECT FROM visit WHERE id = %s", body["id"])) <= 1
            answers = [world.person("clerk").post("/v1/visits", body) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert answers[0].content == answers[1].content
            assert len(show(world, body["id"])["history"]) == 1
            dying.start()


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


_COPY = """
INSERT INTO visit (id, office_id, office, kind, channel, person_id, procedures, dossiers, window_from, window_to, out_of_hours,
  missed_at, note, state, seat, changes, booked_by, booked_at)
 SELECT %s, office_id, office, kind, channel, person_id, procedures, dossiers, window_from, window_to, out_of_hours, missed_at,
  note, 'booked', 2, 1, booked_by, booked_at FROM visit WHERE id = %s
"""


def test_without_any_lock_too_one_of_twenty_gets_the_seat(world):
    visit, outcomes, gate = book(world, new_day()), [], threading.Barrier(20)

    def run():
        with world.running.connect("hoso_daemon") as connection:
            gate.wait(30)
            try:
                connection.execute(_COPY, (uuid7(), visit))
                outcomes.append("won")
            except (psycopg.errors.ExclusionViolation, psycopg.errors.DeadlockDetected) as error:
                outcomes.append(error.sqlstate)

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 20 and outcomes.count("won") == 1, outcomes


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
