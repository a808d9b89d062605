"""
Whatever the portal or the road to it does, each line arrives once and in order in the end; a line is given up
only when the portal refused it in words, and then a person sees it. The names are those of the fault matrix.
"""

import contextlib
import datetime
import email.utils
import os
import random
import subprocess

import pytest

from lib import places, table, wait
from lib.api import scan
from lib.certificates import issue
from lib.fault_proxy import DOWN, UP, Cut, Script
from lib.fault_scene import LONG, SEED, Scene
from lib.world import FIRST_LEG, TO_AGENCY, moment, new_dossier_code, new_item

pytestmark = pytest.mark.slow

DOSSIERS = 8 * min(LONG, 8)  # three lines each; one request takes 200 scans
POISONED_AMONG = min(30 * LONG, 1000)
HANG = {"mode": "hang", "seconds": 1.3}  # portal.timeout is 1 s

FAULTS = {
    "E-02 server errors": ["500", "502", "503", "504"],
    "E-04 too many requests": [("429", 4)],
    "E-05 taken, and no reply": [("apply-then-drop", 4)],
    "E-06 taken, and silence": [{**HANG, "mode": "apply-then-hang", "count": 4}],
    "E-07 not taken, and silence": [{**HANG, "count": 4}],
    "E-09 a sign-in page": [("html", 2), ("apply-then-html", 2)],
    "E-10 half a body": [("truncated", 2), ("short", 2)],
    "E-10 too much of a body": ["oversize", "endless", "gzip-bomb", "apply-then-endless"],
    "E-11 about another line": [("other-key", 4)],
    "E-13 it is there already": ["exists", "412", "exists", "409"],
    "E-18 a byte a second": [{"mode": "slow", "seconds": 2, "count": 4}],
    "E-21 an older version": [("older", 4)],
}


class Road(Scene):
    """Dossiers of three lines, and what became of them."""

    def dossiers(self, count=DOSSIERS):
        return self.dossiers_named([new_dossier_code() for _ in range(count)])

    def dossiers_named(self, codes):
        scans = []
        for code in codes:
            item = new_item()
            scans += [
                scan("accepted", item, moment(0), **FIRST_LEG),
                scan("out_for_delivery", item, moment(1)),
                scan("delivered", item, moment(2), **TO_AGENCY, dossier_code=code),
            ]
        for start in range(0, len(scans), 198):
            self.send(*scans[start:start + 198])
        return codes

    def lines(self, codes):
        """{code: [(dseq, state, failures, last error, seconds until it is due)]}"""
        found = {code: [] for code in codes}
        for code, *line in self.running.sql(
                "SELECT d.code, o.dseq, o.state, o.failures, o.last_error,"
                " extract(epoch FROM o.next_at - now())::float FROM outbox o JOIN dossier d ON d.id = o.dossier_id"
                " WHERE d.code = ANY(%s) ORDER BY o.dseq", list(codes)):
            found[code].append(tuple(line))
        return found

    def every(self, codes):
        return [line for lines in self.lines(codes).values() for line in lines]

    def count_dead(self):
        return self.running.sql("SELECT count(*) FROM outbox WHERE state = 'dead'")[0][0]

    def wait_error(self, codes, error, seconds=15):
        wait.until(lambda: error in [line[3] for line in self.every(codes)], seconds, f"{error}")

    def check_all_there(self, codes):
        """All done; the oracle compares every line with the portal's log."""
        self.drain()
        assert {line[1] for line in self.every(codes)} == {"done"}
        assert self.portal.pending()["modes"] == [], "the portal had no occasion for all of it"
        assert self.count_dead() == 0
        self.check()


@pytest.fixture(scope="module", params=["dvcqg", "webhook"])
def whole_road(request):
    with Road(request.param, roads=("road",)) as made:
        yield made


@pytest.fixture
def road(whole_road):
    whole_road.portal.misbehave()
    whole_road.road.script = Script
    whole_road.drain()
    return whole_road


def test_e01_a_portal_that_behaves(road):
    codes = road.dossiers()
    road.check_all_there(codes)
    assert {line[2] for line in road.every(codes)} == {0}
    table.row("portal: E-01 behaves", len(codes) * 3, seed=SEED)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_no_line_and_doubles_none(road, name):
    road.portal.misbehave(*FAULTS[name])
    codes = road.dossiers()
    road.check_all_there(codes)
    table.row(f"portal: {name}", len(codes) * 3, seed=SEED)


@pytest.mark.parametrize("mode", ["apply-then-late", "late"])
def test_e08_the_answer_comes_after_our_timeout(road, mode):
    """With "late" the portal is still at work when we give up, and takes the line after that."""
    road.portal.misbehave({"mode": mode, "seconds": 1.8, "count": 3})
    codes = road.dossiers(3)  # so few that the road stays open
    # Not hurried: what is asked too early is answered "not there" by a portal that is still at work.
    wait.until(lambda: {line[1] for line in road.every(codes)} == {"done"}, 60, "all lines", every=0.1)
    road.check_all_there(codes)
    table.row("portal: E-08 late 200", len(codes) * 3, mode=mode, seed=SEED)


def test_a_portal_that_takes_its_time_is_not_given_up(road):
    """Waiting for a connection is not waiting for the portal: what has its answer within the time has no failure."""
    road.portal.misbehave({"mode": "late", "seconds": 0.4, "count": 16})
    codes = road.dossiers(16)  # as many as are in the air, over four connections: the last waits for 1.2 s
    road.check_all_there(codes)
    assert {line[2] for line in road.every(codes)} == {0}
    table.row("portal: slow but in time", len(codes) * 3, seed=SEED)


def date_in(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return email.utils.format_datetime(at, usegmt=True)


def test_e03_retry_after_in_every_form(road):
    """Seconds and dates are obeyed, an hour at most; what is neither counts as nothing."""
    asked = ["40", date_in(90), "1000000000", "-5"]
    road.portal.misbehave(*({"mode": "503", "retry_after": text} for text in asked))
    codes = road.dossiers(4)
    wait.until(lambda: len([line for line in road.every(codes) if line[3]]) == 4, 10, "four refusals")
    due = sorted(line[4] for line in road.every(codes) if line[3])
    assert due[0] < 2 and 35 < due[1] <= 40 and 80 < due[2] <= 90 and 3590 < due[3] <= 3600, due
    road.portal.misbehave({"mode": "503", "retry_after": "soon"}, {"mode": "503", "retry_after": date_in(-90)},
                          {"mode": "503", "retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}, {"mode": "503", "retry_after": ""})
    road.check_all_there(codes + road.dossiers(4))
    table.row("portal: E-03 Retry-After", 8, seed=SEED)


def test_e12_no_redirect_is_followed(road):
    """It closes the road for everybody, and nothing is sent to where it points."""
    targets = [(301, "http://127.0.0.1:1/"), (302, "https://localhost:1/"), (307, "file:///etc/passwd"),
               (308, road.portal.url + "/webhook")]
    road.portal.misbehave(*({"mode": "redirect", "status": status, "location": to} for status, to in targets))
    codes = road.dossiers()
    road.wait_error(codes, "portal_paused")
    road.check_all_there(codes)
    assert {line[2] for line in road.every(codes)} == {0}, "an attempt was burnt"
    table.row("portal: E-12 redirects", len(codes) * 3, seed=SEED)


@pytest.mark.parametrize("status", ["400", "404", "410", "413", "422"])
def test_e13_a_refusal_in_words_is_a_dead_letter_and_a_person_sends_it_again(road, status):
    road.portal.misbehave((status, 2))
    codes = road.dossiers(4)
    wait.until(lambda: road.count_dead() == 2, 15, "two dead letters")
    for item in dead_letters(road):
        assert item["dossier_code"] in codes and "Cổng báo lỗi" in item["answer"]
        assert ask(road, f"/v1/outbox/{item['id']}/retry").status_code == 200
    road.check_all_there(codes)
    table.row(f"portal: E-13 refusals {status}", 2, seed=SEED)


def ask(road, path, body=None):
    return road.world.person("chief").request("POST", road.hosod.url + path, body)


def dead_letters(road):
    reply = road.world.person("chief").request("GET", road.hosod.url + "/v1/outbox?state=dead")
    return reply.json()["items"]


LOGIN_FAULTS = ["500", "503", HANG["mode"], "slow", "html", "empty", "wrong-json", "dead-session"]


class TestLogin:
    """E-14, dvcqg only: the session ends, and the way to another is not smooth."""

    @pytest.fixture(autouse=True)
    def only_dvcqg(self, road):
        if road.profile != "dvcqg":
            pytest.skip("a webhook has no session")

    def test_all_find_their_session_ended_and_one_signs_in(self, road):
        road.portal.misbehave(("expired", 8), ("401", 4))
        codes = road.dossiers()
        road.check_all_there(codes)
        assert road.portal.state()["at_once_max"]["login"] == 1
        table.row("portal: E-14 sessions revoked", 12, seed=SEED)

    @pytest.mark.parametrize("mode", LOGIN_FAULTS)
    def test_a_login_that_fails(self, road, mode):
        road.portal.misbehave("expired", {"mode": mode, "service": "login", "seconds": 1.3})
        codes = road.dossiers(4)
        road.check_all_there(codes)
        table.row("portal: E-14 login fails", len(codes) * 3, mode=mode, seed=SEED)


def test_e14_401_is_tried_once_more_or_pauses(road):
    """dvcqg signs in again and goes on; for a webhook the road is closed until the portal relents."""
    road.portal.misbehave("401")
    codes = road.dossiers(4)
    road.check_all_there(codes)
    assert {line[2] for line in road.every(codes)} == {0}
    table.row("portal: E-14 401", len(codes) * 3, seed=SEED)


def test_e15_nobody_is_let_in(road):
    """403 for all is no dossier's fault: the road closes, nothing is given up and no attempt is counted."""
    told = "CapNhatTienDoHoSoMC" if road.profile == "dvcqg" else "webhook"
    before = road.portal.state()["requests"].get(told, 0)
    road.portal.misbehave_at_random({"403": 1.0}, 10**6, SEED)
    codes = road.dossiers()
    road.wait_error(codes, "portal_paused")
    before = max(before, road.portal.state()["requests"][told])
    wait.until(lambda: road.portal.state()["requests"][told] > before, 15, "a probe")
    assert road.count_dead() == 0
    assert {line[2] for line in road.every(codes)} == {0}
    road.portal.misbehave()
    road.check_all_there(codes)
    table.row("portal: E-15 403 for all", len(codes) * 3, seed=SEED)


@contextlib.contextmanager
def certificate(portal, folder, fault):
    """The portal has this certificate inside the block."""
    authority = folder if fault == "other authority" else portal.folder
    if fault == "other authority":
        subprocess.run([str(places.CERTIFICATE), str(folder)], check=True)
    names = "DNS:cong.example.vn" if fault == "wrong host" else "IP:127.0.0.1"
    wrong = issue(authority, folder, "wrong", days=-1 if fault == "expired" else 30, names=names)
    right = [portal.folder / "tls" / name for name in ("server.pem", "server.key")]
    kept = [path.read_bytes() for path in right]
    restart(portal, right, [path.read_bytes() for path in wrong])
    try:
        yield
    finally:
        restart(portal, right, kept)


def restart(portal, paths, contents):
    portal.stop()
    for path, content in zip(paths, contents):
        path.write_bytes(content)
    portal.start()


def taken(road):
    """How many records the portal has on disk: it need not answer for that."""
    return len((road.portal.folder / "applied.jsonl").read_bytes().splitlines())


@pytest.mark.parametrize("fault", ["expired", "wrong host", "other authority"])
def test_e16_a_certificate_that_proves_nothing(road, tmp_path, fault):
    before = taken(road)
    with certificate(road.portal, tmp_path, fault):
        codes = road.dossiers(2)
        road.wait_error(codes, "portal_paused")
        assert taken(road) == before
    road.check_all_there(codes)
    assert {line[2] for line in road.every(codes)} == {0}
    table.row("portal: E-16 certificate", 6, fault=fault, seed=SEED)


@contextlib.contextmanager
def hosod_with(road, settings):
    """hosod is started anew with these settings added, and at the end without."""
    kept = list(road.hosod.settings)
    for now in (kept + settings, kept):
        assert road.hosod.stop() == 0
        road.hosod.settings = now
        road.hosod.start()
        if now is not kept:
            yield


def test_e16_the_portal_demands_our_certificate(road):
    """Without one nothing gets through and nothing is lost; with one all does."""
    before, owner = taken(road), os.stat(road.running.folder / "hosod.conf")
    ours = issue(road.portal.folder, road.running.folder, "ours", usage="clientAuth")
    for path in ours:
        os.chown(path, owner.st_uid, owner.st_gid)
    road.portal.arguments += ["--client-ca", str(road.portal.ca)]
    restart(road.portal, [], [])
    codes = road.dossiers(2)
    wait.until(lambda: {line[3] for line in road.every(codes)} & {"portal_paused", "portal_unknown"}, 15, "no entry")
    assert taken(road) == before and road.count_dead() == 0
    with hosod_with(road, [f"portal.certificate={ours[0]}", f"portal.key={ours[1]}"]):
        road.drain()
        assert taken(road) >= before + 6
    del road.portal.arguments[-2:]
    restart(road.portal, [], [])
    road.check_all_there(codes)
    table.row("portal: E-16 our certificate demanded", 6, seed=SEED)


def test_the_road_is_cut_anywhere(road):
    """TLS to the portal is cut after n bytes, this way or that; what may have arrived is not said twice."""
    dice = random.Random(SEED)

    def script():
        after = int(10 ** dice.uniform(1, 3.8))
        return Script() if dice.random() < 0.3 else Cut(dice.choice([UP, DOWN]), after, dice.choice(["rst", "fin", "hole"]))

    before, codes = road.road.counts["connections"], []
    for _ in range(4 * LONG):
        tried = road.road.counts["connections"]
        road.road.script = script
        road.road.cut_all()  # who found a good road may not keep it
        codes += road.dossiers(3)  # so few that the road stays open
        wait.until(lambda: road.road.counts["connections"] >= tried + 3, 20, "three tries")
        road.road.script = Script
        road.drain()
    road.check_all_there(codes)
    table.row("portal: connection cut anywhere", road.road.counts["connections"] - before, seed=SEED)


def test_a_mixture_of_everything(road):
    singles = ["500", "502", "503", "504", "408", "429", "drop", "short", "html", "truncated", "wrong-json", "other-key",
               "oversize", "endless", "gzip-bomb", "empty", "exists", "older"]
    chances = {mode: 0.012 for mode in singles} | {f"apply-then-{mode}": 0.012 for mode in singles if mode != "older"}
    road.portal.misbehave_at_random(chances, 10**6, SEED)
    codes = road.dossiers(2 * DOSSIERS)
    road.drain()
    road.portal.misbehave()
    road.check_all_there(codes)
    table.row("portal: mixture", len(codes) * 3, seed=SEED)


def test_e22_one_poisonous_dossier_among_many(road):
    """The others are delivered, that one waits where a supervisor sees it, and is skipped under their name."""
    codes = [new_dossier_code() for _ in range(POISONED_AMONG)]
    poison = random.Random(SEED).choice(codes)
    road.portal.poison(poison)
    road.dossiers_named(codes)
    others = [code for code in codes if code != poison]
    wait.until(lambda: {line[1] for line in road.every(others)} == {"done"}, 60 * LONG, "all others", every=0.1)
    wait.until(lambda: road.count_dead() == 1, 15, "the dead letter")
    assert [line[1] for line in road.lines([poison])[poison]] == ["dead", "ready", "ready"]
    for step in range(1, 4):
        (item,) = wait.until(lambda: [item for item in dead_letters(road) if item["dseq"] == step], 15, "the next one")
        assert (item["dossier_code"], item["last_error"]) == (poison, "portal_never")
        assert ask(road, f"/v1/outbox/{item['id']}/skip", {"reason": "cổng không nhận"}).status_code == 200
    settled = road.running.sql(
        "SELECT o.state, a.account, o.settled_why FROM outbox o JOIN dossier d ON d.id = o.dossier_id"
        " JOIN account a ON a.id = o.settled_by WHERE d.code = %s", poison)
    assert settled == [("skipped", "chief", "cổng không nhận")] * 3
    road.portal.poison()
    road.check()
    table.row("portal: E-22 poisonous dossier among", len(codes), seed=SEED)


@pytest.fixture(scope="module")
def strict_road():
    """A portal that must be told of a dossier before it takes a line of it."""
    with Road("dvcqg", roads=("road",), portal_arguments=["--strict-dossiers"]) as made:
        yield made


@pytest.mark.parametrize("mode", ["500", "drop", "apply-then-drop", "html", "apply-then-hang", "401"])
def test_a_dossier_is_not_made_known_at_the_first_try(strict_road, mode):
    strict_road.portal.misbehave({"mode": mode, "service": "DongBoHoSoMC", "seconds": 1.3, "count": 3})
    codes = strict_road.dossiers(5)
    strict_road.check_all_there(codes)
    made_known = [record["dossier_code"] for record in strict_road.portal.state()["dossiers"]]
    assert len(made_known) == len(set(made_known)) and set(codes) <= set(made_known)
    table.row("portal: DongBoHoSoMC fails", len(codes), mode=mode, seed=SEED)


def test_e20_a_strict_portal_restored_from_an_old_backup(strict_road):
    restore(strict_road)


def test_e20_a_portal_restored_from_an_old_backup(road):
    restore(road)


def restore(road):
    """
    Last, for the portal's log no longer is what was said. What it forgot it is not told again (nobody asks for it);
    but dossiers and sessions that it forgot are made known again, and later lines come in order and once.
    """
    start = taken(road)
    codes = [new_dossier_code() for _ in range(6)]
    items = [new_item() for _ in codes]
    road.send(*(made for item, code in zip(items, codes) for made in (
        scan("accepted", item, moment(0), **FIRST_LEG), scan("arrived", item, moment(1)),
        scan("bound", item, moment(2), dossier_code=code))))
    road.drain()
    road.portal.restore(start + (taken(road) - start) // 2)
    kept = [line for line in road.portal.applied() if line["dossier_code"] in codes]
    road.send(*(made for item in items for made in (
        scan("out_for_delivery", item, moment(3)), scan("delivered", item, moment(4), **TO_AGENCY))))
    road.drain()
    assert road.count_dead() == 0
    for code in codes:
        before = [line["dseq"] for line in kept if line["dossier_code"] == code]
        now = [line["dseq"] for line in road.portal.applied() if line["dossier_code"] == code]
        assert before == [1, 2][:len(before)] and now == [*before, 4, 5]
    table.row("portal: E-20 restored from a backup", len(codes) * 2, forgotten=len(codes) * 2 - len(kept), seed=SEED)
