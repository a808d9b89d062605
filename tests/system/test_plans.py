"""The intake looks everything up by key: planned once, whatever a table has grown to, and never by reading all of one."""

import re

import pytest

from lib.standalone import Standalone
from lib.world import World, new_dossier_code, new_item, result_life, submit_life


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        yield made
        made.close()


def explained(world, work):
    """What the server logs of each plan while @work, by session."""
    log = world.running.folder / "log" / "postgres.log"
    began = log.stat().st_size
    for setting in ("session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0"):
        world.running.sql(f"ALTER ROLE hoso_daemon SET {setting}")
    world.running.kill_hosod()
    world.running.wait_ready()
    work()
    entries = re.findall(r"^.*?\[(\d+)\].*?LOG:  duration: .*? plan:\n((?:\t.*\n)+)", log.read_bytes()[began:].decode(), re.MULTILINE)
    sessions = {}
    for session, plan in entries:
        sessions.setdefault(session, []).append(plan)
    return sessions


def two_legs(world):
    """From the counter to the agency, and back: scan by scan, so that each batch is one."""
    code = new_dossier_code()
    for event in [*submit_life(new_item(), code), *result_life(new_item(), code)]:
        assert world.person("clerk").send(event).status_code == 200


def test_the_intake_is_planned_once_and_by_key(world):
    sessions = explained(world, lambda: two_legs(world))
    intake = [plan for plans in sessions.values() if any("FOR UPDATE OF d SKIP LOCKED" in plan for plan in plans)
              for plan in plans if "current_setting('fsync')" not in plan]
    assert len({plan.split("\n")[0] for plan in intake}) > 12, "not all of its statements were seen"
    assert [plan for plan in intake if "Seq Scan" in plan] == [], "read a whole table"
    assert [plan for plan in intake if "'{" in plan.partition("\n")[2]] == [], "planned for these values only"
