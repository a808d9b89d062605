"""Money: who holds what, compared with sums that are reckoned here from the events; hand-ins, remittances, ends of days."""

import datetime
import json
import zoneinfo

import psycopg
import pytest

from lib.api import rfc3339, scan, uuid7
from lib.standalone import Standalone
from lib.town import pages
from lib.world import TO_CITIZEN, World, first_leg, new_dossier_code, new_item

TODAY = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")).date()
NOTHING = {"fee": 0, "postage": 0, "collect": 0}


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        for login, role, place in (("clerk1b", "clerk", "KT1"), ("cashier", "clerk", "KT1"), ("late", "clerk", "KT1"),
                                   ("chief2", "supervisor", "KT2"), ("clerk0", "clerk", "KT0")):
            made.hire(login, role, place)
        yield made
        made.close()


def send(world, who, *scans):
    answers = world.person(who).send(*scans).json()
    assert all("verdict" in answer for answer in answers), answers
    return answers


def desk(world, what, name, login="chief"):
    """(office, why, detail, whose it is, since when) of one person's money."""
    return [(row["office"], row["why"], row["detail"], row["owner"]["role"], row["at"])
            for row in pages(world.person(login), "/v1/exceptions", what=what) if row["actor"] == f"Người {name}"]


def take_in(world, who="clerk", **data):
    item = new_item()
    (answer,) = send(world, who, scan("accepted", item, **first_leg(**data)))
    return item, answer


def held(world, who="clerk", office="KT1"):
    """(login or None for the safe, kind, agency or None): amount."""
    page = world.person(who).get(f"/v1/money/held?office={office}&limit=200").json()
    assert page["next"] is None
    return {(row["person"]["account"] if row["person"] else None, row["kind"],
             row["agency"]["code"] if row["agency"] else None): row["held"] for row in page["items"]}


def reckon(world):
    """The same from the events alone, and from the hand-ins; nothing of money_entry or money_held is looked at."""
    sums = {}

    def move(holder, kind, agency, amount):
        if amount:
            sums[holder, kind, agency] = sums.get((holder, kind, agency), 0) + amount

    events = world.running.sql(
        "SELECT e.id::text, e.kind, e.verdict, e.data::text, CASE WHEN EXISTS (SELECT FROM manifest_line l JOIN manifest m"
        " ON m.id = l.manifest_id WHERE l.id = e.id AND m.kind = 'remittance') THEN NULL ELSE a.account END, g.code"
        " FROM event e JOIN account a"
        " ON a.id = e.account_id JOIN dossier d ON d.id = e.dossier_id LEFT JOIN agency g ON g.id = d.agency_id"
        " JOIN office o ON o.id = e.office_id WHERE o.code = 'KT1' ORDER BY e.recorded_at")
    events = [(one, kind, json.loads(data), login, agency) for one, kind, verdict, data, login, agency in events
              if verdict in ("recorded", "late")]
    voided = {data["target"] for _, kind, data, _, _ in events if kind == "void"}
    for one, kind, data, login, agency in events:
        payment = data.get("payment", "cash")
        holder = {"cash": login, "transfer_post": None}.get(payment, "nobody")
        if one in voided or holder == "nobody":
            continue
        if kind == "accepted":
            move(holder, "fee", agency, data.get("fee", 0))
            move(holder, "postage", None, data.get("postage", 0))
        elif kind == "delivered":
            move(holder, "fee", agency, data.get("fee", 0) * (1 if "recipient" in data else -1))
            move(holder, "collect", agency, data.get("collected", 0))
        elif kind == "fee":
            whose = None if data["money_kind"] == "postage" else agency
            move(holder, data["money_kind"], whose, data["amount"] * (-1 if data["direction"] == "out" else 1))
    for giver, kind, agency, amount in world.running.sql(
            "SELECT a.account, l.kind, g.code, l.amount_vnd FROM money_hand_in h JOIN money_hand_in_line l"
            " ON l.hand_in_id = h.id JOIN account a ON a.id = h.giver_id LEFT JOIN agency g ON g.id = l.agency_id"
            " JOIN office o ON o.id = h.office_id WHERE h.state = 'received' AND o.code = 'KT1'"):
        move(giver, kind, agency, -amount)
        move(None, kind, agency, amount)
    return {key: amount for key, amount in sums.items() if amount}


@pytest.fixture(autouse=True)
def sums_agree(world):
    yield
    assert held(world) == reckon(world)
    drift = world.running.sql(
        "SELECT count(*) FROM money_held h FULL JOIN (SELECT office_id, CASE held_by WHEN 'person' THEN account_id ELSE 0"
        " END AS account_id, kind, agency_id, sum(amount_vnd) FILTER (WHERE direction = 'in') AS came,"
        " sum(amount_vnd) FILTER (WHERE direction = 'out') AS went FROM money_entry WHERE held_by <> 'agency'"
        " GROUP BY 1, 2, 3, 4) AS e USING (office_id, account_id, kind, agency_id)"
        " WHERE coalesce(h.in_vnd, 0) <> coalesce(e.came, 0) OR coalesce(h.out_vnd, 0) <> coalesce(e.went, 0)")
    assert drift == [(0,)]


def test_three_kinds_are_never_one_sum(world):
    item, _ = take_in(world, fee=50000, postage=22000, collect=99000)
    mine = held(world)
    assert mine["clerk", "fee", "KT.A1"] >= 50000 and mine["clerk", "postage", None] >= 22000
    assert ("clerk", "collect", "KT.A1") not in mine, "what is to be collected is not collected"
    code = new_dossier_code()
    result = new_item()
    send(world, "clerk", scan("bound", item, dossier_code=code))
    send(world, "courier", scan("accepted", result, rfc3339(-3), dossier_code=code, leg_kind="result",
                                collect=99000),
         scan("out_for_delivery", result, rfc3339(-2)),
         scan("delivered", result, rfc3339(-1), **TO_CITIZEN, collected=99000))
    assert held(world)["courier", "collect", "KT.A1"] == 99000


@pytest.mark.parametrize("payment, holder", [("cash", "clerk1b"), ("transfer_post", None), ("transfer_agency", "nobody"),
                                             ("online", "nobody")])
def test_what_was_paid_to_others_passes_through_nobodys_hands(world, payment, holder):
    before = held(world)
    take_in(world, "clerk1b", fee=7000, payment=payment)
    grown = {key: amount - before.get(key, 0) for key, amount in held(world).items() if amount != before.get(key, 0)}
    assert grown == ({} if holder == "nobody" else {(holder, "fee", "KT.A1"): 7000})
    assert world.running.sql("SELECT held_by FROM money_entry ORDER BY id DESC LIMIT 1") == [
        ({"nobody": "agency", None: "office"}.get(holder, "person"),)]


def test_a_void_takes_back_by_new_entries(world):
    before = held(world)
    item, answer = take_in(world, fee=11000, postage=3000)
    event = world.running.sql("SELECT id::text FROM event WHERE item_code = %s", item)[0][0]
    undo = scan("void", item, target=event, void_reason="incorrect_data")
    for _ in range(2):
        send(world, "clerk", undo)
    (again,) = send(world, "clerk", scan("void", item, target=event, void_reason="incorrect_data"))
    assert again["verdict"] == "duplicate"
    assert held(world) == before
    rows = world.running.sql("SELECT kind, direction, amount_vnd, reverses IS NOT NULL FROM money_entry"
                             " WHERE item_code = %s ORDER BY id", item)
    assert sorted(rows) == sorted([("fee", "in", 11000, False), ("postage", "in", 3000, False),
                                   ("fee", "out", 11000, True), ("postage", "out", 3000, True)])


def test_the_same_scan_twice_is_one_entry(world):
    item = new_item()
    one = scan("accepted", item, **first_leg(fee=1000))
    for _ in range(3):
        send(world, "clerk", one)
    send(world, "clerk", scan("accepted", item, **first_leg(fee=1000)))  # somebody's second claim of the same
    assert world.running.sql("SELECT count(*) FROM money_entry WHERE item_code = %s", item) == [(1,)]


def test_a_receipt_number_is_given_once(world):
    number = f"BL-{new_item()}"
    item, answer = take_in(world, fee=5000, receipt=number)
    assert answer["verdict"] == "recorded"
    other, answer = take_in(world, "clerk1b", fee=5000, receipt=number)
    assert (answer["verdict"], answer["why"]) == ("refused", "receipt_taken")
    assert item in answer["recorded_by"] and "Người clerk" in answer["recorded_by"]
    assert world.running.sql("SELECT count(*) FROM money_entry WHERE item_code = %s", other) == [(0,)]
    _, answer = take_in(world, "clerk2", fee=5000, receipt=number)
    assert answer["verdict"] == "recorded", "another office has numbers of its own"
    pair = [scan("accepted", new_item(), **first_leg(fee=1, receipt=number + "-2")) for _ in range(2)]
    assert sorted(answer["verdict"] for answer in send(world, "clerk", *pair)) == ["recorded", "refused"]
    event = world.running.sql("SELECT id::text FROM event WHERE item_code = %s", item)[0][0]
    send(world, "clerk", scan("void", item, target=event, void_reason="incorrect_data"))
    (anew,) = send(world, "clerk", scan("accepted", item, **first_leg(fee=6000, receipt=number)))
    assert anew["verdict"] == "recorded", "the same paper for the same item, recorded anew"


def offer(world, who, *lines):
    return world.person(who).post("/v1/money/hand-ins", {"id": uuid7(), "lines": list(lines)})


def test_a_hand_in_needs_two(world):
    take_in(world, "courier", fee=30000, postage=8000)
    mine = held(world)["courier", "fee", "KT.A1"]
    lines = [{"kind": "fee", "agency": "KT.A1", "amount": mine}, {"kind": "postage", "amount": 8000}]
    safe = held(world).get((None, "fee", "KT.A1"), 0)
    body = {"id": uuid7(), "lines": lines}
    courier, cashier = world.person("courier"), world.person("cashier")
    for _ in range(2):
        reply = courier.post("/v1/money/hand-ins", body)
        assert reply.status_code == 200 and reply.json()["state"] == "offered", reply.text
    assert courier.post("/v1/money/hand-ins", {**body, "lines": lines[:1]}).json()["error"] == "key_reuse"
    assert held(world)["courier", "fee", "KT.A1"] == mine, "offered is not received"
    path = f"/v1/money/hand-ins/{body['id']}"
    assert courier.post(f"{path}/receive").status_code == 403, "nobody receives their own"
    assert world.person("clerk2").post(f"{path}/receive").status_code == 404
    for _ in range(2):
        reply = cashier.post(f"{path}/receive")
        assert reply.status_code == 200 and reply.json()["receiver"] == "Người cashier", reply.text
    assert ("courier", "fee", "KT.A1") not in held(world) and held(world)[None, "fee", "KT.A1"] == safe + mine
    assert world.person("clerk").post(f"{path}/receive").status_code == 409
    assert courier.post(f"{path}/cancel").status_code == 409


def test_nobody_hands_in_more_than_they_hold(world):
    take_in(world, "clerk1b", fee=4000)
    mine = held(world)["clerk1b", "fee", "KT.A1"]
    reply = offer(world, "clerk1b", {"kind": "fee", "agency": "KT.A1", "amount": mine + 1})
    assert (reply.status_code, reply.json()["error"]) == (409, "not_held")
    whole = {"kind": "fee", "agency": "KT.A1", "amount": mine}
    first, second = offer(world, "clerk1b", whole).json(), offer(world, "clerk1b", whole).json()
    cashier = world.person("cashier")
    assert cashier.post(f"/v1/money/hand-ins/{first['id']}/receive").status_code == 200
    reply = cashier.post(f"/v1/money/hand-ins/{second['id']}/receive")
    assert (reply.status_code, reply.json()["error"]) == (409, "not_held"), "the same money twice"
    assert world.person("clerk1b").post(f"/v1/money/hand-ins/{second['id']}/cancel").status_code == 200
    states = {row["id"]: row["state"] for row in cashier.get("/v1/money/hand-ins?limit=200").json()["items"]}
    assert (states[first["id"]], states[second["id"]]) == ("received", "cancelled")


def into_the_safe(world, *whose):
    """All the fees of KT.A1 that these people hold go through the cashier into the safe."""
    for who in whose:
        mine = held(world).get((who, "fee", "KT.A1"))
        if mine:
            one = offer(world, who, {"kind": "fee", "agency": "KT.A1", "amount": mine}).json()
            assert world.person("cashier").post(f"/v1/money/hand-ins/{one['id']}/receive").status_code == 200


def open_remittance(world, *lines):
    """@lines: (item, amount). The path of the manifest, with its lines scanned."""
    manifest = {"id": uuid7(), "kind": "remittance", "agency": "KT.A1"}
    assert world.person("clerk").post("/v1/manifests", manifest).status_code == 201
    path = f"/v1/manifests/{manifest['id']}"
    reply = world.person("clerk").post(f"{path}/lines", [
        {"event_id": uuid7(), "code": code, "occurred_at": rfc3339(), "data": {"money_kind": "fee", "amount": amount}}
        for code, amount in lines])
    assert [answer["verdict"] for answer in reply.json()] == ["recorded"] * len(lines), reply.text
    return path


def close_remittance(world, path, **more):
    return world.person("clerk").post(f"{path}/close", {"revision": 1, "name": "Bình", "unit": "Một cửa",
                                                        "minutes": "NP-1", **more})


def test_fees_are_remitted_with_their_differences(world):
    clerk = world.person("clerk")
    item, _ = take_in(world, fee=64000)
    other, _ = take_in(world, fee=16000)
    into_the_safe(world, "clerk")
    manifest = {"id": uuid7(), "kind": "remittance", "agency": "KT.A1"}
    assert clerk.post("/v1/manifests", manifest).status_code == 201
    path = f"/v1/manifests/{manifest['id']}"
    owed = {row["item_code"]: (row["money_kind"], row["amount"])
            for row in clerk.get(f"{path}/expected?limit=200").json()["items"]}
    assert owed[item] == ("fee", 64000) and owed[other] == ("fee", 16000)
    lines = [{"event_id": uuid7(), "code": code, "occurred_at": rfc3339(),
              "data": {"money_kind": "fee", "amount": amount}} for code, amount in ((item, 64000), (other, 15000))]
    (wrong,) = clerk.post(f"{path}/lines", [{**lines[0], "event_id": uuid7(), "data": {}}]).json()
    assert (wrong["error"], wrong["status"]) == ("missing_data", 422)
    assert [answer["verdict"] for answer in clerk.post(f"{path}/lines", lines).json()] == ["recorded", "recorded"]
    before = held(world)[None, "fee", "KT.A1"]
    reply = close_remittance(world, path)
    assert reply.status_code == 200, reply.text
    assert held(world).get((None, "fee", "KT.A1"), 0) == before - 79000
    owed = {row["item_code"]: row["amount"] for row in clerk.get(f"{path}/expected?limit=200").json()["items"]}
    assert item not in owed and owed[other] == 1000, "what is short stays owed"
    assert world.running.sql("SELECT count(*) FROM money_entry WHERE manifest_id = %s::uuid AND direction = 'out'",
                             manifest["id"]) == [(2,)]


@pytest.mark.parametrize("payment", ["cash", "transfer_post"])
def test_a_remittance_leaves_the_safe_and_nobodys_own_hands(world, payment):
    item, _ = take_in(world, fee=42000)
    into_the_safe(world, "clerk")
    take_in(world, fee=3000)  # the closing person's own, which has nothing to do with it
    before = held(world)
    path = open_remittance(world, (item, 42000))
    for _ in range(2):
        reply = close_remittance(world, path, payment=payment)
        assert reply.status_code == 200, reply.text
    after = held(world)
    assert after["clerk", "fee", "KT.A1"] == before["clerk", "fee", "KT.A1"]
    assert after.get((None, "fee", "KT.A1"), 0) == before[None, "fee", "KT.A1"] - 42000
    event = world.running.sql("SELECT id::text FROM event WHERE item_code = %s AND kind = 'fee'", item)[0][0]
    send(world, "clerk", scan("void", item, target=event, void_reason="incorrect_data"))
    assert held(world)[None, "fee", "KT.A1"] == before[None, "fee", "KT.A1"], "taken back, it is in the safe again"


def test_a_courier_does_not_empty_the_safe(world):
    item, _ = take_in(world, fee=8000)
    into_the_safe(world, "clerk")
    path = open_remittance(world, (item, 8000))
    before = held(world)
    courier = world.person("courier")
    signed = {"revision": 1, "name": "Bình", "unit": "Một cửa", "minutes": "NP-1"}
    for where, body in (("/v1/manifests", {"id": uuid7(), "kind": "remittance", "agency": "KT.A1"}), (f"{path}/close", signed),
                        (f"{path}/lines", [{"event_id": uuid7(), "code": item, "occurred_at": rfc3339(),
                                            "data": {"money_kind": "fee", "amount": 8000}}])):
        reply = courier.post(where, body)
        assert (reply.status_code, reply.json()["error"]) == (403, "not_cashier"), reply.text
        assert "giao dịch viên" in reply.json()["detail"], "it says who may"
    assert held(world) == before and world.person("clerk").get(path).json()["state"] == "open"
    assert close_remittance(world, path).status_code == 200


def test_what_the_safe_does_not_have_is_not_remitted(world):
    item, _ = take_in(world, fee=71000)
    safe = held(world).get((None, "fee", "KT.A1"), 0)
    path = open_remittance(world, (item, safe + 1))
    before = held(world)
    reply = close_remittance(world, path, payment="cash")
    assert (reply.status_code, reply.json()["error"]) == (409, "safe_short"), reply.text
    assert held(world) == before and world.person("clerk").get(path).json()["state"] == "open"
    assert world.running.sql("SELECT count(*) FROM event WHERE item_code = %s AND kind = 'fee'", item) == [(0,)]
    into_the_safe(world, "clerk")
    assert close_remittance(world, path, payment="cash").status_code == 200, "once it is there, the same list is closed"


def test_the_same_money_is_remitted_once(world):
    """Two lists for the whole of what is in the safe: each is right alone."""
    items = [take_in(world, fee=5000)[0] for _ in range(2)]
    into_the_safe(world, "clerk")
    safe = held(world)[None, "fee", "KT.A1"]
    replies = [close_remittance(world, path) for path in [open_remittance(world, (item, safe)) for item in items]]
    assert [reply.status_code for reply in replies] == [200, 409], replies[1].text
    assert (None, "fee", "KT.A1") not in held(world)


def test_nobody_hands_over_money_that_they_do_not_hold(world):
    item, _ = take_in(world, fee=13000)
    into_the_safe(world, "clerk")
    clerk = world.person("clerk")
    manifest = {"id": uuid7(), "kind": "handover_in", "agency": "KT.A1"}
    assert clerk.post("/v1/manifests", manifest).status_code == 201
    path = f"/v1/manifests/{manifest['id']}"
    one = {"event_id": uuid7(), "code": item, "kind": "note", "occurred_at": rfc3339(), "data": {"fee": 13000}}
    assert clerk.post(f"{path}/lines", [one]).status_code == 200
    reply = close_remittance(world, path)
    assert (reply.status_code, reply.json()["error"]) == (409, "not_held"), reply.text
    assert ("clerk", "fee", "KT.A1") not in held(world)


def test_a_day_is_closed_once_and_stays(world):
    take_in(world, "late", fee=9000, postage=2000)
    late = world.person("late")
    path = f"/v1/money/days/{TODAY}/close"
    reply = late.post(path, {"counted": {**NOTHING, "fee": 9000, "postage": 1500}})
    assert (reply.status_code, reply.json()["error"], reply.json()["member"]) == (422, "unexplained", "reason")
    body = {"counted": {**NOTHING, "fee": 9000, "postage": 1500}, "reason": "thối nhầm 500 đồng"}
    for _ in range(2):
        reply = late.post(path, body)
        assert reply.status_code == 200, reply.text
        rows = {row["kind"]: row for row in reply.json()["items"]}
        assert (rows["postage"]["reckoned"], rows["postage"]["difference"]) == (2000, -500)
        assert rows["fee"]["difference"] == 0 and rows["fee"]["reason"] is None and rows["fee"]["in"] == 9000
    assert held(world)["late", "postage", None] == 2000, "a difference adjusts nothing"
    (row,) = desk(world, "money_differs", "late")
    assert row[:4] == ("KT1", "postage", "-500 thối nhầm 500 đồng", "supervisor")
    assert desk(world, "money_differs", "late", "chief2") == [], "another office's"
    other = late.post(path, {"counted": {**NOTHING, "fee": 9000, "postage": 2000}})
    assert (other.status_code, other.json()["error"]) == (409, "day_closed")
    reply = late.post(f"/v1/money/days/{TODAY - datetime.timedelta(days=1)}/close", {"counted": NOTHING, "reason": "x"})
    assert (reply.status_code, reply.json()["error"]) == (409, "day_closed"), "no day before a closed one"
    assert late.post(f"/v1/money/days/{TODAY + datetime.timedelta(days=1)}/close", {"counted": NOTHING}).status_code == 422
    assert late.post(path, {"account": "clerk", "counted": NOTHING}).status_code == 403
    listed = [row for row in late.get(f"/v1/money/days?from={TODAY}&limit=200").json()["items"]
              if row["person"] and row["person"]["account"] == "late"]
    assert len(listed) == 3 and listed[0]["day"] == str(TODAY)
    # The 500 are found: what is counted the day after is what is reckoned, and nobody has to do anything.
    world.running.sql("INSERT INTO money_day (office_id, day, account_id, kind, in_vnd, out_vnd, counted_vnd, closed_at,"
                      " closed_by, closed_name) SELECT office_id, day + 1, account_id, kind, in_vnd, out_vnd, reckoned_vnd,"
                      " now(), closed_by, closed_name FROM money_day WHERE closed_name = 'Người late' AND kind = 'postage'")
    assert desk(world, "money_differs", "late") == []


def test_days_are_cut_at_local_midnight(world):
    """Closed after midnight, yesterday has nothing of today's; and what is late is in exactly one day."""
    office = world.running.sql("SELECT id FROM office WHERE code = 'KT1'")[0][0]
    world.hire("night", "clerk", "KT1")
    night = world.running.sql("SELECT id FROM account WHERE account = 'night'")[0][0]
    midnight = datetime.datetime.combine(TODAY, datetime.time(), zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh"))
    for seconds, amount in ((-1, 100), (0, 20), (1, 3)):
        at = midnight + datetime.timedelta(seconds=seconds)
        world.running.sql(
            "INSERT INTO money_entry (event_id, kind, direction, amount_vnd, payment, held_by, office_id, account_id,"
            " occurred_at, recorded_at) VALUES (%s::uuid, 'postage', 'in', %s, 'cash', 'person', %s, %s, %s, %s)",
            uuid7(), amount, office, night, at, at)
    client = world.person("night")
    yesterday = client.post(f"/v1/money/days/{TODAY - datetime.timedelta(days=1)}/close",
                            {"counted": {**NOTHING, "postage": 100}})
    assert yesterday.status_code == 200, yesterday.text
    today = client.post(f"/v1/money/days/{TODAY}/close", {"counted": {**NOTHING, "postage": 123}})
    assert today.status_code == 200, today.text
    by_day = {row["day"]: row["in"] for row in client.get("/v1/money/days?limit=200").json()["items"]
              if row["person"] and row["person"]["account"] == "night" and row["kind"] == "postage"}
    assert by_day == {str(TODAY - datetime.timedelta(days=1)): 100, str(TODAY): 23}
    # Of yesterday's money all but what came in today should have been handed in, since midnight.
    since = midnight.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert desk(world, "unremitted", "night") == [("KT1", "postage", "100", "courier", since)]
    assert desk(world, "unremitted", "night", "chief2") == [], "another office's"
    # Not the events' own: take it out of the comparison of sums, by what the trigger keeps and nobody else may write.
    world.running.sql("INSERT INTO money_entry (event_id, kind, direction, amount_vnd, payment, held_by, office_id,"
                      " account_id, occurred_at, recorded_at) VALUES (%s::uuid, 'postage', 'out', 123, 'cash', 'person',"
                      " %s, %s, now(), now())", uuid7(), office, night)
    assert desk(world, "unremitted", "night") == []


def test_the_safe_is_counted_too(world):
    safe = {kind: 0 for kind in NOTHING}
    for (holder, kind, _), amount in held(world).items():
        if holder is None:
            safe[kind] += amount
    reply = world.person("cashier").post(f"/v1/money/days/{TODAY}/close", {"office": True, "counted": safe})
    assert reply.status_code == 200, reply.text
    assert {row["person"] for row in reply.json()["items"]} == {None}
    assert world.person("courier").post(f"/v1/money/days/{TODAY}/close", {"office": True, "counted": safe}
                                        ).status_code == 403


def test_money_is_append_only_for_everybody(world):
    for table in ("money_entry", "money_day", "money_receipt", "money_hand_in_line"):
        for change in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(psycopg.Error, match="append-only"):
                world.running.sql(change)
    for change in ("UPDATE money_entry SET amount_vnd = 1", "UPDATE money_day SET reason = ''",
                   "UPDATE money_receipt SET actor = ''"):
        with pytest.raises(psycopg.Error, match="append-only"):
            world.running.sql(change)
    with pytest.raises(psycopg.Error, match="frozen"):
        world.running.sql("UPDATE money_hand_in SET giver_name = 'x' WHERE state = 'received'")


def test_others_offices_are_not_there(world):
    stranger = world.person("clerk2")
    assert {row["office"]["code"] for row in stranger.get("/v1/money/held?limit=200").json()["items"]} <= {"KT2"}
    assert {row["office"] for row in stranger.get("/v1/money/days?limit=200").json()["items"]} <= {"KT2"}
    assert stranger.get("/v1/money/hand-ins").json()["items"] == []
    chief = world.person("chief").get("/v1/money/held?limit=200").json()["items"]
    assert {"KT1", "KT2"} <= {row["office"]["code"] for row in chief}
    assert world.person("officer").get("/v1/money/held").status_code == 403


def test_one_asks_for_ones_own_or_for_the_safe(world):
    take_in(world, "clerk1b", fee=2000)
    take_in(world, "clerk1b", fee=1000, payment="transfer_post")
    mine = offer(world, "clerk1b", {"kind": "fee", "agency": "KT.A1", "amount": 2000}).json()
    assert (mine["giver_account"], mine["lines"][0]["agency_name"]) == ("clerk1b", "UBND phường Một")
    clerk = world.person("clerk1b")

    def holders(query):
        return {row["person"] and row["person"]["account"] for row in pages(clerk, "/v1/money/held", **query)}

    assert holders({"holder": "me"}) == {"clerk1b"} and holders({"holder": "safe"}) == {None}
    assert {"clerk1b", None} < holders({})
    givers = {row["giver_account"] for row in pages(clerk, "/v1/money/hand-ins", giver="me")}
    assert givers == {"clerk1b"} < {row["giver_account"] for row in pages(clerk, "/v1/money/hand-ins")}
    for path in ("held?holder=courier", "hand-ins?giver=courier"):
        reply = clerk.request("GET", f"{world.running.url}/v1/money/{path}")
        assert (reply.status_code, reply.json()["error"]) == (422, "bad_member"), reply.text


def test_lists_are_paged_without_doubles(world):
    clerk = world.person("clerk")
    for path in ("held", "days", "hand-ins"):
        whole = clerk.get(f"/v1/money/{path}?limit=200").json()["items"]
        seen, cursor = [], None
        while True:
            page = clerk.get(f"/v1/money/{path}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
            seen += page["items"]
            cursor = page["next"]
            if not cursor:
                break
        assert seen == whole and len(whole) > 2, path


def test_where_one_works_alone_a_supervisor_of_the_office_above_receives(world):
    take_in(world, "clerk2", fee=12000, postage=8000)
    before = held(world, "clerk2", "KT2")
    mine, safe = before["clerk2", "fee", "KT.A1"], before.get((None, "fee", "KT.A1"), 0)
    body = {"id": uuid7(), "lines": [{"kind": "fee", "agency": "KT.A1", "amount": mine}]}
    assert world.person("clerk2").post("/v1/money/hand-ins", body).status_code == 200
    path = f"/v1/money/hand-ins/{body['id']}/receive"
    reply = world.person("clerk2").post(path)
    assert (reply.status_code, reply.json()["error"]) == (403, "own_hand_in") and "kiểm soát viên của bưu cục cấp trên" in reply.text
    for nobody in ("clerk", "clerk0", "officer"):  # beside it, above it without being responsible for it, of an agency
        assert world.person(nobody).post(path).status_code in (403, 404), nobody
    assert held(world, "clerk2", "KT2").get((None, "fee", "KT.A1"), 0) == safe
    for _ in range(2):
        reply = world.person("chief").post(path)
        assert reply.status_code == 200 and reply.json()["receiver"] == "Người chief", reply.text
    assert held(world, "clerk2", "KT2")[None, "fee", "KT.A1"] == safe + mine, "the safe of the office where it was handed in"
    assert ("clerk2", "fee", "KT.A1") not in held(world, "clerk2", "KT2")
    assert (None, "fee", "KT.A1") not in held(world, "chief", "KT0")
