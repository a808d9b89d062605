"""
What daemon/http/framing.c takes, others take too, and cut at the same places: h11, node's parser (llhttp), nginx; and
evhttp, which stands right behind it, runs just those messages and nothing that was hidden between them.

The seed is printed; HOSO_SEED repeats it. HOSO_LONG=50 makes it a million streams.
"""

import collections
import contextlib
import json
import os
import random
import re
import socket

import pytest

from lib import http_peers, table
from lib.http_room import Server
from lib.http_streams import ODD_HOSTS, Streams

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))
ROUND = 5000  # streams that are held in memory at a time
ROUNDS = 4 * LONG
CONTROL_STREAMS = 1000
ECHO_BATCH = 50  # connections at a time
REPLY_SECONDS = 20
SHOWN_MAX = 5

pytestmark = pytest.mark.slow

CLOSES = re.compile(rb"(?im)^(?:proxy-)?connection:[^\r]*close")  # nginx looks for no more than that
UPGRADES = re.compile(rb"(?im)^connection:[^\r]*\bupgrade\b")


def is_last(head):
    """After this message a server may close, so what follows it need not be read."""
    return head.split(b"\r\n")[0].endswith(b"HTTP/1.0") or CLOSES.search(head)


def leaves_the_root(message):
    """The target's path, as nginx normalises it, goes above the root, or holds what it cannot decode."""
    depth = 0
    path = re.split(rb"[?#]", message.target)[0]
    if re.search(rb"%(?![0-9A-Fa-f]{2})|%00", path):
        return True
    decoded = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found.group(1), 16)]), path)
    for part in decoded.split(b"/")[1:]:
        depth += -1 if part == b".." else part not in (b"", b".")
        if depth < 0:
            return True
    return False


NODE_METHODS = set(
    b"ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH "
    b"POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE".split())

# Where a peer says no for a reason of its own, which is not about where a message ends. (peer, why): which message.
STRICTER = {
    ("node", "knows only registered methods"): lambda message, head: message.method not in NODE_METHODS,
    ("nginx", "looks into the target's path"): lambda message, head: leaves_the_root(message),
}
# … and where it takes the message, but not what follows: node drops the rest of what it has read so far.
ENDS = {
    ("node", "hands the connection over at an upgrade"): lambda message, head: UPGRADES.search(head),
    ("nginx", "closes after TRACE"): lambda message, head: message.method == b"TRACE",
}


class Comparison:
    """Verdicts of the gate against those of a peer."""

    def __init__(self, peer):
        self.peer = peer
        self.messages = 0
        self.exempted = collections.Counter()
        self.disagreements = []

    def excused(self, rules, message, head):
        for (peer, why), applies in rules.items():
            if peer == self.peer and applies(message, head):
                self.exempted[why] += 1
                return True
        return False

    def wanted(self, verdict):
        """The messages that the peer must have, too; and whether what it makes of the rest is worth a look."""
        wanted = []
        for message, head in zip(verdict.messages, verdict.heads):
            if self.excused(STRICTER, message, head):
                break
            wanted.append(message)
            if self.excused(ENDS, message, head):
                return wanted, False
            if is_last(head):
                break
        return wanted, True

    def add(self, stream, verdict, theirs):
        wanted, goes_on = self.wanted(verdict)
        alike = theirs[:len(wanted)] == wanted
        if goes_on:
            # What the gate has refused may be read by others as they like: nobody gets it.
            most = len(theirs) if verdict.refusal == "taken" else min(len(theirs), len(verdict.messages))
            alike &= theirs[:most] == verdict.messages[:most]
        if not alike:
            self.disagreements.append((stream, verdict.refusal, verdict.messages, theirs))
        self.messages += len(wanted)

    def tell(self):
        for stream, refusal, ours, theirs in self.disagreements[:SHOWN_MAX]:
            print(f"{self.peer}: {stream[:600]!r}\n    gate ({refusal}): {ours}\n    {self.peer}: {theirs}"[:2000])


@pytest.fixture(scope="module")
def peers():
    made = [http_peers.H11(), http_peers.Node(), http_peers.Nginx()]
    yield made
    for peer in made:
        peer.close()


def make_streams(dice, count):
    maker = Streams(dice)
    return [maker.stream() for _ in range(count)]


def test_what_the_gate_takes_all_others_take_alike(peers):
    print(f"HOSO_SEED={SEED}")
    dice = random.Random(SEED)
    comparisons = [Comparison(peer.name) for peer in peers]
    refusals = collections.Counter()
    for _ in range(ROUNDS):
        streams = make_streams(dice, ROUND)
        verdicts = http_peers.ours(streams)
        refusals.update(verdict.refusal for verdict in verdicts)
        for peer, comparison in zip(peers, comparisons):
            for stream, verdict, theirs in zip(streams, verdicts, peer.judge(streams)):
                comparison.add(stream, verdict, theirs)
    print(dict(refusals))
    for comparison in comparisons:
        print(comparison.peer, comparison.messages, "messages alike; exempted:", dict(comparison.exempted))
        comparison.tell()
        table.row(f"framing against {comparison.peer}", ROUNDS * ROUND, messages=comparison.messages,
                  disagreements=len(comparison.disagreements), seed=SEED)
    assert not any(comparison.disagreements for comparison in comparisons)
    check_variety(refusals, comparisons)


def check_variety(refusals, comparisons):
    """The streams must have been worth it: enough of each kind, and little of it exempted."""
    streams = sum(refusals.values())
    assert refusals["taken"] > streams / 4
    assert all(refusals[word] >= streams / 2000 for word in (
        "method", "target", "version", "line_end", "field_name", "field_value", "field_twice", "host", "content_length",
        "transfer_encoding", "expect", "body_without_meaning", "chunk", "head_too_large"))
    for comparison in comparisons:
        assert comparison.messages > streams / 2
        assert sum(comparison.exempted.values()) < comparison.messages / 4


def in_first_head(change):
    """A change of the lines of a stream's first head."""
    def changed(stream):
        head, end, rest = stream.partition(b"\r\n\r\n")
        return change(head) + end + rest
    return changed


def first_length_only(head):
    first, *rest = re.split(rb"(?i)(?=\r\ncontent-length:)", head)
    return b"".join((first, *rest[:1], *(part[part.index(b"\r\n", 2):] for part in rest[1:] if b"\r\n" in part[2:])))


# What a careless gate would do, as a change of the stream before the strict one sees it: the lines that make the
# difference, and the change.
LAX = {
    "the first of two lengths counts": (b"Content-Length: 4\r\nContent-Length: 40", first_length_only),
    "chunked counts more than a length": (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        lambda head: re.sub(rb"(?i)\r\ncontent-length:[^\r]*", b"", head)),
    "a sign in a length is skipped": (b"Content-Length: +5", lambda head: head.replace(b"+5", b"5")),
    "a blank before the colon is skipped": (b"Content-Length : 5", lambda head: head.replace(b" :", b":")),
    "a bare LF ends a line": (b"X: y\nContent-Length: 5", lambda head: head.replace(b"y\n", b"y\r\n")),
    "a folded line is joined": (b"X: y\r\n Content-Length: 5", lambda head: head.replace(b"\r\n Content", b" Content")),
    "a line without a colon is skipped": (b"nonsense", lambda head: head.replace(b"\r\nnonsense", b"")),
    "the last coding alone counts": (
        b"Transfer-Encoding: chunked, identity", lambda head: head.replace(b", identity", b"")),
}


@pytest.mark.parametrize("laxity", LAX)
def test_a_lax_gate_is_caught(peers, laxity):
    line, change = LAX[laxity]
    dice = random.Random(SEED)
    body = b"5\r\nGET /\r\n0\r\n\r\n" if b"chunked" in line else b"hello"
    streams = [b"POST /echo HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n" + body + stream
               for stream in make_streams(dice, CONTROL_STREAMS)]
    assert all(verdict.messages == [] for verdict in http_peers.ours(streams)), "the real gate refuses them"
    lax = http_peers.ours([in_first_head(change)(stream) for stream in streams])
    assert all(verdict.messages for verdict in lax), "the lax gate takes the first message"
    caught = {}
    for peer in peers:
        comparison = Comparison(peer.name)
        for stream, verdict, theirs in zip(streams, lax, peer.judge(streams)):
            comparison.add(stream, verdict, theirs)
        caught[peer.name] = len(comparison.disagreements)
    print(laxity, caught)
    assert max(caught.values()) > CONTROL_STREAMS / 2


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_hosts_that_others_refuse_are_refused(peers, host):
    """nginx is the strictest about names; what it does not take as one, we do not either."""
    stream = b"GET /echo/x HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
    verdict = http_peers.ours([stream])[0]
    if verdict.messages:
        assert all(peer.judge([stream])[0] == verdict.messages for peer in peers)


class Echo:
    """tests/lib/httpd_echo over a unix socket: framing.c, and evhttp behind it."""

    def __init__(self, folder):
        self.path = str(folder / "echo")
        patience_ms = REPLY_SECONDS * 1000
        self.server = Server(unix=f"unix:{self.path}", max=2000, per_address=2000, head=patience_ms, body=patience_ms,
                             idle=patience_ms, reply=patience_ms)

    def send(self, stream):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(REPLY_SECONDS)
        client.connect(self.path)
        with contextlib.suppress(BrokenPipeError):  # it was refused already
            for piece in http_peers.pieces(stream):
                client.sendall(piece)
        return client


def whole_replies(data, messages):
    """(status, headers, body) of each whole reply, given what was asked."""
    replies = []
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1]) if end else 0
        if status == 100:
            data = rest
            continue
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        asked = messages[len(replies)] if len(replies) < len(messages) else None
        # To HTTP/1.0 evhttp says no length: the reply ends with the connection.
        length = 0 if asked and asked.method == b"HEAD" else int(headers.get(b"content-length", len(rest)))
        if not end or len(rest) < length:
            break
        replies.append((status, headers, rest[:length]))
        data = rest[length:]
    return replies


def most_replies(verdict):
    return len(verdict.messages) + (verdict.refusal != "taken")


def read_replies(client, verdict):
    """All that are due, and then whatever else comes until the server closes."""
    data = b""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # closed, with some of the stream unread
        while len(whole_replies(data, verdict.messages)) < most_replies(verdict):
            part = client.recv(65536)
            if not part:
                break
            data += part
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
    return whole_replies(data + http_peers.read_to_end(client), verdict.messages)


def check_replies(stream, verdict, replies):
    """One reply for each message, in order; one more for a refusal; fewer only behind a reply that closes."""
    last_head = verdict.heads[len(replies) - 1:len(replies)]
    closed = bool(replies) and (replies[-1][1].get(b"connection") == b"close" or any(map(is_last, last_head)))
    assert len(replies) <= most_replies(verdict), (stream, verdict, replies)
    assert closed or len(replies) == len(verdict.messages), (stream, verdict, replies)
    for (status, _, body), message in zip(replies, verdict.messages):
        if status == 200 and message[:2] == (b"POST", b"/echo"):
            assert body == message.body, (stream, verdict, replies)
        if status == 200 and message.target.startswith(b"/echo/") and message.method != b"HEAD":
            assert json.loads(body)["method"].encode() == message.method, (stream, verdict, replies)
    return sum(status == 200 and message.target != b"/counts"
               for (status, _, _), message in zip(replies, verdict.messages))


def test_nothing_hidden_is_executed(tmp_path):
    print(f"HOSO_SEED={SEED}")
    dice = random.Random(SEED + 1)
    executed = messages = 0
    echo = Echo(tmp_path)
    with echo.server:
        for _ in range(ROUNDS * ROUND // 4 // ECHO_BATCH):
            streams = make_streams(dice, ECHO_BATCH)
            clients = [echo.send(stream) for stream in streams]
            for stream, verdict, client in zip(streams, http_peers.ours(streams), clients):
                replies = read_replies(client, verdict)
                executed += check_replies(stream, verdict, replies)
                messages += len(verdict.messages)
        assert echo.server.counts()["ran"] == executed
    print(f"{executed} of {messages} messages ran a handler")
    table.row("requests that hide requests", messages, executed=executed, seed=SEED)
    assert executed > messages / 3


def test_a_hidden_request_would_be_noticed(tmp_path):
    stream = 2 * b"GET /echo/x HTTP/1.1\r\nHost: a\r\n\r\n"
    refusal, messages, heads = http_peers.ours([stream])[0]
    echo = Echo(tmp_path)
    with echo.server, pytest.raises(AssertionError):
        verdict = http_peers.Verdict(refusal, messages[:1], heads[:1])
        check_replies(stream, verdict, read_replies(echo.send(stream), verdict))
