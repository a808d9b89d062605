"""Clients under load, as real ones behave: a scan is kept until it is answered, and sent again under the same id."""

import random
import threading
import time

import httpx

from lib.api import scan
from lib.world import moment, new_dossier_code, new_item, result_life, submit_life

BATCH_MAX = 12
PAUSE_MAX_S = 0.05  # between two batches: people at a counter, not a flood
AGAIN_CHANCE = 0.1  # of a batch to hold a scan that was answered before


def make_life():
    """(item code, scans) of one dossier, there and back."""
    there, back, code = new_item(), new_item(), new_dossier_code()
    return there, submit_life(there, code) + result_life(back, code)


def interleave(lives, dice):
    """All scans of all lives, each life in its order: several dossiers are in hand at a time."""
    left = [list(life) for life in lives]
    mixed = []
    while left:
        life = dice.choice(left[:4])
        mixed.append(life.pop(0))
        if not life:
            left.remove(life)
    return mixed


class Client(threading.Thread):
    """Sends @scans to any of @urls until every one is answered; then .answers has them all."""

    def __init__(self, urls, ca, token, scans, seed, seconds=120, recorder=None, witness=None):
        """@recorder, @witness: see recorder.py; with a recorder, what is answered is now and then sent again."""
        super().__init__(daemon=True)
        self.recorder, self.witness, self.sent = recorder, witness, []
        self.urls, self.unsent = list(urls), list(scans)
        self.dice = random.Random(seed)
        self.answers, self.refused, self.troubles = {}, {}, 0
        self.give_up_at = time.monotonic() + seconds
        self.http = httpx.Client(
            verify=str(ca), timeout=12, trust_env=False, headers={"authorization": f"Bearer {token}"}
        )

    def run(self):
        while self.unsent and time.monotonic() < self.give_up_at:
            batch = self.unsent[: self.dice.randint(1, BATCH_MAX)]
            if self.recorder and self.sent and self.dice.random() < AGAIN_CHANCE:
                batch.append(self.dice.choice(self.sent))
            if self.send(batch):
                time.sleep(self.dice.uniform(0, PAUSE_MAX_S))
            else:
                self.troubles += 1
                time.sleep(self.dice.uniform(0.05, 0.3))
        self.http.close()

    def send(self, batch):
        ids = [made["event_id"] for made in batch]
        request = self.recorder.invoke(self.name, ids) if self.recorder else None
        try:
            reply = self.http.post(self.dice.choice(self.urls) + "/v1/scans", json=batch)
        except httpx.HTTPError as error:
            self.note("unknown", request, type(error).__name__)
            return False
        if reply.status_code != 200:
            self.note("fail", request, reply.status_code)
            if reply.status_code != 503:
                self.refused[batch[0]["event_id"]] = (reply.status_code, reply.text)
                self.unsent.clear()
            return False
        results = reply.json()
        self.note("ok", request, results)
        assert [result["event_id"] for result in results] == ids
        if self.witness:
            self.witness.look([result["event_id"] for result in results if "verdict" in result])
        return all([self.take(made, result) for made, result in zip(batch, results)])

    def note(self, outcome, request, what):
        if self.recorder:
            getattr(self.recorder, outcome)(request, what)

    def take(self, made, result):
        """False: this one has to go again."""
        if result.get("status") == 503:
            return False
        (self.refused if "error" in result else self.answers)[made["event_id"]] = result
        if made in self.unsent:
            self.unsent.remove(made)
            self.sent.append(made)
        return True


class Load:
    """@clients at work on lives of their own, and each with a note on some neighbour's dossier."""

    def __init__(self, urls, world, clients, lives, seed, seconds=120, **watchers):
        self.clients, self.seconds = [], seconds
        ca, dice = world.running.ca, random.Random(seed)
        work = [[make_life() for _ in range(lives)] for _ in range(clients)]
        for number, mine in enumerate(work):
            scans = interleave([life for _, life in mine], dice)
            for item, _ in work[(number + 1) % clients]:
                place = dice.randrange(len(scans))
                scans.insert(place, scan("note", item, moment(dice.uniform(30, 40)), note="khách hỏi"))
            self.clients.append(Client(urls, ca, world.token(), scans, seed * 1000 + number, seconds, **watchers))
        self.total = sum(len(client.unsent) for client in self.clients)

    def __enter__(self):
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_):
        for client in self.clients:
            client.join(self.seconds + 30)

    def answered(self):
        return sum(len(client.answers) for client in self.clients)

    def answers(self):
        """What all of them were told; every scan must have been taken."""
        merged = {}
        for client in self.clients:
            assert client.refused == {}, client.refused
            assert client.unsent == [], f"{len(client.unsent)} scans were never answered"
            merged.update(client.answers)
        return merged
