"""daemon/http from outside: raw sockets against tests/lib/httpd_echo, plain and TLS.

What is taken, what is refused, and what every reply says. test_http_limits.py has the deadlines and caps.
"""

import json
import random
import socket
import statistics
import time

import pytest

from lib.http_room import (  # noqa: F401 (the fixtures are used by name)
    GET, HEAD, Server, certificate, post, read_head, read_reply, read_to_end, tls)

SMUGGLED = b"DELETE /echo/smuggled HTTP/1.1\r\n" + HEAD + b"\r\n"


@pytest.fixture(scope="module")
def server(tls, tmp_path_factory):
    asset = tmp_path_factory.mktemp("assets") / "asset.txt"
    asset.write_text("xin chào\n")
    asset.with_name("asset.txt.br").write_text("as brotli")
    asset.with_name("asset.txt.gz").write_text("as gzip")
    with Server(tls, asset=asset) as running:
        yield running


AMBIGUOUS = {
    "two lengths": post(b"Content-Length: 3", b"Content-Length: 0", body=b"abc"),
    "two equal lengths": post(b"Content-Length: 0", b"Content-Length: 0"),
    "length list": post(b"Content-Length: 0, 3"),
    "signed length": post(b"Content-Length: +0"),
    "space before colon": post(b"Content-Length : 0"),
    "length and chunked": post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "chunked and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n"),
    "xchunked": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "chunked twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "tab before chunked": post(b"Transfer-Encoding:\tchunked", body=b"0\r\n\r\n"),
    "chunk 0x": post(b"Transfer-Encoding: chunked", body=b"0x0\r\n\r\n"),
    "chunk +": post(b"Transfer-Encoding: chunked", body=b"+0\r\n\r\n"),
    "chunk extension": post(b"Transfer-Encoding: chunked", body=b"0;a\r\n\r\n"),
    "trailer": post(b"Transfer-Encoding: chunked", body=b"0\r\nA: b\r\n\r\n"),
    "chunk end": post(b"Transfer-Encoding: chunked", body=b"1\r\nxy\r\n0\r\n\r\n"),
    "bare LF": GET.replace(b"\r\n", b"\n"),
    "one bare LF": post(b"A: b\nContent-Length: 0"),
    "folded": post(b"A: b", b" c"),
    "NUL in value": post(b"A: \0b"),
    "NUL in name": post(b"A\0: b"),
    "no host": b"GET /echo/x HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /echo/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "space in target": b"GET /echo/x y HTTP/1.1\r\n" + HEAD + b"\r\n",
    "quote in target": b"GET /echo/\" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "absolute form": b"GET http://a/echo/x HTTP/1.1\r\n" + HEAD + b"\r\n",
    "HEAD with body": b"HEAD /echo/x HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\n\r\nabc",
    "GET with body": b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\n\r\nabc",
    "chunked in 1.0": b"POST /echo HTTP/1.0\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "other expectation": post(b"Expect: 200-ok", b"Content-Length: 3", body=b"abc"),
    "no HTTP": b"\x05\x01\x00 hello\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_message_is_refused_and_nothing_behind_it_runs(server, name):
    before = server.counts()
    with server.connect() as client:
        client.sendall(AMBIGUOUS[name] + SMUGGLED)
        reply = read_reply(client)
        assert (reply.status, reply.code) == (400, "bad_request")
        assert reply.headers["connection"] == "close"
        assert reply.headers["content-type"] == "application/problem+json"
        assert read_to_end(client) == b""
    after = server.counts()
    assert after["ran"] == before["ran"]
    assert after["framing"] == before["framing"] + 1


def test_ambiguous_message_is_refused_byte_by_byte(server):
    before = server.counts()["ran"]
    with server.connect() as client:
        for byte in post(b"Content-Length : 0"):
            client.sendall(bytes([byte]))
        assert read_reply(client).status == 400
        assert read_to_end(client) == b""
    assert server.counts()["ran"] == before


def test_good_requests_before_a_bad_one_are_answered(server):
    before = server.counts()["ran"]
    slow = b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n"
    with server.connect() as client:
        client.sendall(slow + GET + AMBIGUOUS["two lengths"] + SMUGGLED)
        assert [read_reply(client).status for _ in range(3)] == [200, 200, 400]
        assert read_to_end(client) == b""
    assert server.counts()["ran"] == before + 2


def test_bad_request_during_a_long_reply_does_not_cut_into_it(server):
    with server.connect() as client:
        client.sendall(b"GET /big HTTP/1.1\r\n" + HEAD + b"\r\n")
        status, headers = read_head(client)
        client.sendall(b"nonsense\r\n\r\n")
        left = int(headers["content-length"])
        while left:
            part = client.recv(min(left, 65536))
            assert part and part.strip(b"x") == b""
            left -= len(part)
        assert read_reply(client).status == 400
        assert read_to_end(client) == b""


def test_request_reaches_its_handler(server):
    reply = server.ask(
        b"GET /echo/03706%2F2026?q=Nguy%E1%BB%85n+V HTTP/1.1\r\n" + HEAD + b"Accept-Language: vi;q=0.5, en-GB\r\n\r\n")
    assert reply.status == 200
    assert json.loads(reply.body) == {
        "method": "GET", "route": "/echo/{name}", "param": "03706/2026", "q": "Nguyễn V", "unknown": "",
        "peer": "127.0.0.1", "language": "en"}


@pytest.mark.parametrize("query, unknown", [(b"a=1", "a"), (b"q=1&q=2", "q"), (b"q=1&z", "z")])
def test_unknown_and_doubled_query_members_are_found(server, query, unknown):
    reply = server.ask(b"GET /echo/x?" + query + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    assert json.loads(reply.body)["unknown"] == unknown


def test_every_reply_carries_the_standard_headers(server, tls):
    for request in (GET, b"GET /none HTTP/1.1\r\n" + HEAD + b"\r\n"):
        headers = server.ask(request).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert len(headers["x-request-id"]) == 36
        assert ("strict-transport-security" in headers) == bool(tls)


def test_request_id_is_echoed_when_it_is_a_sane_one(server):
    for given, kept in ((b"trace-0123.A_b", True), (b"short", False), (b"a" * 65, False), (b"with spaces in it", False)):
        reply = server.ask(b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"X-Request-Id: " + given + b"\r\n\r\n")
        assert (reply.headers["x-request-id"] == given.decode()) == kept


def test_forwarded_address_is_not_believed_on_tcp(server):
    reply = server.ask(b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"X-Forwarded-For: 10.1.2.3\r\n\r\n")
    assert json.loads(reply.body)["peer"] == "127.0.0.1"


@pytest.mark.parametrize("request_line, status, code", [
    (b"GET /none", 404, "no_route"),
    (b"GET /../../etc/passwd", 404, "no_route"),
    (b"GET /echo", 405, "bad_method"),
    (b"OPTIONS /echo", 405, "bad_method"),
    (b"BREW /echo", 405, "bad_method"),
    (b"PATCH /asset.txt", 404, "no_route"),
    (b"GET /echo/%zz", 400, "bad_request"),
    (b"GET /echo/%C0%AF", 400, "bad_utf8"),
    (b"GET /echo/x?q=%0A", 400, "bad_request"),
])
def test_problem_replies_keep_the_connection(server, request_line, status, code):
    with server.connect() as client:
        client.sendall(request_line + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
        reply = read_reply(client)
        assert (reply.status, reply.code) == (status, code)
        assert ("allow" in reply.headers) == (status == 405)
        client.sendall(GET)
        assert read_reply(client).status == 200


def test_head_too_large(server):
    reply = server.ask(b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"A: " + b"x" * 9000 + b"\r\n\r\n")
    assert (reply.status, reply.code) == (431, "head_too_large")
    reply = server.ask(b"GET /echo/x HTTP/1.1\r\n" + HEAD + b"A: b\r\n" * 64 + b"\r\n")
    assert (reply.status, reply.code) == (431, "head_too_large")


def test_body_too_large_for_the_server_is_refused_before_it_comes(server):
    reply = server.ask(post(b"Content-Length: 1048577"))
    assert (reply.status, reply.code) == (413, "too_large")
    with server.connect() as client:  # a client that sends it all the same still reads why
        client.sendall(post(b"Content-Length: 2000000") + b"x" * 500000)
        assert read_reply(client).status == 413


def test_refused_client_may_not_send_for_ever(server):
    with server.connect() as client:
        with pytest.raises(OSError):
            client.sendall(post(b"Content-Length: 2000000"))
            for _ in range(1000):
                client.sendall(b"x" * 100000)


def test_body_too_large_for_the_route(server):
    for size, status in ((10, 200), (11, 413)):
        reply = server.ask(b"PUT /small HTTP/1.1\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
        assert reply.status == status
    reply = server.ask(b"DELETE /echo/x HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\n\r\nx")
    assert (reply.status, reply.code) == (413, "too_large")


def test_encoded_body_is_refused(server):
    reply = server.ask(post(b"Content-Encoding: gzip", b"Content-Length: 3", body=b"abc"))
    assert (reply.status, reply.code) == (415, "bad_media")


def test_bodies_arrive_whole_however_they_are_cut(server):
    seed = random.Random(20261123)
    body = seed.randbytes(1024 * 1024)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[i:i + 50000] for i in range(0, len(body), 50000)))
    for request in (post(b"Content-Length: %d" % len(body), body=body),
                    post(b"Transfer-Encoding: chunked", body=chunks + b"0\r\n\r\n")):
        with server.connect() as client:
            while request:
                size = seed.randrange(1, 200000)
                client.sendall(request[:size])
                request = request[size:]
            assert read_reply(client).body == body


def test_pipelined_requests_are_answered_in_order(server):
    names = [b"n%d" % i for i in range(100)]
    with server.connect() as client:
        client.sendall(b"".join(b"GET /echo/" + name + b" HTTP/1.1\r\n" + HEAD + b"\r\n" for name in names))
        assert [json.loads(read_reply(client).body)["param"].encode() for _ in names] == names


def test_expect_continue_works(server):
    with server.connect() as client:
        client.sendall(post(b"Expect: 100-continue", b"Content-Length: 3"))
        assert read_head(client)[0] == 100
        client.sendall(b"abc")
        assert read_reply(client).body == b"abc"


def test_head_is_get_without_the_body(server):
    with server.connect() as client:
        for path in (b"/echo/x", b"/asset.txt"):
            client.sendall(b"HEAD " + path + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
            head = read_reply(client, has_body=False)
            client.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
            get = read_reply(client)
            assert head.status == get.status == 200
            if path == b"/asset.txt":
                assert head.headers["content-length"] == str(len(get.body))


def test_http_1_0_is_answered_and_closed(server):
    with server.connect() as client:
        client.sendall(b"GET /echo/x HTTP/1.0\r\n\r\n")
        assert read_head(client)[0] == 200
        assert read_to_end(client).startswith(b"{")


def test_asset_is_sent_once_and_known_by_its_tag(server):
    get = b"GET /asset.txt HTTP/1.1\r\n" + HEAD
    with server.connect() as client:
        client.sendall(get + b"\r\n")
        first = read_reply(client)
        assert (first.status, first.body.decode()) == (200, "xin chào\n")
        assert first.headers["content-type"] == "text/plain; charset=utf-8"
        assert first.headers["cache-control"] == "no-cache"
        tag = first.headers["etag"].encode()
        for known, status in ((tag, 304), (b'"x", W/' + tag, 304), (b"*", 304), (b'"x"', 200), (tag.strip(b'"'), 200)):
            client.sendall(get + b"If-None-Match: " + known + b"\r\n\r\n")
            reply = read_reply(client)
            assert (reply.status, reply.headers["etag"].encode()) == (status, tag)


def test_asset_comes_compressed_to_who_takes_it(server):
    get = b"GET /asset.txt HTTP/1.1\r\n" + HEAD
    with server.connect() as client:
        tags = set()
        for accepted, encoding in ((b"gzip, br", "br"), (b"gzip;q=0.5", "gzip"), (b"br;q=0", None), (b"identity", None)):
            client.sendall(get + b"Accept-Encoding: " + accepted + b"\r\n\r\n")
            reply = read_reply(client)
            assert reply.headers.get("content-encoding") == encoding
            assert reply.body == {"br": b"as brotli", "gzip": b"as gzip", None: "xin chào\n".encode()}[encoding]
            assert reply.headers["vary"] == "Accept-Encoding"
            tags.add(reply.headers["etag"])
        assert len(tags) == 3  # other bytes, another tag


def test_client_that_vanishes_leaves_its_reply_to_nobody(server):
    server.wait_for("in_flight", 0)
    before = server.counts()
    for linger in (False, True):
        client = server.connect()
        client.sendall(b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n")
        server.wait_for("in_flight", 1)
        if linger:  # a reset instead of an end
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        server.wait_for("in_flight", 0)
    server.wait_for("open", 1)  # the one that asks
    assert server.counts()["freed"] == before["freed"] + 2


def test_keep_alive_is_quick(server):
    times = []
    with server.connect() as client:
        for _ in range(200):
            start = time.perf_counter()
            client.sendall(GET)
            assert read_reply(client).status == 200
            times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.005  # some 44 ms without TCP_NODELAY
