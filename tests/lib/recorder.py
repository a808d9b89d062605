"""
What clients did and what they were told, written down where the database's fate cannot reach it.

One JSON line each: invoke (before the request leaves), then ok, fail or unknown (as the answer arrives). The lines
are on the disk before the client goes on; threads that write at the same time share one fsync.
"""

import collections
import json
import os
import pathlib
import tempfile
import threading
import time

OUTCOMES = ("ok", "fail", "unknown")
OTHER_DISKS = ("/dev/shm", "/run", "/var/tmp", "/tmp")


def other_disk(victim):
    """A folder on another file system than @victim's; None when this machine has none."""
    device = os.stat(victim).st_dev
    for folder in OTHER_DISKS:
        if os.path.isdir(folder) and os.access(folder, os.W_OK) and os.stat(folder).st_dev != device:
            return folder
    return None


class Recorder:
    """@victim: the folder whose loss the record must survive."""

    def __init__(self, victim):
        folder = other_disk(victim)
        if folder is None:
            print(f"RECORDER: no other file system than that of {victim}; the record shares its fate")
        handle, path = tempfile.mkstemp(prefix="hoso-record-", suffix=".jsonl", dir=folder)
        self.path, self.is_apart = pathlib.Path(path), folder is not None
        self.file = os.fdopen(handle, "ab", buffering=0)
        self.writing, self.syncing = threading.Lock(), threading.Lock()
        self.written = self.synced = self.requests = 0

    def close(self):
        self.file.close()
        if "HOSO_KEEP" not in os.environ:
            self.path.unlink(missing_ok=True)

    def _add(self, **entry):
        with self.writing:
            entry["at_ns"] = time.monotonic_ns()
            self.file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            self.written += 1
            mine = self.written
        with self.syncing:
            if self.synced < mine:
                covered = self.written
                os.fsync(self.file.fileno())
                self.synced = covered

    def invoke(self, client, ids):
        """Returns the number under which the outcome is told."""
        with self.writing:
            self.requests += 1
            number = self.requests
        self._add(do="invoke", request=number, client=client, ids=list(ids))
        return number

    def ok(self, request, results):
        """@results: what the reply said of each scan, in order."""
        self._add(do="ok", request=request, results=results)

    def fail(self, request, status):
        """An answer that took nothing in: the client keeps its scans."""
        self._add(do="fail", request=request, status=status)

    def unknown(self, request, why):
        """No answer: taken in or not, nobody can say."""
        self._add(do="unknown", request=request, why=why)

    def history(self):
        """What the file says now."""
        return History(self.path.read_bytes())


class History:
    """
    The record, read back.
    @invoked_ns, @told_ns: when each event id was first sent, and first answered with a verdict.
    @verdicts: every answer that each event id got, in order.
    @wrongs: requests that were not answered once, or answered with something else than was asked.
    """

    def __init__(self, raw):
        self.invoked_ns, self.told_ns, self.verdicts = {}, {}, collections.defaultdict(list)
        self.wrongs, self.outcomes = [], collections.Counter()
        self._open, self._ended = {}, set()
        for line in raw.splitlines(keepends=True):
            if line.endswith(b"\n"):  # else the writer died over it, and nobody was told anything yet
                self._take(json.loads(line))

    def _take(self, entry):
        request = entry["request"]
        if entry["do"] == "invoke":
            self._open[request] = entry["ids"]
            for event_id in entry["ids"]:
                self.invoked_ns.setdefault(event_id, entry["at_ns"])
            return
        ids = self._open.pop(request, None)
        if ids is None:
            self.wrongs.append(f"request {request} was answered {'twice' if request in self._ended else 'unasked'}")
            return
        self._ended.add(request)
        self.outcomes[entry["do"]] += 1
        if entry["do"] == "ok":
            self._take_results(request, ids, entry)

    def _take_results(self, request, ids, entry):
        if [result.get("event_id") for result in entry["results"]] != ids:
            self.wrongs.append(f"request {request} was answered with other scans than it asked about")
        for result in entry["results"]:
            if "verdict" in result:
                self.told_ns.setdefault(result["event_id"], entry["at_ns"])
                self.verdicts[result["event_id"]].append(result)

    @property
    def unanswered(self):
        """Requests that have no outcome, not even an unknown one."""
        return sorted(self._open)

    def answers(self):
        """{event id: the first verdict}."""
        return {event_id: results[0] for event_id, results in self.verdicts.items()}


class Witness:
    """Looks into the database right after each answer: what was acknowledged must be there at once."""

    def __init__(self, running):
        self.running, self.connection = running, None
        self.lock = threading.Lock()
        self.seen, self.missing, self.absent = 0, [], 0

    def look(self, ids):
        """@ids: just acknowledged. While the database is away nothing can be seen; that is counted, too."""
        with self.lock:
            try:
                self.connection = self.connection or self.running.connect()
                rows = self.connection.execute("SELECT id::text FROM event WHERE id = ANY(%s::uuid[])", (ids,))
                there = {row[0] for row in rows}
            except Exception:  # psycopg's many ways to say that it is gone
                self.connection, self.absent = None, self.absent + 1
                return
            self.seen += len(ids)
            self.missing += [event_id for event_id in ids if event_id not in there]

    def close(self):
        if self.connection:
            self.connection.close()
