"""
What a standalone's first start makes, made once per run of the tests and copied by whoever needs one: initdb, two certificates,
all migrations and the first supervisor take more than a second of a processor, and a run starts some hundred. Copied while it
was stopped, whole, as an office that is moved to another machine would be; the start that follows is standalone's own.
"""

import fcntl
import os
import pathlib
import shutil
import subprocess

FOLDER = "HOSO_TEMPLATE"  # given by tests/conftest.py, which takes it away; without it everybody starts from nothing


def is_there():
    return FOLDER in os.environ


def copy_to(folder, make):
    """@make: returns a first Standalone, stopped."""
    place = pathlib.Path(os.environ[FOLDER])
    with open(place / "lock", "w") as lock:  # workers of pytest-xdist need it at the same moment
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "made").exists():
            first = make()
            try:
                shutil.rmtree(place / "making", ignore_errors=True)  # of a worker that was killed over it
                _copy(first.folder, place / "making")
                for name in ("lib", "log"):  # every start makes its own
                    shutil.rmtree(place / "making" / name)
                (place / "making" / "url").unlink()
                (place / "making").rename(place / "made")
            finally:
                first.close()
    _copy(place / "made", folder)


def _copy(source, target):
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{source}/.", target], check=True)
