"""
Where a test's hosod and its PostgreSQL live: in memory, where this machine has enough of it, for a cluster is a thousand small
files, which took a disk half of each start. The tests end processes, and what those have written outlives them there, too;
what the power takes is asked on a disk of its own (lib/power_rig.py), and benchmarks stay on the machine's.
"""

import os
import shutil

FOLDER = "HOSO_SCRATCH"
MEMORY, DISK = "/dev/shm", "/tmp"
ROOM_BYTES = 8 << 30


def folder():
    """Short, for the path of a socket."""
    return os.environ.get(FOLDER, DISK)


def choose():
    """Once per run; the workers of pytest-xdist inherit it."""
    os.environ.setdefault(FOLDER, MEMORY if _may_run_programs() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else DISK)


def _may_run_programs():
    return os.path.ismount(MEMORY) and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK)
