"""Who is signed in on what: seen and ended by the supervisor who manages the account, and by nobody else; at once, whichever daemon is asked."""

import concurrent.futures
import contextlib
import time

import pytest

from lib import wait
from lib.api import Api, rfc3339, scan
from lib.events import Events
from lib.hosod import Hosod
from lib.standalone import Standalone
from lib.town import PASSWORD, Town, pages

PHONE, COUNTER = "(Linux; Android 10; K) Chrome/131.0 Mobile", "quầy-2"
FOREIGN = ["south-clerk", "justice", "supervisor", "nobody", "' OR 1=1", "đ"]


@pytest.fixture(scope="module")
def town(contract):
    with Standalone() as own:
        made = Town(own, contract)
        yield made
        made.close()


@pytest.fixture
def sign_in(town):
    """An account on a device: a client; of the town's daemon, or of the one at @url."""
    made = []

    def enter(account, device, url=None, password=PASSWORD):
        client = Api(url or town.standalone.url, town.standalone.ca, town.contract)
        made.append(client)
        form = {"account": account, "password": password, **({"device": device} if device else {})}
        reply = client.post("/v1/session", form)
        assert reply.status_code == 200, reply.text
        client.token = reply.json()["token"]
        return client

    yield enter
    for client in made:
        client.close()


@pytest.fixture
def courier(town, request):
    """An account of this test's own."""
    name = request.node.name.replace("_", "-")[:60]
    town.create(name, "courier", "NORTH-1")
    return name


def devices(client, account, **query):
    return {row["device"]: row for row in pages(client, "/v1/devices", **query) if row["account"] == account}


def end(client, account, device, **options):
    return client.post("/v1/devices/end", {"account": account, "device": device}, **options)


def error_of(reply):
    return reply.status_code, reply.json()["error"], reply.json().get("member")


def audit(town, account):
    return town.standalone.sql(
        "SELECT a.account, u.detail FROM audit u JOIN account a ON a.id = u.account_id"
        " WHERE u.action = 'session.end' AND u.subject = %s ORDER BY u.id", account)


def test_a_row_is_an_account_on_a_device(town, sign_in, courier):
    north = town.person["north-supervisor"]
    sign_in(courier, PHONE)
    time_of_first = devices(north, courier)[PHONE]["signed_in_at"]
    sign_in(courier, PHONE)
    sign_in(courier, None)
    rows = devices(north, courier, limit=1)
    assert {name: row["sessions"] for name, row in rows.items()} == {PHONE: 2, None: 1}
    row = rows[PHONE]
    assert (row["name"], row["role"], row["office"]["code"], row["agency"]) == (f"Người {courier}", "courier", "NORTH-1", None)
    assert row["signed_in_at"] > time_of_first and row["seen_at"] >= row["signed_in_at"], "the latest of both"
    assert row["signed_in_at"] < row["expires_at"] and row["clock_offset_ms"] is None


def test_what_is_over_is_not_there(town, sign_in, courier):
    north = town.person["north-supervisor"]
    for device, change in (("idle", "seen_at = now() - interval '9 hours'"), ("old", "created_at = now() - interval '13 hours'"), ("out", None)):
        client = sign_in(courier, device)
        assert device in devices(north, courier)
        if change:
            town.standalone.sql(f"UPDATE session SET {change} WHERE device = %s", device)
        else:
            client.delete("/v1/session")
        assert device not in devices(north, courier), "as its next request would be told"
    sign_in(courier, PHONE)
    assert north.post(f"/v1/accounts/{courier}/disable").status_code == 200
    assert devices(north, courier) == {}


def test_the_list_has_a_scope_and_pages_without_gaps(town, sign_in):
    for account in ("north-clerk", "north-courier", "south-clerk", "justice"):
        for n in range(3):
            sign_in(account, f"máy {n}")
    keys = lambda client, **query: [(row["account"], row["device"]) for row in pages(client, "/v1/devices", **query)]
    everybody = keys(town.root, limit=200)
    for limit in (1, 2, 7):
        assert keys(town.root, limit=limit) == everybody
    assert len(everybody) == len(set(everybody)) and [account for account, _ in everybody] == sorted(account for account, _ in everybody)
    assert {"north-clerk", "south-clerk", "justice", "supervisor"} <= {account for account, _ in everybody}
    north = {account for account, _ in keys(town.person["north-supervisor"], limit=2)}
    assert {"north-clerk", "north-courier", "north-supervisor"} <= north
    assert not {"south-clerk", "justice", "supervisor"} & north


def test_a_clock_that_was_off_is_told_as_it_was_recorded_last(town, sign_in, courier):
    north = town.person["north-supervisor"]
    phone, item = sign_in(courier, PHONE), town.take_in("north-courier")
    sign_in(courier, COUNTER)
    offset = lambda: devices(north, courier)[PHONE]["clock_offset_ms"]
    assert offset() is None
    for off_s in (7 * 60, 0):
        phone.send(scan("note", item, note="đồng hồ"), headers={"Hoso-Device-Time": rfc3339(off_s)})
        wait.until(lambda: offset() is not None and abs(offset() / 1000 - off_s) < 30, what=f"an offset of {off_s} s")
    assert devices(north, courier)[COUNTER]["clock_offset_ms"] is None, "another device's is its own"


def test_a_lost_device_is_out_at_once_and_nothing_else_is(town, sign_in, courier):
    north = town.person["north-supervisor"]
    lost, twin, counter = sign_in(courier, PHONE), sign_in(courier, PHONE), sign_in(courier, COUNTER)
    neighbour = sign_in("north-clerk", PHONE)
    for client in (lost, twin, counter, neighbour):
        assert client.get("/v1/me").status_code == 200
    assert end(north, courier, PHONE).json() == {"account": courier, "device": PHONE, "ended": 2}
    for client in (lost, twin):
        assert client.get("/v1/me").status_code == 401, "it may still ask"
        assert client.send(scan("note", town.item_code(), note="sau khi mất máy")).status_code == 401
    for client in (counter, neighbour):
        assert client.get("/v1/me").status_code == 200
    assert set(devices(north, courier)) == {COUNTER}
    assert end(north, courier, PHONE).json()["ended"] == 0
    assert audit(town, courier) == [("north-supervisor", PHONE)], "nothing was done the second time"
    assert sign_in(courier, PHONE).get("/v1/me").status_code == 200, "whoever has the password signs in again"


def test_other_daemons_and_open_streams_learn_of_it(town, sign_in):
    town.create("north-deputy", "supervisor", "NORTH")
    with Hosod(town.standalone) as other, contextlib.ExitStack() as stack:
        there, here = sign_in("north-deputy", PHONE, other.url), sign_in("north-deputy", PHONE)
        assert there.get("/v1/me").status_code == 200
        streams = [stack.enter_context(Events(client)) for client in (there, here)]
        for stream in streams:
            stream.until(lambda s=stream: s.events, "the first event")
        began = time.monotonic()
        assert end(town.person["north-supervisor"], "north-deputy", PHONE).json()["ended"] == 2
        assert here.get("/v1/me").status_code == 401
        wait.until(lambda: there.get("/v1/me").status_code == 401, 5, "the other daemon takes nothing from it any more")
        assert all(stream.ended.wait(15 - (time.monotonic() - began)) for stream in streams), "streams end"


@pytest.mark.parametrize("account", FOREIGN)
def test_an_account_out_of_scope_is_not_there(town, sign_in, account):
    stays = sign_in("south-clerk", PHONE)
    assert error_of(end(town.person["north-supervisor"], account, PHONE, **({} if account.isascii() and " " not in account else {"valid": False}))) == (404, "not_found", None)
    assert stays.get("/v1/me").status_code == 200 and audit(town, account) == []


def test_a_supervisor_ends_their_own_devices_too(town, sign_in):
    at_home, at_work = sign_in("south-supervisor", PHONE), sign_in("south-supervisor", COUNTER)
    assert end(at_work, "south-supervisor", PHONE).json()["ended"] == 1
    assert at_home.get("/v1/me").status_code == 401 and at_work.get("/v1/me").status_code == 200
    assert end(at_work, "south-supervisor", COUNTER).json()["ended"] == 1, "the one in their hands is no exception"
    assert at_work.get("/v1/me").status_code == 401


def test_of_many_who_end_it_at_once_one_does(town, sign_in, courier):
    for _ in range(3):
        sign_in(courier, PHONE)
    chiefs = [sign_in("north-supervisor", f"máy {n}") for n in range(4)]
    with concurrent.futures.ThreadPoolExecutor(len(chiefs)) as pool:
        ended = sorted(reply.json()["ended"] for reply in pool.map(lambda chief: end(chief, courier, PHONE), chiefs))
    assert ended == [0, 0, 0, 3] and audit(town, courier) == [("north-supervisor", PHONE)]


def test_a_device_without_a_name_has_to_be_said(town, sign_in, courier):
    north = town.person["north-supervisor"]
    nameless, named = sign_in(courier, None), sign_in(courier, PHONE)
    assert end(north, courier, None).json() == {"account": courier, "device": None, "ended": 1}
    assert nameless.get("/v1/me").status_code == 401 and named.get("/v1/me").status_code == 200


@pytest.mark.parametrize("body, status, error, member", [
    ([], 400, "bad_json", None), ({"account": "north-clerk"}, 422, "missing_member", "device"), ({"device": PHONE}, 422, "missing_member", "account"),
    ({"account": "north-clerk", "device": ""}, 422, "bad_member", "device"), ({"account": "north-clerk", "device": 5}, 422, "bad_member", "device"),
    ({"account": "north-clerk", "device": "x" * 201}, 422, "bad_member", "device"), ({"account": 5, "device": None}, 422, "bad_member", "account"),
    ({"account": "north-clerk", "device": None, "all": True}, 422, "unknown_member", None)])
def test_a_wrong_order_ends_nothing(town, sign_in, body, status, error, member):
    stays = sign_in("north-clerk", PHONE)
    reply = town.person["north-supervisor"].request("POST", "/v1/devices/end", body, valid=False)
    assert error_of(reply) == (status, error, member)
    assert stays.get("/v1/me").status_code == 200


def test_a_session_that_ran_out_has_ended(town, sign_in, courier):
    """A daemon that starts looks for them; those that live go on."""
    for device in ("old", "new"):
        sign_in(courier, device)
    town.standalone.sql("UPDATE session SET created_at = created_at - interval '13 hours' WHERE device = 'old'"
                        " AND account_id = (SELECT id FROM account WHERE account = %s)", courier)
    town.standalone.kill_hosod()
    town.standalone.wait_ready()
    read = ("SELECT device, ended_at = created_at + interval '12 hours' FROM session WHERE account_id = (SELECT id FROM account WHERE account = %s)"
            " ORDER BY device")
    wait.until(lambda: town.standalone.sql(read, courier) == [("new", None), ("old", True)], 20, "the old one has ended")
    assert set(devices(town.person["north-supervisor"], courier)) == {"new"}
