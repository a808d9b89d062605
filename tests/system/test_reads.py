"""The read side: who sees what, whole and in order, and who is written down for looking."""

import base64
import json
import time
import uuid

import pytest

from lib.api import rfc3339, s10, scan, uuid7
from lib.client import hoso
from lib.standalone import Standalone
from lib.town import Town, ask, pages

NOBODYS = s10(99_999_999)


@pytest.fixture(scope="module")
def town(contract):
    with Standalone() as own:
        made = Town(own, contract)
        yield made
        made.close()


def get(client, path, **query):
    return ask(client, path, query)


def codes(items):
    return [item["legs"][0]["item_code"] for item in items]


def views(town, what, account):
    (count,) = town.standalone.sql(
        "SELECT count(*) FROM view_log v JOIN account a ON a.id = v.account_id WHERE a.account = %s AND v.what = %s",
        account, what)[0]
    return count


# -- few among many

OTHERS = """
INSERT INTO dossier (id, code, stub, agency_id, procedure_id, service, sender_id, receiver_id, dseq, hash, legs, recorded_at,
  words, status, submitted_at)
 SELECT overlay(overlay(md5('d' || n) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid, NULL, false,
  (SELECT min(id) FROM agency), (SELECT min(id) FROM procedure), 3, p.id, p.id, 1, sha256(''), 1, date_trunc('milliseconds', now()), '{}', 'with_post', NULL
 FROM generate_series(1, 1500) n, (SELECT id FROM person LIMIT 1) p;
INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_office_id, state_actor, gaps, conflicts,
  attempts, invitations, offices, track, accepted_at, accepted_office_id, accepted_by, dossier_recorded_at)
 SELECT overlay(overlay(md5('l' || n) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid,
  overlay(overlay(md5('d' || n) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid, 1, 'submit', 'RR' || lpad(n::text, 9, '0') || 'VN',
  (ARRAY['accepted', 'held', 'arrived'])[1 + n % 3], now() - interval '9 days', o.id, 'Ai', 1, 0, 0, 0, ARRAY[o.id], '',
  now() - interval '9 days', o.id, 1, date_trunc('milliseconds', now()) FROM generate_series(1, 1500) n, (SELECT id FROM office WHERE code = 'NORTH') o;
"""


def test_an_offices_few_are_the_same_among_a_few_and_among_many(contract):
    """The ways in differ by how much an office has of all; what is found does not."""
    with Standalone() as own:
        town = Town(own, contract)
        items = [town.take_in("south-clerk") for _ in range(4)]
        town.take_in("south-clerk", agency="XAY-DUNG")
        town.send("south-clerk", scan("arrived", items[0]), scan("held", items[1]), scan("arrived", town.item_code()),
                  scan("dispatched", items[3], next_office="NORTH"))
        assert town.send("south-clerk", scan("returning", items[2], reason="A5"))[0]["verdict"] == "refused"
        asked = [("/v1/dossiers", {}), ("/v1/dossiers", {"state": "accepted"}), ("/v1/dossiers", {"state": "held"}),
                 ("/v1/dossiers", {"state": "new"}), ("/v1/dossiers", {"state": "delivered"}), ("/v1/dossiers", {"late": "true"}),
                 ("/v1/dossiers", {"office": "SOUTH"}), ("/v1/dossiers", {"office": "SOUTH", "state": "arrived"}),
                 ("/v1/dossiers", {"agency": "XAY-DUNG"}), ("/v1/dossiers", {"limit": 2})]
        desk = [("/v1/exceptions", {}), ("/v1/exceptions/counts", {}), ("/v1/exceptions", {"what": "refused"}),
                ("/v1/exceptions", {"what": "unknown_item"}), ("/v1/exceptions/counts", {"office": "SOUTH"})]

        def answer(login, path, query):
            paged = "counts" not in path and "limit" not in query
            items = pages(town.person[login], path, **query) if paged else town.person[login].get(path, params=query).json()["items"]
            return [{**item, "age_s": None} for item in items]

        def answers():
            return {(login, path, str(query)): answer(login, path, query)
                    for login, some in (("south-clerk", asked), ("south-supervisor", asked + desk)) for path, query in some}

        before = answers()
        assert len(before["south-clerk", "/v1/dossiers", "{}"]) == 6
        assert [row["what"] for row in before["south-supervisor", "/v1/exceptions", str({"what": "refused"})]] == ["refused"]
        with own.connect() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(OTHERS)
            connection.execute("ANALYZE leg")
            ((share,),) = connection.execute(
                "SELECT coalesce(sum(e.share) FILTER (WHERE e.office = (SELECT id FROM office WHERE code = 'SOUTH')), 0)"
                " FROM pg_stats s, unnest(s.most_common_elems::text::int[], s.most_common_elem_freqs) e(office, share)"
                " WHERE s.tablename = 'leg' AND s.attname = 'offices'").fetchall()
        assert share < 0.01, "they are few now"
        for _ in range(6):  # the sixth time a statement has its plan for good
            assert answers() == before
        assert len(pages(town.root, "/v1/dossiers", state="held", limit=200)) == 501
        assert len(pages(town.person["north-clerk"], "/v1/dossiers", office="NORTH", limit=200)) == 1500
        town.close()


# -- one dossier


def test_a_dossier_is_found_by_id_by_its_code_and_by_its_item(town):
    code = "G01.899.909-261123-000001"
    item = town.take_in()
    (bound,) = town.send("north-supervisor", scan("bound", item, dossier_code=code))
    assert bound["verdict"] == "recorded", bound
    clerk = town.person["north-clerk"]
    by_item = get(clerk, f"/v1/dossiers/{item}").json()
    assert by_item["dossier_code"] == code
    assert get(clerk, f"/v1/dossiers/{code.lower()}").json() == by_item
    assert get(clerk, f"/v1/dossiers/{by_item['id']}").json() == by_item
    assert get(clerk, f"/v1/legs/{item}").json() == by_item


def test_the_timeline_is_in_the_order_of_time_and_has_every_event(town):
    item = town.take_in()
    later, earlier = rfc3339(), rfc3339(-3600)
    town.send("north-clerk", scan("note", item, occurred_at=later, note="sau"))
    town.send("north-clerk", scan("note", item, occurred_at=earlier, note="trước"))
    dossier = get(town.person["north-clerk"], f"/v1/dossiers/{item}").json()
    assert [event["kind"] for event in dossier["events"]] == ["note", "accepted", "note"]
    assert [event["dseq"] for event in dossier["events"]] == [3, 1, 2]
    assert dossier["events"][0]["data"] == {"note": "trước"}
    assert dossier["events"][1]["data"]["sender"]["name"] == "Nguyễn Văn An"
    assert dossier["agency"]["code"] == "TU-PHAP" and dossier["procedure"]["code"] == "1.000.1"
    assert dossier["legs"][0]["state"] == "accepted" and dossier["legs"][0]["state_office"]["code"] == "NORTH"


def test_events_of_a_merged_stub_are_read_with_the_dossier(town):
    item = town.take_in()
    code = "G01.899.909-261123-000002"
    town.send("north-supervisor", scan("bound", item, dossier_code=code))
    stray = town.item_code()
    (unknown,) = town.send("north-clerk", scan("arrived", stray))
    assert unknown["verdict"] == "unknown_item"
    stub = get(town.person["north-clerk"], f"/v1/dossiers/{stray}").json()
    assert stub["stub"] and stub["sender"] is None
    (taken,) = town.send("north-clerk", scan("accepted", stray, dossier_code=code, leg_kind="result"))
    assert taken["verdict"] in ("recorded", "late"), taken
    dossier = get(town.person["north-clerk"], f"/v1/dossiers/{code}").json()
    assert [leg["item_code"] for leg in dossier["legs"]] == [item, stray]
    assert stub["events"][0]["event_id"] in [event["event_id"] for event in dossier["events"]]
    assert get(town.person["north-clerk"], f"/v1/dossiers/{stub['id']}").json()["id"] == dossier["id"]
    one = get(town.person["north-clerk"], f"/v1/legs/{stray}").json()
    assert [leg["item_code"] for leg in one["legs"]] == [stray]
    assert {event["item_code"] for event in one["events"]} == {stray}
    assert stub["id"] not in [row["id"] for row in pages(town.person["north-clerk"], "/v1/dossiers")]


@pytest.mark.parametrize("account, sees", [
    ("north-clerk", True), ("north-courier", False), ("north-supervisor", True), ("south-clerk", False),
    ("south-supervisor", False), ("justice", True), ("building", False)])
def test_out_of_scope_is_not_there(town, account, sees):
    item = town.take_in("north-clerk", sender="Phạm Phạm Vi")
    client = town.person[account]
    dossier_id = get(town.root, f"/v1/dossiers/{item}").json()["id"]
    nothing = get(client, f"/v1/dossiers/{NOBODYS}")
    assert nothing.status_code == 404
    for path in (f"/v1/dossiers/{item}", f"/v1/legs/{item}", f"/v1/dossiers/{dossier_id}"):
        reply = get(client, path)
        assert reply.status_code == (200 if sees else 404)
        assert sees or reply.content == nothing.content
    assert (item in codes(pages(client, "/v1/dossiers", text="pham vi"))) == sees
    assert (item in codes(pages(client, "/v1/dossiers", code=item))) == sees
    assert (item in codes(pages(client, "/v1/dossiers", phone="5678"))) == sees


def test_an_office_sees_what_is_going_to_it(town):
    item = town.take_in("north-clerk")
    assert get(town.person["south-clerk"], f"/v1/dossiers/{item}").status_code == 404
    town.send("north-clerk", scan("dispatched", item, next_office="SOUTH"))
    assert get(town.person["south-clerk"], f"/v1/dossiers/{item}").status_code == 200


def test_telephone_numbers_are_whole_only_for_the_post_and_only_in_one_dossier(town):
    item = town.take_in(phone="0912345678")
    for account in ("north-clerk", "north-supervisor"):
        dossier = get(town.person[account], f"/v1/dossiers/{item}").json()
        assert dossier["sender"]["phone"] == "0912345678"
        assert dossier["events"][0]["data"]["sender"]["phone"] == "0912345678"
    reply = get(town.person["justice"], f"/v1/dossiers/{item}")
    assert reply.json()["sender"] == {"name": "Nguyễn Văn An", "phone": "******5678", "address": "1 Lê Lợi"}
    assert "0912345678" not in reply.text and "0987654321" not in reply.text
    reply = get(town.person["north-clerk"], "/v1/dossiers", code=item)
    assert reply.json()["items"][0]["sender"] == {"name": "Nguyễn Văn An", "phone": "******5678"}
    assert "0912345678" not in reply.text and "Lê Lợi" not in reply.text


def test_every_look_is_written_down_and_nothing_that_was_not_seen(town):
    item = town.take_in(sender="Lê Thị Nhật Ký")
    clerk, stranger = town.person["north-clerk"], town.person["south-clerk"]
    before = {what: views(town, what, "north-clerk") for what in ("dossier", "leg", "search")}
    dossier = get(clerk, f"/v1/dossiers/{item}").json()
    get(clerk, f"/v1/legs/{item}")
    get(clerk, "/v1/dossiers", text="nhat ky")
    get(clerk, "/v1/dossiers", text="không có ai tên thế")
    assert {what: views(town, what, "north-clerk") - count for what, count in before.items()} == {
        "dossier": 1, "leg": 1, "search": 1}
    before = sum(views(town, what, "south-clerk") for what in before)
    get(stranger, f"/v1/dossiers/{item}")
    get(stranger, "/v1/dossiers", text="nhat ky")
    assert sum(views(town, what, "south-clerk") for what in ("dossier", "leg", "search")) == before
    rows = town.standalone.sql("SELECT what, dossier_id FROM view_log WHERE dossier_id = %s", dossier["id"])
    assert sorted(what for what, _ in rows) == ["dossier", "leg"]
    (texts,) = town.standalone.sql("SELECT count(*) FROM view_log WHERE what NOT IN ('dossier', 'leg', 'search')")[0]
    assert texts == 0


NO_CODES = [
    (NOBODYS, 404, "not_found"), ("RR123456789VN", 422, "bad_check_digit"), ("%20", 404, "not_found"),
    ("' OR 1=1 --", 404, "not_found"), (str(uuid.uuid4()), 404, "not_found"), ("đ" * 60, 404, "not_found"),
    (uuid7(), 404, "not_found")]


@pytest.mark.parametrize("code, status, error", NO_CODES, ids=range(len(NO_CODES)))
def test_a_code_that_is_none_is_told_apart_from_a_misread_one(town, code, status, error):
    reply = town.root.get(f"/v1/dossiers/{code}" if "%" in code else "/v1/dossiers/" + code.replace("/", "%2F"))
    assert (reply.status_code, reply.json()["error"]) == (status, error)


# -- search


@pytest.mark.parametrize("text, found", [
    ("Đặng Đức Độ", True), ("dang duc do", True), ("DANG DO", True), ("đô dan", True), ("duc", True),
    ("ang", False), ("dang duc dung", False), ("%", False), ("_ang", False), ("d%g", False), ("\\", False),
    ("Hoàng", True), ("dang hoang", False), ("'; DROP TABLE person; --", False), ("\u202edang", None)])
def test_names_are_found_without_marks_by_the_beginning_of_words(town, text, found):
    item = town.take_in(sender="Đặng Đức Độ", receiver="Hoàng Ánh")
    reply = get(town.person["north-clerk"], "/v1/dossiers", text=text, limit=200)
    if found is None:
        assert reply.status_code == 422 and reply.json()["member"] == "text"
        return
    assert reply.status_code == 200
    assert (item in codes(reply.json()["items"])) == found


def test_names_with_the_signs_of_patterns_are_found_by_them(town):
    item = town.take_in(sender="Công ty 100% \\_Việt_ {\"a\",b}")
    clerk = town.person["north-clerk"]
    for text in ("100%", "\\_viet_", '{"a",b}'):
        assert codes(pages(clerk, "/v1/dossiers", text=text)) == [item], text


def test_filters_narrow_and_join(town):
    item = town.take_in(sender="Vũ Lọc", phone="0905551234")
    town.send("north-clerk", scan("dispatched", item, next_office="SOUTH"))
    clerk = town.person["north-clerk"]
    day = rfc3339()[:10]
    hits = [
        {"phone": "1234"}, {"phone": "+84 905 551 234"}, {"state": "in_transit"}, {"office": "NORTH"},
        {"agency": "TU-PHAP"}, {"from": rfc3339(-600)}, {"to": rfc3339(600)}, {"late": "false"}, {"code": item.lower()},
        {"code": item, "phone": "1234", "state": "in_transit", "office": "NORTH", "from": rfc3339(-600)}]
    misses = [
        {"phone": "9999"}, {"phone": "0905559234"}, {"state": "accepted"}, {"office": "SOUTH"}, {"office": "NOWHERE"},
        {"agency": "XAY-DUNG"}, {"from": rfc3339(600)}, {"to": rfc3339(-600)}, {"late": "true"}, {"to": "2020-01-01"},
        {"code": item, "phone": "9999"}, {"code": item, "text": "khac"}]
    for query in hits:
        assert codes(pages(clerk, "/v1/dossiers", text="vu loc", **query)) == [item], query
    for query in misses:
        query = {"text": "vu loc", **query}
        assert codes(pages(clerk, "/v1/dossiers", **query)) == [], query
    assert item in codes(pages(clerk, "/v1/dossiers", **{"from": "2020-01-01", "to": "2199-12-31"}))
    assert day in pages(clerk, "/v1/dossiers", code=item)[0]["recorded_at"]


def test_late_is_open_and_unmoved_for_two_days(town):
    moved = town.acceptance(sender="Bùi Trễ")
    old = town.acceptance(sender="Bùi Trễ")
    done = town.acceptance(sender="Bùi Trễ")
    old["occurred_at"] = done["occurred_at"] = rfc3339(-3 * 86400)
    delivery = scan("delivered", done["code"], occurred_at=rfc3339(-2.5 * 86400), officer="Cán bộ", minutes="BB-1")
    results = town.send("north-clerk", moved, old, done, delivery)
    assert results[-1]["leg_state"] == "delivered", results
    clerk = town.person["north-clerk"]
    assert codes(pages(clerk, "/v1/dossiers", text="bui tre", late="true")) == [old["code"]]
    late = {row["legs"][0]["item_code"]: row["late"] for row in pages(clerk, "/v1/dossiers", text="bui tre")}
    assert late == {moved["code"]: False, old["code"]: True, done["code"]: False}


def test_pages_are_complete_and_stable_while_rows_come_in(town):
    wanted = set()
    for _ in range(5):
        scans = [town.acceptance(sender="Trang Ổn Định") for _ in range(5)]
        town.send("north-clerk", *scans)
        wanted |= {one["code"] for one in scans}
    seen, cursor = [], None
    while True:
        query = {"text": "trang on dinh", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = get(town.person["north-clerk"], "/v1/dossiers", **query).json()
        seen += codes(page["items"])
        town.take_in(sender="Trang Ổn Định")
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) and set(seen) == wanted
    times = [row["recorded_at"] for row in pages(town.person["north-clerk"], "/v1/dossiers", limit=7)]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("query, status, error, member", [
    ({"nam": "an"}, 422, "unknown_member", "nam"), ({"limit": "0"}, 422, "bad_member", "limit"),
    ({"limit": "201"}, 422, "bad_member", "limit"), ({"limit": "1e2"}, 422, "bad_member", "limit"),
    ({"state": "flying"}, 422, "bad_member", "state"), ({"late": "yes"}, 422, "bad_member", "late"),
    ({"phone": "12"}, 422, "bad_member", "phone"), ({"phone": "12345678901234567"}, 422, "bad_member", "phone"),
    ({"phone": "đđđđ"}, 422, "bad_member", "phone"), ({"from": "2026-02-30"}, 422, "bad_member", "from"),
    ({"to": "hôm nay"}, 422, "bad_member", "to"), ({"code": "?"}, 422, "bad_member", "code"),
    ({"code": "RR123456789VN"}, 422, "bad_check_digit", "code"), ({"text": " "}, 422, "bad_member", "text"),
    ({"text": "a" * 201}, 422, "bad_member", "text"), ({"cursor": "x"}, 400, "bad_cursor", "cursor")])
def test_a_query_that_is_wrong_says_where(town, query, status, error, member):
    reply = ask(town.root, "/v1/dossiers", query, valid=False)
    assert (reply.status_code, reply.json()["error"], reply.json()["member"]) == (status, error, member)


@pytest.mark.parametrize("body, error, member", [
    ({"late": "true"}, "bad_member", "late"), ({"limit": "5"}, "bad_member", "limit"), ({"text": 5}, "bad_member", "text"),
    ({"limit": 0}, "bad_member", "limit"), ({"limit": 2.5}, "bad_member", "limit"), ({"nam": "an"}, "unknown_member", None)])
def test_a_search_that_is_wrong_says_where(town, body, error, member):
    reply = town.root.post("/v1/dossiers/search", body, valid=False)
    assert (reply.status_code, reply.json()["error"], reply.json().get("member")) == (422, error, member)


@pytest.mark.parametrize("name", ["text", "phone"])
def test_what_names_a_person_is_not_taken_in_a_url(town, name):
    reply = town.root.request("GET", "/v1/dossiers", valid=False, params={name: "nguyen"})
    assert (reply.status_code, reply.json()["error"], reply.json()["member"]) == (422, "unknown_member", name)


def forged(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


FORGED = [
    "", "=", "####", "a" * 121, forged("o:5:"), forged("d:5:"), forged("d:-5:x"), forged("d:05:" + uuid7()),
    forged("d:0:" + uuid7()), forged("d:99999999999999999999:" + uuid7()), forged("d:5:' OR 1=1"),
    forged("d:5:" + str(uuid.uuid4())[:-1] + "g"), forged("d:5:" + uuid7()) + "=", forged("d:5:" + uuid7().upper())]


@pytest.mark.parametrize("cursor", FORGED, ids=range(len(FORGED)))
def test_a_forged_cursor_is_refused(town, cursor):
    reply = town.root.request("GET", "/v1/dossiers", valid=False, params={"cursor": cursor})
    assert (reply.status_code, reply.json()["error"]) == (400, "bad_cursor")


def test_a_cursor_of_another_list_is_refused(town):
    feed = get(town.root, "/v1/feed", limit=1).json()["next"]
    for path in ("/v1/dossiers", "/v1/outbox", "/v1/exceptions", "/v1/accounts", "/v1/devices"):
        reply = get(town.root, path, cursor=feed)
        assert (reply.status_code, reply.json()["error"]) == (400, "bad_cursor"), path


# -- feed


def read_feed(client, after=None, limit=200):
    """Events until the end, and the place there."""
    events = []
    while True:
        reply = client.get("/v1/feed", params={"limit": limit, **({"after": after} if after else {})})
        assert reply.status_code == 200, reply.text
        page = reply.json()
        events += page["events"]
        if page["next"] == after:
            return events, after
        after = page["next"]


def test_the_feed_shows_each_event_once_and_goes_on_where_it_was(town):
    events, place = read_feed(town.root, limit=7)
    (recorded,) = town.standalone.sql("SELECT count(*) FROM event")[0]
    assert len(events) == len({event["event_id"] for event in events}) == recorded
    item = town.take_in()
    more, place = read_feed(town.root, place)
    assert [event["item_code"] for event in more] == [item]
    assert read_feed(town.root, place) == ([], place)
    assert "data" not in more[0]


def test_the_feed_has_what_was_scanned_long_before_it_was_sent(town):
    _, place = read_feed(town.root)
    an_hour_ago = uuid7(int(time.time() * 1000) - 3_600_000)
    item = town.take_in()
    town.send("north-clerk", scan("note", item, event_id=an_hour_ago, note="chiều nay mới có sóng"))
    events, _ = read_feed(town.root, place)
    assert [event["item_code"] for event in events] == [item, item]
    assert events[1]["event_id"] == an_hour_ago


def test_the_feed_waits_for_an_open_transaction_and_then_misses_nothing(town):
    _, place = read_feed(town.root)
    with town.standalone.connect() as other:
        other.autocommit = False
        other.execute("SELECT pg_current_xact_id()")
        item = town.take_in()
        assert read_feed(town.root, place) == ([], place)
        other.rollback()
    events, _ = read_feed(town.root, place)
    assert [event["item_code"] for event in events] == [item]


def test_the_feed_has_a_scope(town):
    north, south = (town.person[account] for account in ("north-supervisor", "south-supervisor"))
    place, passed = read_feed(north)[1], read_feed(south)[1]
    item = town.take_in("north-clerk")
    assert [event["item_code"] for event in read_feed(north, place)[0]] == [item]
    events, on = read_feed(south, passed)
    assert events == [] and on != passed, "what is out of scope is passed, not looked at for ever"


# -- roles


@pytest.mark.parametrize("account", ["north-clerk", "north-courier", "justice"])
@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/feed"), ("GET", "/v1/outbox"), ("GET", "/v1/outbox/counts"), ("POST", "/v1/outbox/1/retry"), ("POST", "/v1/outbox/1/skip"),
    ("GET", "/v1/accounts"), ("POST", "/v1/accounts"), ("POST", "/v1/accounts/justice/disable"),
    ("POST", "/v1/accounts/justice/password"), ("GET", "/v1/devices"), ("POST", "/v1/devices/end"), ("PUT", "/v1/catalogue")])
def test_what_is_a_supervisors_is_nobody_elses(town, account, method, path):
    reply = town.person[account].request(method, path, valid=False)
    assert (reply.status_code, reply.json()["error"]) == (403, "forbidden")


def test_answers_are_json_of_the_contract_for_everybody(town):
    for client in town.person.values():
        catalogue = get(client, "/v1/catalogue").json()
        assert {"NORTH", "SOUTH"} <= {office["code"] for office in catalogue["offices"]}
        assert json.dumps(catalogue)


def test_verify_finds_late_events_and_merged_stubs_whole(town, tmp_path):
    item, stray, code = town.take_in(), town.item_code(), "G01.899.909-261123-000009"
    town.send("north-supervisor", scan("bound", item, dossier_code=code))
    town.send("north-clerk", scan("note", item, occurred_at=rfc3339(-3600), note="đến muộn"))
    town.send("north-clerk", scan("arrived", stray))
    town.send("north-clerk", scan("accepted", stray, dossier_code=code, leg_kind="result"))
    account, password = town.standalone.first_supervisor()
    (tmp_path / "password").write_text(password + "\n")
    environment = {"HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"), "HOSO_SERVER": town.standalone.url,
                   "HOSO_CA": str(town.standalone.ca)}
    assert hoso(environment, "login", account, "--password-file", tmp_path / "password").returncode == 0
    whole = hoso(environment, "verify", code)
    assert whole.returncode == 0, whole
    assert hoso(environment, "verify", "--all").returncode == 0


# -- last: these rows have no events, and no chain of hashes

BY_HAND = """
WITH d AS (INSERT INTO dossier SELECT (x).* FROM (SELECT jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()::text,
  'code', NULL)) AS x FROM dossier d JOIN leg l ON l.dossier_id = d.id WHERE l.item_code = %s) made RETURNING id)
INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_office_id, state_actor, gaps, conflicts, attempts,
  invitations, offices, track, accepted_at, accepted_office_id, accepted_by, dossier_recorded_at)
 SELECT gen_random_uuid(), d.id, 1, kind, %s, state, state_at, state_office_id, state_actor, gaps, conflicts, attempts,
  invitations, offices, track, accepted_at, accepted_office_id, accepted_by, dossier_recorded_at FROM leg, d WHERE item_code = %s
"""


def test_a_row_that_was_made_by_hand_with_another_kind_of_id_is_a_row(town):
    """gen_random_uuid() makes version 4. It is listed, page by page, shown and reported as any other, and nothing ends."""
    real = town.take_in()
    made = [town.item_code() for _ in range(3)]
    pid = town.standalone.hosod_pid()
    for item in made:
        with town.standalone.connect() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(BY_HAND, (real, item, real))
    for client in (town.person["north-clerk"], town.person["justice"]):
        assert {real, *made} <= set(codes(pages(client, "/v1/dossiers", limit=1)))
        assert get(client, f"/v1/dossiers/{made[0]}").status_code == 200
    year = time.strftime("%Y")
    query = {"period": year, "figure": "accepted", "limit": 1}
    found = pages(town.root, "/v1/reports/volume/dossiers", **query)
    assert {real, *made} <= {row["item_code"] for row in found}
    assert town.standalone.hosod_pid() == pid
