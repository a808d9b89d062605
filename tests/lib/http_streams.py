"""Streams of HTTP/1.1 requests, right and wrong, from a seed: a grammar, what is known to be cut differently by
different parsers, and bytes changed at random."""

METHODS = (b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"HEAD", b"OPTIONS")
ROUTES = (  # httpd_echo's
    (b"POST", b"/echo"), (b"POST", b"/echo"), (b"GET", b"/echo/x?q=a%20b"), (b"DELETE", b"/echo/y"),
    (b"PUT", b"/small"),
)
HIDDEN = ((b"GET", b"/echo/hidden"), (b"DELETE", b"/echo/hidden"), (b"POST", b"/echo"))
WITH_BODY = (b"POST", b"PUT", b"DELETE", b"PATCH")
ODD_METHODS = (
    b"get", b"TRACE", b"CONNECT", b"BREW", b"PRI", b"", b"G\0T", b"GET\t", b"POSTPOSTPOSTPOSTPOST", b"G-T",
    b"PROPFIND",
)
TARGETS = (
    b"/echo", b"/echo", b"/echo", b"/echo/x", b"/echo/x?q=a%20b", b"/counts", b"/small", b"/none",
    b"/a;b=c/d?e=f&g", b"/a/%2e%2e/x", b"/echo/" + b"x" * 300,
)
ODD_TARGETS = (
    b"*", b"http://a/echo", b"//a/echo", b"/../echo", b"/echo/%zz", b"/echo/%00", b"/x y", b"/\x80", b"", b"echo",
    b"/echo#f", b"/echo\\x", b"/a/../../b", b"/./echo//x", b"a:443", b"/echo?%", b"/%", b"/%2e%2e/x",
)
VERSIONS = (
    b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"http/1.1", b"HTTP/1.1 ", b" HTTP/1.1", b"HTTP/01.1", b"HTTP/1.1\t",
    b"HTTP/1", b"",
)
HOSTS = (b"a", b"localhost:8443", b"[::1]:80", b"127.0.0.1", b"a.b-c.vn", b"A_b")
ODD_HOSTS = (
    b"", b"a b", b"a/b", b"a@b", b"a,b", b"a..b", b".", b".a", b"a.", b"[::1", b"::1]", b":80", b"a:b", b"a:80:90",
    b"a\x80", b"[]", b"-", b"a:", b"[::1]x", b"x" * 300,
)
PLAIN_LINES = (
    b"Accept: */*", b"User-Agent: x/1 (y; z)", b"Authorization: Bearer abc", b"Content-Type: application/json",
    b"X-Empty:", b"X-Spaces:   a  b   ", b"Expect: 100-continue", b"Connection: keep-alive", b"Cookie: a=b; c=d",
    b"TE: trailers", b"Trailer: X", b"Max-Forwards: 0", b"X!#$%&'*+-.^_`|~9: y", b"Content_Length: 7",
    b"Keep-Alive: timeout=5", b"Proxy-Connection: close",
)
UPGRADES = (
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    b"Upgrade: websocket\r\nConnection: Upgrade",
)
CLOSING_LINES = (b"Connection: close", b"Connection: keep-alive, close", b"connection:CLOSE")
ODD_LINES = (
    b"Content-Length: 3", b"Content-Length: 0", b"Content-Length : 5", b"Content-Length: +5",
    b"Content-Length: -1", b"Content-Length: 5, 5", b"Content-Length: 5,6", b"Content-Length:\t5",
    b"Content-Length: 5\t", b"Content-Length: 0x5", b"Content-Length: 5 5",
    b"Content-Length: 00000000000000000000005", b"Content-Length: 18446744073709551621", b"Content-Length:",
    b"Content-Length: 1e1", b"Content-Length\0: 5", b"\tContent-Length: 5", b" Content-Length: 5",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked", b"Transfer-Encoding: identity",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked", b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding:\tchunked",
    b"Transfer-Encoding: chunked ", b"Transfer-Encoding: chunked\t", b"Transfer-Encoding: \"chunked\"",
    b"Transfer-Encoding: chunked;a=b", b"Transfer_Encoding: chunked", b"Transfer-Encoding:", b"X: a\r\n b",
    b"X: a\r\n\tTransfer-Encoding: chunked", b"X: a\nContent-Length: 3", b"X: a\rContent-Length: 3", b"X: a\0b",
    b"X: \x80", b": novalue", b"nocolon", b"X y: z", b"X\t: z", b"Host: b", b"host: a", b"Expect: 200-ok",
    b"Expect: 100-Continue", b"X: \x7f", b"X: \x1b", b"Content-Encoding: gzip", b"X:" + b"y" * 9000,
)
CHUNK_SIZES = (
    b"+5", b"-5", b"0x5", b"5 ", b" 5", b"5;a=b", b"5;", b"5\t", b"5 ;a", b"g", b"", b"005", b"100000005",
    b"ffffffffffffffff", b"5\n", b"5_0", b"5;a=\"\r\n\"", b"5\0",
)
CHUNK_ENDS = (b"\n", b"", b"\r", b"x\r\n", b"\r\n\r\n")
LAST_CHUNKS = (
    b"0\r\n", b"0\n\n", b"0\r\nA: b\r\n\r\n", b"0;x\r\n\r\n", b"00\r\n\r\n", b"0\r\nContent-Length: 5\r\n\r\n",
    b"0 \r\n\r\n", b"0\r\n\n", b"", b"000000000\r\n\r\n", b"0\r\n \r\n\r\n",
)
SPECIAL = (
    b"\r", b"\n", b"\r\n", b"\0", b"\t", b" ", b":", b",", b";", b"\x0b", b"\x0c", b"\x80", b"\xff", b"0", b"5",
    b"a", b"\r\n\r\n", b"/", b".",
)
BODIES = (b"", b"hello", b"[{\"a\":1}]", b"x" * 300, bytes(range(256)), b"\r\n\r\n", b"0\r\n\r\n")


class Streams:
    def __init__(self, dice):
        self.dice = dice

    def maybe(self, chance):
        return self.dice.random() < chance

    def odd(self, usual, unusual, chance=0.02):
        return self.dice.choice(unusual if self.maybe(chance) else usual)

    def body(self):
        if self.maybe(0.3):  # one that is a request itself
            return self.dice.choice((b"", b"x", b"\r\n")) + self.request(HIDDEN, hidden=True)
        return self.dice.choice(BODIES)

    def chunks(self, body):
        """The body in chunks; now and then one that is not framed as it should be."""
        text = b""
        while body:
            size = self.dice.randrange(1, len(body) + 1)
            head = b"%x" % size if self.maybe(0.5) else b"%X" % size
            text += self.odd((head,), CHUNK_SIZES, 0.03) + b"\r\n" + body[:size]
            text += self.odd((b"\r\n",), CHUNK_ENDS, 0.03)
            body = body[size:]
        return text + self.odd((b"0\r\n\r\n",), LAST_CHUNKS, 0.08)

    def request(self, routes=ROUTES, hidden=False):
        method, target = self.dice.choice(routes)
        if self.maybe(0.4) and not hidden:
            method, target = self.odd(METHODS, ODD_METHODS), self.odd(TARGETS, ODD_TARGETS, 0.06)
        version = self.odd((b"HTTP/1.1",), VERSIONS, 0.03)
        lines = [self.odd(PLAIN_LINES, ODD_LINES, 0.06) for _ in range(self.dice.randrange(4))]
        if not self.maybe(0.01):
            lines.append(b"Host: " + self.odd(HOSTS, ODD_HOSTS))
        if self.maybe(0.04):
            lines.append(self.dice.choice(CLOSING_LINES))
        if self.maybe(0.03):
            lines.append(self.dice.choice(UPGRADES))
        body = b""
        if not hidden and (method in WITH_BODY or self.maybe(0.02)):
            body = self.framed(self.body(), lines)
        self.dice.shuffle(lines)
        end = self.odd((b"\r\n",), (b"\n", b"\r", b"\r\r\n"), 0.005)
        head = end.join([b" ".join((method, target, version)), *lines, b"", b""])
        return head + body

    def framed(self, body, lines):
        """The bytes that carry the body; its framing goes into the lines."""
        if self.maybe(0.4):
            lines.append(self.odd((b"Transfer-Encoding: chunked",), ODD_LINES, 0.06))
            return self.chunks(body)
        length = len(body) if not self.maybe(0.04) else max(0, len(body) + self.dice.randrange(-6, 7))
        lines.append(self.odd((b"Content-Length: %d" % length,), ODD_LINES, 0.06))
        return body

    def mangled(self, stream):
        """A few bytes put in, taken out or exchanged."""
        for _ in range(self.dice.choice((1, 1, 2, 4))):
            at = self.dice.randrange(len(stream) + 1)
            kind = self.dice.randrange(4)
            if kind == 3 and b"\r\n" in stream:  # at the end of a line is where it matters most
                at = stream.find(b"\r\n", at) if stream.find(b"\r\n", at) >= 0 else stream.find(b"\r\n")
            out = self.dice.choice((0, 1, 1, 2)) if kind else 0
            stream = stream[:at] + self.dice.choice(SPECIAL) * (kind != 1) + stream[at + out:]
        return stream

    def stream(self):
        stream = b"".join(self.request() for _ in range(self.dice.choice((1, 1, 2, 3))))
        if self.maybe(0.2):
            stream = self.mangled(stream)
        if self.maybe(0.05):
            stream = stream[:self.dice.randrange(len(stream) + 1)]
        return stream
