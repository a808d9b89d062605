"""Pushing through the real hosod to a portal that misbehaves: each line once, in order, in the end."""

import contextlib
import shutil
import subprocess

import pytest

from lib import places, wait
from lib.api import scan
from lib.hosod import Hosod, portal_settings
from lib.oracle import Oracle
from lib.sim import PortalSim
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, World, moment, new_dossier_code, new_item

pytestmark = pytest.mark.slow

# What a portal may do to one request. With APPLIED it has taken the line first.
TROUBLES = [
    "500", "502", "503", "504", "408", "429", "drop", "short", "html", "truncated", "wrong-json", "other-key",
    "oversize", "empty", {"mode": "hang", "seconds": 2},
]
APPLIED = ["500", "503", "504", "408", "429", "drop", "short", "html", "truncated", "wrong-json", "empty", {"mode": "hang", "seconds": 2}]
ROAD_CLOSERS = ["403", "407", "redirect"]


def entry(trouble, count, applied=False):
    made = dict(trouble) if isinstance(trouble, dict) else {"mode": trouble}
    made["mode"] = ("apply-then-" if applied else "") + made["mode"]
    return {**made, "count": count}


def name_of(trouble):
    return trouble["mode"] if isinstance(trouble, dict) else trouble


class Town:
    """A database, a portal and the hosod between them."""

    def __init__(self, profile, portal):
        self.profile, self.portal = profile, portal
        self.running = Standalone().start()
        self.settings = [*portal_settings(self.running, portal, profile), "portal.timeout=1s"]
        self.hosod = Hosod(self.running, self.settings).start()
        self.world = World(self.running)

    def close(self):
        self.hosod.close()
        self.world.close()
        self.running.close()

    def calm(self):
        """Nothing on its way, nothing ordered, and a road that is open: where every test begins."""
        self.portal.misbehave()
        self.drain()

    def send(self, *scans):
        reply = self.world.person("clerk").request("POST", self.hosod.url + "/v1/scans", list(scans))
        assert reply.status_code == 200, reply.text
        return reply.json()

    def dossier(self, bind=True):
        """A dossier of three lines; its code."""
        item, code = new_item(), new_dossier_code()
        data = {**TO_AGENCY, "dossier_code": code} if bind else TO_AGENCY
        results = self.send(
            scan("accepted", item, moment(0), **FIRST_LEG),
            scan("out_for_delivery", item, moment(1)),
            scan("delivered", item, moment(2), **data),
        )
        assert [result["verdict"] for result in results] == ["recorded"] * 3
        return code if bind else (item, code)

    def road(self):
        """What a supervisor hears of it from the other daemon of this database, which sends nothing."""
        return self.world.person("chief").get("/v1/outbox/counts").json()["road"]

    def rows(self, code):
        """(dseq, state, failures, last error) of a dossier's lines."""
        return self.running.sql(
            "SELECT o.dseq, o.state, o.failures, o.last_error FROM outbox o JOIN dossier d ON d.id = o.dossier_id"
            " WHERE d.code = %s ORDER BY o.dseq",
            code,
        )

    def states(self, code):
        return [state for _, state, _, _ in self.rows(code)]

    def steps(self, code):
        """What the portal has of a dossier, in its order."""
        return [line["dseq"] for line in self.portal.applied() if line["dossier_code"] == code]

    def wait_done(self, *codes, seconds=30):
        """Without any help from outside."""
        wait.until(lambda: all(self.states(code) == ["done"] * 3 for code in codes), seconds, "all lines at the portal")
        for code in codes:
            assert self.steps(code) == [1, 2, 3]

    def drain(self):
        """The same, but the long waits of the schedule are cut short."""
        wait.until(self._is_drained, 30, "an empty outbox", every=0.1)

    def _is_drained(self):
        self.running.sql(
            "UPDATE outbox SET next_at = now() WHERE state = 'ready' AND lease_until IS NULL"
            " AND next_at > now() + interval '500 milliseconds'"
        )
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'ready'") == [(0,)]


@pytest.fixture(scope="module", params=["dvcqg", "webhook"])
def whole_town(request):
    with PortalSim() as portal:
        made = Town(request.param, portal)
        yield made
        made.close()


@pytest.fixture
def town(whole_town):
    whole_town.calm()
    return whole_town


def test_a_portal_that_behaves(town):
    codes = [town.dossier() for _ in range(5)]
    town.wait_done(*codes)
    assert {failures for code in codes for _, _, failures, _ in town.rows(code)} == {0}


@pytest.mark.parametrize("trouble", TROUBLES, ids=name_of)
def test_a_trouble_costs_no_line(town, trouble):
    town.portal.misbehave(entry(trouble, 3))
    codes = [town.dossier() for _ in range(3)]
    town.drain()
    for code in codes:
        assert town.steps(code) == [1, 2, 3]
        assert town.states(code) == ["done"] * 3
    assert town.portal.pending()["modes"] == []


@pytest.mark.parametrize("trouble", APPLIED, ids=name_of)
def test_a_line_that_was_taken_is_not_taken_twice(town, trouble):
    town.portal.misbehave(entry(trouble, 3, applied=True))
    codes = [town.dossier() for _ in range(3)]
    town.drain()
    for code in codes:
        assert town.steps(code) == [1, 2, 3]
        assert town.states(code) == ["done"] * 3
    assert town.portal.pending()["modes"] == []


def test_troubles_at_random(town):
    chances = {name_of(trouble): 0.01 for trouble in TROUBLES if name_of(trouble) != "hang"}
    chances |= {f"apply-then-{name_of(trouble)}": 0.01 for trouble in APPLIED if name_of(trouble) != "hang"}
    town.portal.misbehave_at_random(chances, 200, seed=7)
    codes = [town.dossier() for _ in range(15)]
    town.drain()
    for code in codes:
        assert town.steps(code) == [1, 2, 3]
    town.portal.misbehave()
    Oracle(town.running).check_outbox()


@pytest.mark.parametrize("trouble", ROAD_CLOSERS)
def test_the_road_closes_and_opens_and_no_try_is_burnt(town, trouble):
    town.portal.misbehave(entry(trouble, 2))
    codes = [town.dossier() for _ in range(8)]
    wait.until(lambda: "portal_paused" in str([town.rows(code) for code in codes]), 10, "a closed road")
    closed = {"state": "closed", "daemons": 1, "closed_since": None, "closed_by": "portal_paused"}
    wait.until(lambda: {**town.road(), "closed_since": None} == closed, 10, "a supervisor hears of it")
    town.wait_done(*codes)
    wait.until(lambda: town.road()["state"] == "open", 10, "and that it is open again")
    assert {failures for code in codes for _, _, failures, _ in town.rows(code)} == {0}


def test_who_sends_nothing_any_more_says_nothing(town):
    wait.until(lambda: town.road()["state"] == "open", 10, "an open road")
    town.hosod.stop()
    assert town.road()["daemons"] == 0
    town.hosod.start()
    wait.until(lambda: town.road()["state"] == "open", 10, "an open road")


def test_who_is_not_let_in_any_more_signs_in_again(town):
    """dvcqg fetches another session at once; a webhook has none, and the road is closed until the portal relents."""
    signs_in = town.profile == "dvcqg"
    town.wait_done(town.dossier())  # who has just begun signs in
    logins = town.portal.state()["requests"].get("login", 0)
    for trouble in ("expired", "401") if signs_in else ("401",):
        town.portal.misbehave(trouble)
        code = town.dossier()
        town.wait_done(code)
        assert {failures for _, _, failures, _ in town.rows(code)} == {0}
    assert town.portal.state()["requests"].get("login", 0) == logins + (2 if signs_in else 0)


def test_a_portal_with_a_strangers_certificate_gets_nothing(town, tmp_path):
    before = sum(town.portal.state()["requests"].values())
    town.portal.kill()
    subprocess.run([str(places.CERTIFICATE), str(tmp_path)], check=True)
    with swapped(town.portal.folder / "tls", tmp_path / "tls"):
        town.portal.start()
        code = town.dossier()
        wait.until(lambda: "portal_paused" in str(town.rows(code)), 10, "a closed road")
        town.portal.kill()
    town.portal.start()
    assert sum(town.portal.state()["requests"].values()) == 0 < before
    town.wait_done(code)
    assert {failures for _, _, failures, _ in town.rows(code)} == {0}


@contextlib.contextmanager
def swapped(folder, other):
    """@other stands in the place of @folder inside the block."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    shutil.copytree(other, folder)
    try:
        yield
    finally:
        shutil.rmtree(folder)
        aside.rename(folder)


def test_retry_after_is_obeyed(town):
    town.portal.misbehave({"mode": "429", "count": 1, "retry_after": 4})
    code = town.dossier()
    wait.until(lambda: town.rows(code)[0][3] in ("portal_later", "portal_unknown"), 10, "the portal's no")
    ((seconds,),) = town.running.sql(
        "SELECT extract(epoch FROM o.next_at - now()) FROM outbox o JOIN dossier d ON d.id = o.dossier_id"
        " WHERE d.code = %s AND o.dseq = 1", code
    )
    assert 2.5 < seconds <= 4.1
    town.portal.misbehave()
    town.wait_done(code)


def test_lines_wait_for_the_code(town):
    item, code = town.dossier(bind=False)
    other = town.dossier()
    town.wait_done(other)
    waiting = "SELECT count(*) FROM outbox WHERE item_code = %s AND state = 'waiting_code' AND attempt = 0"
    assert town.running.sql(waiting, item) == [(3,)]
    town.send(scan("bound", item, moment(3), dossier_code=code))
    town.wait_done(code)


class TestDeadLetter:
    """What the portal refuses in its own words stops one dossier's lane, and a person decides."""

    @pytest.fixture
    def refused(self, town):
        """(the dossier's code, the line's id) of a dossier whose first line the portal will not have."""
        town.portal.misbehave("422" if town.profile == "webhook" else {"mode": "400", "count": 1})
        code = town.dossier()
        wait.until(lambda: town.states(code) == ["dead", "ready", "ready"], 10, "a dead letter")
        town.portal.misbehave()
        ((line,),) = town.running.sql(
            "SELECT o.id FROM outbox o JOIN dossier d ON d.id = o.dossier_id WHERE d.code = %s AND o.dseq = 1", code
        )
        return code, line

    def call(self, town, method, path, body=None, login="chief"):
        return town.world.person(login).request(method, town.hosod.url + path, body)

    def test_the_others_go_on(self, town, refused):
        code, line = refused
        others = [town.dossier() for _ in range(3)]
        town.wait_done(*others)
        assert town.steps(code) == []
        listed = self.call(town, "GET", "/v1/outbox?state=dead").json()["items"]
        (mine,) = [item for item in listed if item["id"] == str(line)]
        assert (mine["dossier_code"], mine["dseq"], mine["last_error"]) == (code, 1, "portal_never")
        assert "Cổng báo lỗi" in mine["answer"]
        self.call(town, "POST", f"/v1/outbox/{line}/skip", {"reason": "dọn"})
        town.drain()

    def test_a_supervisor_sends_it_again(self, town, refused):
        code, line = refused
        assert self.call(town, "POST", f"/v1/outbox/{line}/retry", login="clerk").status_code == 403
        assert self.call(town, "POST", f"/v1/outbox/{line}/retry").status_code == 200
        town.wait_done(code)

    def test_a_wrong_code_is_put_right_and_the_lane_goes_on_under_the_right_one(self, town, refused):
        """A line is frozen: what it goes under is not, and its own text is put right by what is recorded next."""
        code, line = refused
        right = new_dossier_code()
        ((item,),) = town.running.sql("SELECT item_code FROM outbox WHERE id = %s", line)
        bound = scan("bound", item, moment(4), dossier_code=right, note="Gõ nhầm mã")
        for _ in range(2):  # whose answer was lost, and who presses again
            (result,) = self.call(town, "POST", "/v1/scans", [bound]).json()
            assert result["verdict"] == "recorded"
            assert self.call(town, "POST", f"/v1/outbox/{line}/retry").status_code in (200, 409)
        town.wait_done(right)
        assert town.steps(code) == []

    def test_a_supervisor_skips_it_and_says_why(self, town, refused):
        code, line = refused
        for body, status in (({}, 422), ({"reason": ""}, 422), ({"reason": "x", "y": 1}, 422)):
            assert self.call(town, "POST", f"/v1/outbox/{line}/skip", body).status_code == status
        assert self.call(town, "POST", f"/v1/outbox/{line}/skip", {"reason": "x"}, "clerk").status_code == 403
        assert town.states(code)[0] == "dead"
        assert self.call(town, "POST", f"/v1/outbox/{line}/skip", {"reason": "gửi tay rồi"}).status_code == 200
        wait.until(lambda: town.states(code) == ["skipped", "done", "done"], 20, "the rest of the lane")
        assert town.steps(code) == [2, 3]
        settled = town.running.sql(
            "SELECT a.account, o.settled_why FROM outbox o JOIN account a ON a.id = o.settled_by WHERE o.id = %s", line
        )
        assert settled == [("chief", "gửi tay rồi")]
        assert self.call(town, "POST", f"/v1/outbox/{line}/skip", {"reason": "x"}).status_code == 409
        assert self.call(town, "POST", f"/v1/outbox/{line}/retry").status_code == 409


def test_nothing_was_lost_or_doubled(town):
    """At the end of all of the above."""
    assert [line for line in town.portal.applied() if line["dseq"] is None] == []
    seen = [(line["dossier_code"], line["dseq"]) for line in town.portal.applied()]
    assert len(seen) == len(set(seen))
    Oracle(town.running).check({}, town.portal.applied())
