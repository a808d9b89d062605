"""
A proxy that does to a connection what networks do: late, slow, cut, reset, silent.

FaultProxy stands before one server, in a thread of its own. Every connection has a Script, which sees what
comes up (from the client) and down (from the server) and decides what goes on. TLS passes through untouched.
"""

import asyncio
import contextlib
import pathlib
import socket
import struct
import threading
from collections import Counter, deque

CHUNK_BYTES = 65536
CONNECT_S = 10
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST and forgets what was not yet sent
UP, DOWN = "up", "down"


class Ended(Exception):
    """The script has cut the connection."""


class Link:
    """One connection: the client's socket, the server's, and how much has passed between them."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.passed = Counter()
        self.ended = False
        self.pumps = []

    def _to(self, way):
        return self.server if way == UP else self.client

    async def send(self, way, data):
        """@data goes on its way."""
        await self.proxy.wait_let_go()
        if data:
            await asyncio.get_running_loop().sock_sendall(self._to(way), data)
            self.passed[way] += len(data)

    def half_close(self, way):
        """Nothing more comes this way; the other may go on."""
        with contextlib.suppress(OSError):
            self._to(way).shutdown(socket.SHUT_WR)

    def mark_end(self, how):
        """The sockets are closed when nobody reads from them any more: their numbers are given anew at once."""
        self.ended = True
        for end in (self.client, self.server):
            if how == "rst" and end.family != socket.AF_UNIX:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def cut(self, how="rst"):
        """For scripts: both sides see the end, "rst" or "fin"."""
        self.mark_end(how)
        raise Ended()


class Script:
    """What happens on one connection; this one lets everything pass. Made anew for each."""

    is_forgotten = False  # then the death of one side is kept from the other

    async def up(self, link, data):
        await link.send(UP, data)

    async def down(self, link, data):
        await link.send(DOWN, data)

    async def end(self, link, way):
        """The sender of this way has closed it."""
        link.half_close(way)


class OneWay(Script):
    """A script that touches one direction (or both) and lets the other pass."""

    def __init__(self, way):
        self.way = way

    async def up(self, link, data):
        await (self.act(link, UP, data) if self.way in (UP, "both") else link.send(UP, data))

    async def down(self, link, data):
        await (self.act(link, DOWN, data) if self.way in (DOWN, "both") else link.send(DOWN, data))


class Delay(OneWay):
    """Everything comes @seconds late."""

    def __init__(self, way, seconds):
        super().__init__(way)
        self.seconds = seconds

    async def act(self, link, way, data):
        await asyncio.sleep(self.seconds)
        await link.send(way, data)


class Drip(OneWay):
    """@size bytes, a pause, @size bytes, ...: a drip, or with larger ones a narrow pipe."""

    def __init__(self, way, size=1, pause_s=0.0):
        super().__init__(way)
        self.size, self.pause_s = size, pause_s

    async def act(self, link, way, data):
        for start in range(0, len(data), self.size):
            await link.send(way, data[start:start + self.size])
            await asyncio.sleep(self.pause_s)


class Cut(OneWay):
    """After @after bytes: "rst", "fin", "half" (half-close: nothing more this way), "hole" (it is swallowed)."""

    def __init__(self, way, after, how="rst"):
        super().__init__(way)
        self.left, self.how = after, how
        self.is_cut = False

    async def act(self, link, way, data):
        if self.is_cut:
            return
        await link.send(way, data[:self.left])
        self.left -= len(data)
        if self.left > 0:
            return
        self.is_cut = True
        link.proxy.count(f"cut-{self.how}")
        if self.how == "half":
            link.half_close(way)
        elif self.how != "hole":
            link.cut(self.how)


class Hole(Script):
    """
    After @after bytes up the way forgets the connection: nothing passes any more, either way, and no end does;
    each side learns of it only by its own deadlines.
    """

    def __init__(self, after=0):
        self.left = after

    @property
    def is_forgotten(self):
        return self.left <= 0

    async def up(self, link, data):
        if not self.is_forgotten:
            await link.send(UP, data[:self.left])
            self.left -= len(data)

    async def down(self, link, data):
        if not self.is_forgotten:
            await link.send(DOWN, data)

    async def end(self, link, way):
        if not self.is_forgotten:
            await super().end(link, way)


class Finder:
    """Finds @pattern in a stream that comes in pieces."""

    def __init__(self, pattern):
        self.pattern, self.tail = pattern, b""

    def feed(self, data):
        """How many more there are now, and the offset in @data behind the last (may be None)."""
        whole = self.tail + data
        times, at = whole.count(self.pattern), whole.rfind(self.pattern)
        behind = at + len(self.pattern)
        rest = whole[behind:] if times else whole
        keep = len(self.pattern) - 1
        self.tail = rest[len(rest) - min(keep, len(rest)):]
        return times, (behind - (len(whole) - len(data)) if times else None)


class AtBytes(Script):
    """
    When @pattern comes up for the @nth time, @then happens:
    "before"      cut before its last byte goes on            "sent"       cut once all that came with it has gone on
    "unanswered"  the answer is awaited, swallowed, and cut   "one-byte"   the same, after one byte of the answer
    "stall"       it goes on, and from then on nothing comes back        "hold"  nothing goes on, and no end either
    """

    def __init__(self, pattern, then, nth=1):
        self.finder, self.then, self.left = Finder(pattern), then, nth
        self.sprung = False

    async def up(self, link, data):
        times, behind = self.finder.feed(data)
        link.proxy.count("pattern", times)
        self.left -= times
        if self.sprung and self.then == "hold":
            return
        if self.sprung or self.left > 0 or not times:
            await link.send(UP, data)
            return
        self.sprung = True
        link.proxy.count(f"sprung-{self.then}")
        if self.then in ("before", "hold"):
            await link.send(UP, data[:behind - 1])
        else:
            await link.send(UP, data)
        if self.then in ("before", "sent"):
            link.cut()

    async def down(self, link, data):
        if not self.sprung:
            await link.send(DOWN, data)
        elif self.then in ("unanswered", "one-byte"):
            await link.send(DOWN, data[:1] if self.then == "one-byte" else b"")
            link.cut()

    async def end(self, link, way):
        if not (self.sprung and self.then == "hold"):
            await super().end(link, way)


def _address(where):
    """(family, address) of "host:port" or of a Unix socket's path."""
    text = str(where)
    if text.startswith("/"):
        return socket.AF_UNIX, text
    host, _, port = text.rpartition(":")
    return socket.AF_INET, (host, int(port))


class FaultProxy:
    """
    @server: "host:port" or the path of a Unix socket; @listen: the same for the proxy, port 0 finds one.

    script(): what makes the Script of a connection that next_scripts does not name; may be set at any time.
    """

    def __init__(self, server, listen="127.0.0.1:0", script=Script, source=None):
        """@source: the address it comes from, for a server that counts connections by address."""
        self.server, self.wanted, self.script, self.source = server, str(listen), script, source
        self.next_scripts = deque()
        self.counts = Counter()  # connections, open, and whatever scripts count
        self.listen = self.listener = None
        self.links = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_):
        self._do(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def count(self, what, times=1):
        self.counts[what] += times

    # -- for the test: what happens to all connections

    def refuse(self):
        """From now on nobody listens; what is open stays."""
        self._do(self._stop_listening())

    def accept(self):
        self._do(self._start())

    def hold(self):
        """As if every packet were lost: what comes waits until let_go()."""
        self._do(self._hold(True))

    def let_go(self):
        self._do(self._hold(False))

    def cut_all(self, how="rst"):
        """The end of every open connection, at once."""
        return self._do(self._cut_all(how))

    async def wait_let_go(self):
        await self.road.wait()

    # -- inside the loop

    async def _start(self):
        if self.listen is None:
            self.road = asyncio.Event()
            self.road.set()
        family, address = _address(self.listen or self.wanted)
        self.listener = socket.socket(family)
        self.listener.setblocking(False)
        if family == socket.AF_INET:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_UNIX:
            pathlib.Path(address).unlink(missing_ok=True)
        self.listener.bind(address)
        self.listener.listen(512)
        named = self.listener.getsockname()
        self.listen = named if family == socket.AF_UNIX else f"{named[0]}:{named[1]}"
        self.accepting = asyncio.ensure_future(self._accept())

    async def _stop_listening(self):
        self.accepting.cancel()
        self.listener.close()

    async def _hold(self, closed):
        (self.road.clear if closed else self.road.set)()

    async def _cut_all(self, how):
        links = list(self.links)
        for link in links:
            link.mark_end(how)
            for pump in link.pumps:
                pump.cancel()
        return len(links)

    async def _close(self):
        await self._stop_listening()
        mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)

    async def _accept(self):
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(self.listener)
            asyncio.ensure_future(self._serve(client))

    async def _serve(self, client):
        script = self.next_scripts.popleft() if self.next_scripts else self.script()
        self.counts["connections"] += 1
        family, address = _address(self.server)
        server = socket.socket(family)
        link = Link(self, client, server)
        self.links.add(link)
        self.counts["open"] += 1
        try:
            for end in (client, server):
                end.setblocking(False)
                if end.family == socket.AF_INET:
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.source:
                server.bind((self.source, 0))
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(server, address), CONNECT_S)
            if not link.ended:  # it may have been cut before it had anything to pump
                await self._pump_both(link, script)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            self.links.discard(link)
            self.counts["open"] -= 1
            client.close()
            server.close()

    async def _pump_both(self, link, script):
        """Until both ways have ended, or one is broken."""
        link.pumps = [asyncio.ensure_future(self._pump(link, script, way)) for way in (UP, DOWN)]
        try:
            await asyncio.wait(link.pumps, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for pump in link.pumps:
                pump.cancel()
            await asyncio.gather(*link.pumps, return_exceptions=True)

    async def _pump(self, link, script, way):
        loop = asyncio.get_running_loop()
        source = link.client if way == UP else link.server
        act = script.up if way == UP else script.down
        while True:
            try:
                data = await loop.sock_recv(source, CHUNK_BYTES)
            except OSError:
                if script.is_forgotten:
                    return
                raise
            if not data:
                await self.wait_let_go()
                await script.end(link, way)
                return
            await act(link, data)
