"""A reader of server-sent events: over a connection of its own, in a thread, into a list."""

import json
import threading

import httpx

from lib import wait


class Events:
    """One stream of @client's account. @events: dicts of id, event and data, as they come; @comments: how many."""

    def __init__(self, client, last=None, url=None):
        self.events, self.comments, self.retry_ms, self.ended = [], 0, None, threading.Event()
        self.http = httpx.Client(base_url=url or client.url, verify=str(client.ca), timeout=40, trust_env=False)
        headers = {"authorization": f"Bearer {client.token}", **({"last-event-id": last} if last else {})}
        self.stream = self.http.stream("GET", "/v1/stream", headers=headers)
        self.reply = self.stream.__enter__()
        self.thread = threading.Thread(target=self._read, daemon=True)
        if self.reply.status_code == 200:
            self.thread.start()
        else:
            self.reply.read()

    def _read(self):
        event = {"id": None}
        try:
            for line in self.reply.iter_lines():
                name, _, value = line.rstrip("\n").partition(": ")
                if name == "data":
                    event["data"] = json.loads(value)
                elif name in ("id", "event"):
                    event[name] = value
                elif name == "retry":
                    self.retry_ms = int(value)
                elif line.startswith(":"):
                    self.comments += 1
                elif "data" in event:
                    self.events.append(event)
                    event = {"id": event["id"]}
        except httpx.HTTPError:
            pass
        self.ended.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """As a browser whose tab is closed."""
        self.stream.__exit__(None, None, None) if not self.thread.is_alive() else self._cut()
        self.thread.is_alive() and self.thread.join(10)
        self.http.close()

    def _cut(self):
        self.reply.extensions["network_stream"].get_extra_info("socket").shutdown(2)

    def of(self, name):
        return [event["data"] for event in list(self.events) if event["event"] == name]

    def codes(self):
        """Of all hand-overs that came, in order; a board's are turned around: the oldest first."""
        found = []
        for event in list(self.events):
            if event["event"] == "board":
                found += [handover["item_code"] for handover in reversed(event["data"]["handovers"])]
            elif event["event"] == "handover":
                found.append(event["data"]["item_code"])
        return found

    def counts(self):
        """The last that came."""
        for event in reversed(list(self.events)):
            if event["event"] in ("board", "counts"):
                return event["data"].get("counts", event["data"])
        return None

    @property
    def last(self):
        return self.events[-1]["id"] if self.events else None

    def until(self, condition, what, seconds=15):
        return wait.until(condition, seconds, what)
