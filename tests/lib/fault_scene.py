"""A database, a hosod and a portal, with a fault proxy on each road that a test wants to disturb."""

import contextlib
import os
import random

from lib import wait
from lib.fault_proxy import FaultProxy
from lib.hosod import Hosod, portal_settings
from lib.load import Load
from lib.oracle import Oracle
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import World

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))

_PULL_FORWARD = (
    "UPDATE outbox SET next_at = now() WHERE state = 'ready' AND lease_until IS NULL"
    " AND next_at > now() + interval '500 milliseconds'"
)


class Scene:
    """
    .running .hosod .world .portal, and the proxies .front (client to hosod), .back (hosod to PostgreSQL) and .road
    (hosod to the portal). @profile: the portal's, or none; @roads: which proxies there are.
    """

    def __init__(self, profile=None, roads=(), settings=(), portal_arguments=()):
        self.profile, self.roads = profile, roads
        self.dice = random.Random(SEED)
        self.answers = {}
        print(f"HOSO_SEED={SEED}")
        with contextlib.ExitStack() as stack:
            self.running = stack.enter_context(Standalone())
            self.portal = stack.enter_context(PortalSim(portal_arguments)) if profile else None
            self.settings = [*self._database(stack), *self._portal(stack), *settings]
            self.hosod = stack.enter_context(Hosod(self.running, self.settings))
            self.front = stack.enter_context(FaultProxy(self.hosod.listen)) if "front" in roads else None
            self.world = World(self.running)
            stack.callback(self.world.close)
            self.world.token()
            self.stack = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _database(self, stack):
        if "back" not in self.roads:
            self.back = None
            return []
        self.back = stack.enter_context(FaultProxy(self.running.folder / "run" / ".s.PGSQL.5432"))
        host, _, port = self.back.listen.rpartition(":")
        return [f"database.conninfo=host={host} port={port} dbname=hoso user=hoso_daemon sslmode=disable"
                " gssencmode=disable"]

    def _portal(self, stack):
        if not self.profile:
            self.road = None
            return []
        settings = [*portal_settings(self.running, self.portal, self.profile), "portal.timeout=1s"]
        if "road" in self.roads:
            self.road = stack.enter_context(FaultProxy(self.portal.listen))
            settings = [text.replace(self.portal.listen, self.road.listen) for text in settings]
        return settings

    @property
    def url(self):
        """How clients reach hosod: by the front proxy if there is one."""
        return f"https://{self.front.listen}" if self.front else self.hosod.url

    # -- work

    def send(self, *scans, url=None):
        """One request of the clerk's, straight to hosod; every scan must have been taken."""
        reply = self.world.person("clerk").request("POST", (url or self.hosod.url) + "/v1/scans", list(scans))
        assert reply.status_code == 200, reply.text
        results = reply.json()
        for made, result in zip(scans, results):
            assert "error" not in result, result
            self.answers[made["event_id"]] = result
        return results

    def load(self, clients, lives, url=None, seconds=90):
        return Load([url or self.url], self.world, clients, lives, self.dice.randrange(1_000_000), seconds * LONG)

    def expire_leases(self):
        """As if a dead sender's lease had run out already; nobody who lives may hold one."""
        self.running.sql("UPDATE outbox SET lease_until = now() WHERE lease_until > now()")

    def restart_hosod(self):
        self.hosod.kill()
        self.expire_leases()
        self.hosod.start()

    def drain(self, seconds=60):
        """Wait until the portal has heard of everything."""
        wait.until(self.is_drained, seconds, "an empty outbox", every=0.1)

    def is_drained(self):
        """Nothing is on its way any more; what was put off for long comes now."""
        self.running.sql(_PULL_FORWARD)
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'") == [(0,)]

    # -- what must be true

    def check(self, load=None):
        """Everything that was ever acknowledged in this scene is there, and with a portal: there, too, in order."""
        self.answers.update(load.answers() if load else {})
        if self.portal:
            self.drain()
        Oracle(self.running).check(self.answers, self.portal.applied() if self.portal else None)
