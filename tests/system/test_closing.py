"""A dossier that is over is closed by the system: once, whoever is first, and not while anything is still to be done."""

import pytest

from lib import wait
from lib.api import rfc3339, scan, uuid7
from lib.hosod import Hosod
from lib.oracle import Oracle
from lib.standalone import Standalone
from lib.world import TO_AGENCY, World, first_leg, moment, new_dossier_code, new_item, result_life, submit_life

LONG_AGO, YESTERDAY = -60 * 24 * 9, -60 * 24


@pytest.fixture(scope="module")
def world(contract):
    with Standalone() as own:
        made = World(own, contract)
        yield made
        damage = Oracle(own).damage()
        made.close()
        damage.must_be_none()


def take(world, login, *scans):
    results = world.person(login).send(*scans).json()
    assert {result.get("verdict") for result in results} <= {"recorded", "late"}, results


def delivered(world, start=LONG_AGO, until=None, fee=0, reclaimed=None, **accepted):
    """A whole life, the result's last steps from @until on left out; the dossier's code."""
    there, back, code = new_item(), new_item(), new_dossier_code()
    took, *_, handed_over, bound = submit_life(there, code, start)
    took["data"].update(first_leg(fee=fee))
    handed_over["data"].update({**TO_AGENCY})
    take(world, "clerk", took, handed_over, bound)
    came, *way, gone = result_life(back, code, start + 30)
    came["data"].update(accepted)
    gone["data"].update({"reclaimed": reclaimed} if reclaimed else {})
    take(world, "clerk", came)
    for one in [*way, gone][:until]:
        take(world, "chief", one)
    return code


def backdate(world, *codes):
    """As if they had been recorded when they happened: a dossier's row has the server's own clock."""
    world.running.sql("UPDATE dossier SET recorded_at = recorded_at - interval '9 days' WHERE code = ANY(%s)", list(codes))
    world.running.sql("UPDATE leg l SET dossier_recorded_at = d.recorded_at FROM dossier d WHERE d.id = l.dossier_id AND d.code = ANY(%s)", list(codes))


def look_again(world):
    """A daemon looks when it starts."""
    world.running.kill_hosod()
    world.running.wait_ready()


def status(world, code):
    return world.person("chief").get(f"/v1/dossiers/{code}").json()["status"]


def closings(world, *codes):
    return world.running.sql(
        "SELECT d.code, e.role, e.actor, e.verdict, e.leg_state FROM event e JOIN dossier d ON d.id = e.dossier_id"
        " WHERE e.kind = 'closed' AND d.code = ANY(%s) ORDER BY 1", list(codes))


def test_those_that_cannot_be_closed_hide_nobody_behind_them(world):
    """More of them than one look takes, and older."""
    made_id = "overlay(gen_random_uuid()::text PLACING left(uuid7_floor(now())::text, 14) || '7' FROM 1 FOR 15)::uuid"
    made = world.running.sql(f"""
        WITH stuck AS (INSERT INTO dossier (id, code, stub, status, dseq, hash, legs, recorded_at)
          SELECT {made_id}, 'STUCK-' || n, true, 'result_delivered', 0, decode(repeat('00', 32), 'hex'), 1,
            now() - interval '90 days' + n * interval '1 millisecond' FROM generate_series(1, 1200) AS n RETURNING id, code)
        INSERT INTO leg (id, dossier_id, no, kind, item_code, state, state_at, state_actor, gaps, conflicts, attempts, invitations, offices, track)
          SELECT {made_id}, id, 1, 'result', code, 'in_transit', now(), 'x', 0, 0, 0, 0, ARRAY[]::integer[], '' FROM stuck RETURNING dossier_id""")
    try:
        over = delivered(world)
        backdate(world, over)
        look_again(world)
        wait.until(lambda: status(world, over) == "closed", 30, "the one behind them")
        assert world.running.sql("SELECT count(*) FROM event WHERE kind = 'closed' AND dossier_id = ANY(%s)", [row[0] for row in made]) == [(0,)]
    finally:
        world.running.sql("DELETE FROM leg WHERE item_code LIKE 'STUCK-%%'")
        world.running.sql("DELETE FROM dossier WHERE code LIKE 'STUCK-%%'")


def test_what_is_over_is_closed_once_and_nothing_else_is(world):
    over = [delivered(world) for _ in range(4)]
    young = delivered(world, YESTERDAY)
    on_its_way = delivered(world, until=-1)
    holds_money = delivered(world, fee=12000)
    wants_papers = delivered(world, reclaim=["Giấy phép cũ"], reclaimed=[{"name": "Giấy phép cũ", "state": "taken"}])
    open_ones = {young: "result_delivered", on_its_way: "result_with_post", holds_money: "result_delivered",
                 wants_papers: "result_delivered"}
    backdate(world, *over, *open_ones)
    # Two at once, each with the same list; and the one that is there already looks again when it starts.
    with Hosod(world.running), Hosod(world.running):
        look_again(world)
        wait.until(lambda: len(closings(world, *over)) >= len(over), 30, "all of them are closed")
        # A last one, so that what was asked for before it has been decided.
        after = delivered(world)
        backdate(world, after)
    look_again(world)
    wait.until(lambda: status(world, after) == "closed", 30, "the one that came later")
    assert closings(world, *over) == [(code, "system", "Hệ thống bưu điện", "recorded", "closed") for code in sorted(over)]
    assert {code: status(world, code) for code in open_ones} == open_ones
    assert closings(world, *open_ones) == []

    # What a supervisor takes back is theirs to close.
    event = world.running.sql("SELECT e.id::text FROM event e JOIN dossier d ON d.id = e.dossier_id"
                              " WHERE d.code = %s AND e.kind = 'closed'", after)[0][0]
    reply = world.person("chief").post(f"/v1/dossiers/{after}/steps", {
        "event_id": uuid7(), "kind": "void", "occurred_at": rfc3339(), "data": {"target": event, "void_reason": "incorrect_data"}})
    assert reply.status_code == 200 and reply.json()["status"] == "result_delivered", reply.text

    # What was missing comes: the money goes to the agency, the papers too.
    papers = new_item()
    paid = world.person("chief").get(f"/v1/dossiers/{holds_money}").json()["legs"][0]["item_code"]
    take(world, "courier", scan("accepted", papers, moment(LONG_AGO + 100), dossier_code=wants_papers, leg_kind="reclaim"),
         scan("delivered", papers, moment(LONG_AGO + 101), **TO_AGENCY))
    take(world, "clerk", scan("fee", paid, direction="out", money_kind="fee", amount=12000, payment="cash"))
    look_again(world)
    wait.until(lambda: len(closings(world, holds_money, wants_papers)) == 2, 30, "they are closed, too")
    assert (status(world, young), status(world, on_its_way)) == ("result_delivered", "result_with_post")
    assert (status(world, after), len(closings(world, after))) == ("result_delivered", 1)
