"""A database of its own, a portal, and one hosod between them that may be killed at will."""

import os
import random

from lib import table, wait
from lib.hosod import Hosod, portal_settings
from lib.load import Load
from lib.oracle import Oracle
from lib.recorder import Recorder, Witness
from lib.standalone import Standalone
from lib.world import World

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))


class Scene:
    """
    @clients each lead @lives dossiers there and back, in each load that is not told otherwise. @running: a Standalone
    of the caller's own.
    """

    def __init__(self, profile, portal, clients, lives, settings=(), running=None):
        self.profile, self.portal, self.clients, self.lives = profile, portal, clients, lives
        self.running = running or Standalone().start()
        self.settings = portal_settings(self.running, portal, profile) + list(settings)
        self.hosod = Hosod(self.running, self.settings).start()
        self.world = World(self.running)
        self.world.token()
        self.recorder, self.witness = Recorder(self.running.folder), Witness(self.running)
        self.dice = random.Random(SEED)
        print(f"HOSO_SEED={SEED}")

    def close(self):
        self.witness.close()
        self.recorder.close()
        self.hosod.close()
        self.world.close()
        self.running.close()

    def load(self, urls=None, lives=None, clients=None):
        seed = self.dice.randrange(1_000_000)
        return Load(
            urls or [self.hosod.url], self.world, clients or self.clients, lives or self.lives, seed, 120 * LONG,
            recorder=self.recorder, witness=self.witness,
        )

    def wait_share(self, load, share):
        """Return when @share of the load is answered: the moment for the next blow."""
        wait.until(lambda: load.answered() >= share * load.total, 100 * LONG, f"{share:.0%} of the load", every=0.01)

    def expire_leases(self):
        """As if a dead sender's lease had run out already; nobody who lives may hold one."""
        self.running.sql("UPDATE outbox SET lease_until = now() WHERE lease_until > now()")

    def restart_hosod(self):
        self.hosod.kill()
        self.expire_leases()
        self.hosod.start()

    def drain(self):
        """Wait until the portal has heard of everything; what was put off for long comes now."""
        wait.until(self._is_drained, 60 * LONG, "an empty outbox", every=0.1)

    def _is_drained(self):
        self.running.sql(
            "UPDATE outbox SET next_at = now() WHERE state = 'ready' AND lease_until IS NULL"
            " AND next_at > now() + interval '1 second'"
        )
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'") == [(0,)]

    def check_afresh(self, load, what=None, how_many=1):
        """Claims whose answer got lost are leased by nobody who knows of them; a new process need not wait for that."""
        self.restart_hosod()
        self.check(load, what, how_many)

    def check(self, load=None, what=None, how_many=1):
        """Everything is true of everything since the scene began; @what becomes a row of the long table."""
        if load:
            load.answers()
        self.drain()
        damage = Oracle(self.running).damage({}, self.portal.applied(), self.recorder.history())
        if what:
            counts = damage.counts()
            table.row(what, how_many, counts["lost"], counts["doubled"], counts["misordered"],
                      other=counts["other"], seed=SEED, profile=self.profile)
        damage.must_be_none()
        assert self.witness.missing == [], "answered before it was there"
