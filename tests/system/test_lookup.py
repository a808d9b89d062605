"""The public look-up: progress for whoever has the slip or the phone's last digits, and nothing for anybody else."""

import hashlib
import hmac
import itertools
import json
import os
import random
import re
import socket
import ssl
import statistics
import time
import urllib.parse

import pytest

from lib import places, wait
from lib.api import Api, rfc3339, s10, scan
from lib.counter_world import FULL, furnish
from lib.hosod import Hosod
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, TO_CITIZEN, World, new_dossier_code, new_item

SENDER = {"name": "Nguyễn Thị Kín", "phone": "0912345678", "address": "12 ngõ Hẹp, Đồng Hới"}
RECEIVER = {"name": "Trần Văn Riêng", "phone": "0987654321", "address": "34 đường Dài"}
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
WINDOW_S = 600


@pytest.fixture(scope="module")
def world(contract):
    """Its own hosod: budgets and locks are for all who ask from here."""
    with Standalone() as own:
        made = World(own, contract)
        furnish(own)
        yield made
        made.close()


@pytest.fixture(autouse=True)
def fresh(world, request):
    """Every test has a whole budget, in a daemon that remembers no closed network."""
    world.running.sql("DELETE FROM hoso.lookup_budget")
    yield
    world.running.sql("DELETE FROM hoso.lookup_budget")


@pytest.fixture
def citizen(world):
    client = world.person("clerk").another()
    yield client
    client.close()


def take_in(world, item=None, at=None, **data):
    """(item code, token)"""
    item = item or new_item()
    made = scan("accepted", item, at, **{**FIRST_LEG, "procedure": FULL, "sender": SENDER, "receiver": RECEIVER, **data})
    (result,) = world.person("clerk").send(made).json()
    assert result["verdict"] == "recorded", result
    return item, result["slip_token"]


def tell(world, kind, item, after_s=0.0, **data):
    (result,) = world.person("clerk").send(scan(kind, item, rfc3339(after_s), **data)).json()
    assert result["verdict"] in ("recorded", "late"), result


def look(client, code, digits=None, **options):
    headers = options.pop("headers", {"x-request-id": "the-same-id"})
    body = {"code": code, **({"phone_last4": digits} if digits else {}), **options}
    return client.post("/v1/lookup", body, headers=headers)


def answer(reply):
    """All of it that a stranger sees, but the clock."""
    headers = {name: value for name, value in reply.headers.items() if name != "date"}
    return reply.status_code, headers, reply.content


def stages(reply):
    assert reply.status_code == 200, reply.text
    return [step["stage"] for step in reply.json()["progress"]]


# -- what is told


def test_sender_receiver_and_slip_open_the_same_progress(world, citizen):
    item, token = take_in(world)
    replies = [look(citizen, item, "5678"), look(citizen, item.lower(), "4321"), look(citizen, item, token=token),
               look(citizen, item, token=token.upper())]
    assert {reply.content for reply in replies} == {replies[0].content}
    assert stages(replies[0]) == ["taken_in"]
    assert replies[0].json()["progress"][0]["text"] == "Bưu điện đã nhận hồ sơ"


def test_a_dossiers_whole_life_is_told_in_a_handful_of_stages(world, citizen):
    item, token = take_in(world, at=rfc3339(-3600))
    code = new_dossier_code()
    tell(world, "delivered", item, -3000, **TO_AGENCY)
    tell(world, "bound", item, -2900, dossier_code=code, due_on="2026-12-24")
    reply = look(citizen, code, "5678")
    assert stages(reply) == ["taken_in", "handed_in"]
    assert "24/12/2026" in reply.json()["next"]
    result = new_item()
    tell(world, "accepted", result, -2000, dossier_code=code, leg_kind="result")
    assert stages(look(citizen, code, "5678")) == ["taken_in", "handed_in", "on_the_way"]
    tell(world, "out_for_delivery", result, -1900)
    tell(world, "delivery_failed", result, -1800, reason="B1")
    tell(world, "invited", result, -1700, channel="sms", due_on="2026-12-31")
    told = look(citizen, result, "4321").json()
    assert [step["stage"] for step in told["progress"]][-1] == "waiting"
    assert told["until"] == "2026-12-31" and "Bưu cục 1" in told["next"] and "giấy tờ tùy thân" in told["next"]
    tell(world, "delivered", result, -1000, **TO_CITIZEN)
    told = look(citizen, item, token=token).json()  # the first slip goes on telling
    assert [step["stage"] for step in told["progress"]] == ["taken_in", "handed_in", "on_the_way", "delivered"]
    assert told["next"] == "Không cần làm gì thêm." and told["until"] is None


def test_nobody_is_named_and_nothing_is_written_down_about_anybody(world, citizen):
    item, _ = take_in(world, note="Gọi anh Riêng")
    before = world.running.sql("SELECT count(*) FROM hoso.view_log")
    body = look(citizen, item, "5678").text
    for private in ("Kín", "Riêng", "ngõ Hẹp", "0912345678", "5678", "4321", "Người clerk", "clerk"):
        assert private not in body
    assert world.running.sql("SELECT count(*) FROM hoso.view_log") == before
    assert world.running.sql("SELECT count(*) FROM hoso.lookup_try WHERE last_at > now() - interval '1 second'"
                             " AND wrong = 0") == [(0,)]
    lines = [line for line in world.running.log().splitlines() if "lookup" in line]
    assert lines and item not in "\n".join(lines)


def test_the_token_is_made_of_the_item_code_and_the_installations_secret(world):
    item, token = take_in(world)
    (secret,) = world.running.sql("SELECT secret FROM hoso.lookup_secret WHERE retired_at IS NULL ORDER BY no DESC")[0]
    digest = hmac.new(bytes(secret), item.encode(), hashlib.sha256).digest()[:16]
    bits = "".join(f"{byte:08b}" for byte in digest) + "00"
    assert token == "".join(LETTERS[int(bits[at:at + 5], 2)] for at in range(0, 130, 5))


# -- what is not


def wrong_ways(world):
    """Each a function that makes a request that must fail, of a new code every time."""
    stub = new_item()
    (result,) = world.person("clerk").send(scan("arrived", stub)).json()
    assert result["verdict"] == "unknown_item"
    stub_token = world.person("clerk").get(f"/v1/legs/{stub}").json()["legs"][0]["slip_token"]
    real, token = take_in(world)
    no_phone, _ = take_in(world, sender={"name": "A"}, receiver={"name": "B"})
    other, other_token = take_in(world)
    return {
        "nobody's code": (s10(99_999_997), {"phone_last4": "5678"}),
        "the very last code": ("ZZ999999999ZZ.-" + "9", {"phone_last4": "5678"}),
        "nobody's dossier": ("000.00.05.H06-991231-9999", {"phone_last4": "5678"}),
        "a stub": (stub, {"phone_last4": "5678"}),
        "a stub by its own token": (stub, {"token": stub_token}),
        "wrong digits": (real, {"phone_last4": "5679"}),
        "no phone at all": (no_phone, {"phone_last4": "0000"}),
        "another item's token": (real, {"token": other_token}),
        "a token that is short": (real, {"token": token[:25]}),
        "a token of a code that nobody has": (s10(99_999_996), {"token": token}),
    }


def test_all_that_is_wrong_gets_the_same_bytes_and_headers(world, citizen):
    answers = {}
    for name, (code, proof) in wrong_ways(world).items():
        answers[name] = answer(look(citizen, code, **proof))
    assert answers["wrong digits"][0] == 404
    assert json.loads(answers["wrong digits"][2])["error"] == "no_match"
    for name, other in answers.items():
        assert other == answers["wrong digits"], name


def raw(own):
    """A connection that measures the daemon and not a client library."""
    place = urllib.parse.urlsplit(own.url)
    plain = socket.create_connection((place.hostname, place.port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ssl.create_default_context(cafile=str(own.ca)).wrap_socket(plain, server_hostname=place.hostname)


def timed(connection, code, proof):
    """(seconds, what came back without its date)"""
    body = json.dumps({"code": code, **proof}).encode()
    head = ("POST /v1/lookup HTTP/1.1\r\nHost: x\r\nX-Request-Id: the-same-id\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n")
    begun = time.perf_counter()
    connection.sendall(head.encode() + body)
    reply = connection.recv(65536)
    return time.perf_counter() - begun, re.sub(rb"\r\nDate: [^\r]*", b"", reply)


def test_unknown_and_wrong_take_the_same_time(world):
    """Medians of alternating requests: printed; that the bytes are the same is asserted."""
    ways = [way for name, way in wrong_ways(world).items() if name in ("nobody's code", "a stub", "wrong digits")]
    seed = int(os.environ.get("HOSO_SEED", random.randrange(2**32)))
    dice = random.Random(seed)
    times, replies = [[], [], []], set()
    with Hosod(world.running) as own, raw(own) as connection:
        for turn in range(300):
            if turn % 15 == 0:
                world.running.sql("DELETE FROM hoso.lookup_budget")
            for which in dice.sample(range(3), 3):
                took_s, reply = timed(connection, *ways[which])
                times[which].append(took_s)
                replies.add(reply)
    assert len(replies) == 1 and replies.pop().startswith(b"HTTP/1.1 404")
    quartiles = [[f"{cut * 1e6:.0f}" for cut in statistics.quantiles(kind, n=4)] for kind in times]
    print(f"\nseed {seed}; µs, quartiles of 300 each: unknown {quartiles[0]}, stub {quartiles[1]}, "
          f"wrong digits {quartiles[2]}")


@pytest.mark.parametrize("body, status, error, member", [
    ({}, 422, "missing_member", "code"),
    ({"code": "RR123456785VN"}, 422, "missing_member", "phone_last4"),
    ({"code": "RR123456784VN", "phone_last4": "1234"}, 422, "bad_check_digit", "code"),
    ({"code": "x", "phone_last4": "1234"}, 422, "bad_item_code", "code"),
    ({"code": "RR123456785VN", "phone_last4": "12345"}, 422, "bad_member", "phone_last4"),
    ({"code": "RR123456785VN", "phone_last4": "１２３４"}, 422, "bad_member", "phone_last4"),
    ({"code": "RR123456785VN", "phone_last4": 1234}, 422, "bad_member", "phone_last4"),
    ({"code": "RR123456785VN", "phone_last4": "1234", "token": "x"}, 422, "bad_member", "token"),
    ({"code": "RR123456785VN", "token": "x" * 27}, 422, "bad_member", "token"),
    ({"code": "RR123456785VN", "phone_last4": "1234", "name": "x"}, 422, "unknown_member", None),
])
def test_what_is_no_question_is_said(citizen, body, status, error, member):
    reply = citizen.post("/v1/lookup", body, valid=False)
    assert (reply.status_code, reply.json()["error"]) == (status, error), reply.text
    assert member is None or reply.json()["member"] == member


# -- guessing


def test_after_five_wrong_tries_a_code_is_closed_without_a_word(world, citizen):
    item, token = take_in(world)
    first = answer(look(citizen, item, "0000"))
    for guess in range(1, 5):
        assert answer(look(citizen, item, f"000{guess}")) == first
    assert answer(look(citizen, item, "5678")) == first  # right, and closed
    assert stages(look(citizen, item, token=token)) == ["taken_in"]  # the slip still opens it
    (wrong, left_s) = world.running.sql(
        "SELECT wrong, extract(epoch FROM closed_until - now())::int FROM hoso.lookup_try"
        " WHERE key = sha256(%s::bytea)", item)[0]
    assert wrong == 5 and 890 <= left_s <= 900
    # Asking while it is closed does not close it for longer.
    look(citizen, item, "1111")
    assert world.running.sql("SELECT wrong FROM hoso.lookup_try WHERE key = sha256(%s::bytea)", item) == [(5,)]
    world.running.sql("UPDATE hoso.lookup_try SET closed_until = now() WHERE key = sha256(%s::bytea)", item)
    assert stages(look(citizen, item, "5678")) == ["taken_in"]
    # The next five close it for twice as long.
    for guess in range(5):
        look(citizen, item, f"000{guess}")
    (left_s,) = world.running.sql(
        "SELECT extract(epoch FROM closed_until - now())::int FROM hoso.lookup_try"
        " WHERE key = sha256(%s::bytea)", item)[0]
    assert 1790 <= left_s <= 1800


def test_a_code_that_nobody_has_is_closed_in_the_same_way(world, citizen):
    code = s10(99_999_001)
    for _ in range(5):
        look(citizen, code, "5678")
    assert world.running.sql(
        "SELECT wrong, closed_until > now() FROM hoso.lookup_try WHERE key = sha256(%s::bytea)", code) == [(5, True)]


def test_what_is_long_ago_is_forgotten(world, citizen):
    item, _ = take_in(world)
    for _ in range(4):
        look(citizen, item, "0000")
    world.running.sql("UPDATE hoso.lookup_try SET last_at = last_at - interval '4 hours'"
                      " WHERE key = sha256(%s::bytea)", item)
    look(citizen, item, "0000")
    assert world.running.sql(
        "SELECT wrong, closed_until FROM hoso.lookup_try WHERE key = sha256(%s::bytea)", item) == [(1, None)]


def test_a_network_has_a_budget_and_all_daemons_count_it(world, contract):
    item, _ = take_in(world)
    with Hosod(world.running) as one, Hosod(world.running) as other:
        clients = [Api(daemon.url, daemon.ca, contract) for daemon in (one, other)]
        while time.time() % WINDOW_S > WINDOW_S - 20:
            wait.until(lambda: time.time() % WINDOW_S < 20, 30, "the next window")
        replies = [look(client, item, "5678") for client, _ in zip(itertools.cycle(clients), range(61))]
        assert [reply.status_code for reply in replies] == [200] * 60 + [429]
        for client in clients * 2:
            reply = look(client, item, "5678")
            assert reply.status_code == 429 and reply.json()["error"] == "too_many_lookups"
            assert 0 < int(reply.headers["retry-after"]) <= WINDOW_S
        # Whom it has turned away once it turns away by itself: the database is not asked again.
        asked = world.running.sql("SELECT asked FROM hoso.lookup_budget WHERE network = '127.0.0.0/24'")[0][0]
        for client in clients * 5:
            assert look(client, item, "5678").status_code == 429
        assert world.running.sql(
            "SELECT asked FROM hoso.lookup_budget WHERE network = '127.0.0.0/24'")[0][0] == asked
        for client in clients:
            client.close()


def test_all_of_them_together_have_one_too(world, contract):
    item, _ = take_in(world)
    slot = int(time.time() // WINDOW_S)
    with Hosod(world.running) as own:
        client = Api(own.url, own.ca, contract)
        world.running.sql("INSERT INTO hoso.lookup_budget VALUES ('', %s, 12000), ('', %s, 12000)"
                          " ON CONFLICT (network, slot) DO UPDATE SET asked = 12000", slot, slot + 1)
        assert look(client, item, "5678").status_code == 429
        client.close()


def test_a_good_look_up_writes_two_counters_and_nothing_else(world, citizen):
    item, _ = take_in(world)
    look(citizen, item, "5678")
    before = world.running.sql("SELECT count(*) FROM hoso.lookup_try")
    look(citizen, item, "5678")
    assert world.running.sql("SELECT network, asked FROM hoso.lookup_budget ORDER BY 1") == [
        ("", 2), ("127.0.0.0/24", 2)]
    assert world.running.sql("SELECT count(*) FROM hoso.lookup_try") == before


# -- the secret


def test_another_secret_makes_new_tokens_and_old_slips_stay_good_until_they_are_retired(world, contract):
    """A daemon reads the secret at its start and every minute."""
    old, old_token = take_in(world)
    world.running.sql("SELECT hoso.rotate_lookup_secret()")
    with Hosod(world.running) as own:
        client = Api(own.url, own.ca, contract)
        client.login("clerk", world.password)
        made = scan("accepted", new_item(), **{**FIRST_LEG, "sender": SENDER})

        def token_came():
            (result,) = client.send(made).json()
            return result if "slip_token" in result else None

        result = wait.until(token_came, 10, "the secret")
        assert stages(look(client, made["code"], token=result["slip_token"])) == ["taken_in"]
        assert stages(look(client, old, token=old_token)) == ["taken_in"]
        world.running.sql("SELECT hoso.rotate_lookup_secret(true)")
        assert look(client, old, token=old_token).status_code == 404
        assert stages(look(client, old, "5678")) == ["taken_in"]
        client.close()


def test_the_daemon_can_neither_change_nor_add_a_secret(world):
    for change in ("DELETE FROM hoso.lookup_secret", "UPDATE hoso.lookup_secret SET retired_at = now()",
                   "SELECT hoso.rotate_lookup_secret()"):
        with pytest.raises(Exception, match="permission denied"):
            world.running.sql("SET ROLE hoso_daemon; " + change)


def test_what_a_look_up_costs_does_not_grow_with_the_items(world):
    """Every statement of it walks down indexes."""
    source = (places.ROOT / "daemon/store/lookup.c").read_text()
    find = re.search(r'"lookup_find",\n(.*?)\};', source, re.S)[1]
    person = re.search(r'#define PERSON_AT\(id\) (.*?)\n\n', source, re.S)[1].replace("\\\n", "")
    find = re.sub(r'PERSON_AT\("([^"]+)"\)', lambda call: person.replace(" id ", f' "{call[1]}" '), find)
    sql = "".join(re.findall(r'"((?:[^"\\\\]|\\\\.)*)"', find))
    with world.running.connect() as connection:
        connection.execute("SET search_path = hoso; SET enable_seqscan = off")
        sql = sql.replace("$1", "'RR000000005VN'").replace("$2", "'\\x00'")
        plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + sql))
    assert "Seq Scan" not in plan and "Sort" not in plan, plan
    for index in ("leg_item_code_key", "dossier_code_key", "person_pkey", "dossier_pkey", "lookup_try_pkey"):
        assert index in plan, plan
