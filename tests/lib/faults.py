"""Makes the n-th allocation or system call of a program fail; fault_preload.c is the other half."""

import mmap
import os
import shutil
import struct
import tempfile

from lib import places

LIBRARY = places.BUILD / "tests" / "lib" / "libfault_preload.so"

MEMORY, CALLS = 1, 2
WAYS = ("error", "interrupted", "again", "short", "death", "half_death")
FIELDS = ("family", "nth", "way", "count", "fired", "clock_ahead_ms")
CALL_AT, SIZE = 8 * len(FIELDS), 8 * len(FIELDS) + 16


class Faults:
    """@folder: where the program's user may read; environment() goes to the program."""

    def __init__(self, folder):
        handle, self.path = tempfile.mkstemp(prefix="hoso-fault-", dir="/tmp")
        os.fchmod(handle, 0o666)
        os.ftruncate(handle, SIZE)
        self.shared = mmap.mmap(handle, SIZE)
        os.close(handle)
        self.library = folder / "libfault_preload.so"
        shutil.copyfile(LIBRARY, self.library)
        self.library.chmod(0o755)

    def close(self):
        self.shared.close()
        os.unlink(self.path)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "HOSO_FAULT_FILE": self.path}

    def _set(self, name, value):
        struct.pack_into("<q", self.shared, 8 * FIELDS.index(name), value)

    def _get(self, name):
        return struct.unpack_from("<q", self.shared, 8 * FIELDS.index(name))[0]

    def arm(self, family, nth=0, way="error"):
        """From now on the @nth of @family fails this @way; 0: they are only counted."""
        for name, value in (("count", 0), ("fired", 0), ("nth", nth), ("way", WAYS.index(way)), ("family", family)):
            self._set(name, value)

    def disarm(self):
        """(how many there were, the call that failed or None)."""
        self._set("family", 0)
        name = self.shared[CALL_AT:SIZE].rstrip(b"\0").decode()
        return self._get("count"), name if self.fired() else None

    def fired(self):
        return bool(self._get("fired"))

    def set_clock_ahead(self, milliseconds):
        """The program's wall clock; negative is behind."""
        self._set("clock_ahead_ms", milliseconds)
