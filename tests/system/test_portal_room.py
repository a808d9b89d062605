"""The portal room alone against a portal that misbehaves: portal_push() through tests/lib/portal_push.c.

Whatever goes wrong, the portal has each line once and in order, and what is said of a try is never better
than what is known.
"""

import base64
import itertools
import re
import subprocess

import pytest

from lib import places
from lib.sim import PortalSim

PUSH = places.BUILD / "tests" / "lib" / "portal_push"
SECRET = "whsec_" + base64.b64encode(b"hoso" * 8).decode()
TRY = re.compile(r"step (\d+) try (\d+) (\S+) status (\d+) retry_after (\d+) answer ?(.*)")
PROFILES = ("dvcqg", "lgsp", "webhook")
LINES = 3
NUMBERS = itertools.count(1)


class Outcome:
    def __init__(self, process):
        self.exit = process.returncode
        self.errors = process.stderr
        self.tries = [TRY.fullmatch(line).groups() for line in process.stdout.splitlines()]
        self.words = [words[2] for words in self.tries]


class Case:
    """A dossier of its own at a portal that other tests use, too."""

    def __init__(self, sim):
        self.sim = sim
        self.dossier = f"000.00.05.H06-210715-{next(NUMBERS):04}"
        self.sim.misbehave()
        self.requests_before = self.sim.state()["requests"]

    def push(self, profile, lines=LINES, **more):
        """Push @lines lines."""
        url = self.sim.url + ("/webhook" if profile == "webhook" else "")
        arguments = {"profile": profile, "url": url, "ca": self.sim.ca, "dossier": self.dossier,
                     "item": "RR123456785VN", "lines": lines, "timeout-ms": 3000, "user": "hoso",
                     "password": "hoso", "secret": SECRET}
        arguments.update({name.replace("_", "-"): value for name, value in more.items()})
        command = [str(PUSH)] + [f"--{name}" if value is True else f"--{name}={value}"
                                 for name, value in arguments.items()]
        process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert process.returncode in (0, 1), process.stderr
        assert "runtime error" not in process.stderr and "Sanitizer" not in process.stderr, process.stderr
        return Outcome(process)

    def misbehave(self, *modes):
        self.sim.misbehave(*modes)

    def steps(self, dossier=None):
        return [line["dseq"] for line in self.sim.applied() if line["dossier_code"] == (dossier or self.dossier)]

    def requests(self, service):
        return self.sim.state()["requests"].get(service, 0) - self.requests_before.get(service, 0)

    def assert_all_there(self, outcome, lines=LINES):
        assert outcome.exit == 0, outcome.words
        assert self.steps() == list(range(1, lines + 1))


@pytest.fixture(scope="module")
def lenient_sim():
    with PortalSim() as sim:
        yield sim


@pytest.fixture(scope="module")
def strict_sim():
    with PortalSim(["--strict-dossiers"]) as sim:
        yield sim


@pytest.fixture
def case(lenient_sim):
    return Case(lenient_sim)


@pytest.fixture
def strict_case(strict_sim):
    return Case(strict_sim)


@pytest.mark.parametrize("profile", PROFILES)
def test_lines_arrive_once_and_in_order(case, profile):
    outcome = case.push(profile, lines=20)
    assert outcome.words == ["ok"] * 20
    case.assert_all_there(outcome, 20)


# What the first try is said to be; after that the line goes through.
DOUBTFUL = ["apply-then-drop", "drop", "html", "apply-then-html", "truncated", "apply-then-truncated", "short",
            "apply-then-short", "wrong-json", "apply-then-wrong-json", "other-key", "apply-then-other-key", "oversize",
            "apply-then-oversize", "empty", "apply-then-empty", "500", "apply-then-500", "502", "apply-then-504",
            "exists", "apply-then-exists", "409", "apply-then-409", "apply-then-412"]
SLOW = ["hang", "apply-then-hang", "slow", "apply-then-slow"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", DOUBTFUL)
def test_what_may_have_arrived_is_unknown_and_arrives_once(case, profile, mode):
    case.misbehave(mode)
    outcome = case.push(profile)
    assert outcome.words[:2] == ["portal_unknown", "ok"]
    case.assert_all_there(outcome)
    assert not case.sim.pending()["modes"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", SLOW)
def test_no_answer_in_time_is_unknown(case, profile, mode):
    case.misbehave({"mode": mode, "seconds": 3})
    outcome = case.push(profile, timeout_ms=400)
    assert outcome.words[:2] == ["portal_unknown", "ok"]
    case.assert_all_there(outcome)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode, asked", [("429", "7"), ("503", "7"), ("503", "0"), ("503", "-5"),
                                         ("503", "1000000000"), ("503", "Fri, 31 Dec 2100 23:59:59 GMT"),
                                         ("408", "0"), ("425", "0")])
def test_what_the_portal_had_no_time_for_comes_later(case, profile, mode, asked):
    """Under the same key at once; without one, only after asking: a gateway may say 503 of a done deed."""
    word = {"webhook": "portal_later", "dvcqg": "portal_unknown", "lgsp": "portal_unknown"}[profile]
    expected = {"7": 7000, "0": 0, "-5": 0}.get(asked, 3600000)
    case.misbehave({"mode": mode, "count": 2, "retry_after": asked})
    outcome = case.push(profile)
    assert outcome.words[:3] == [word, word, "ok"]
    assert int(outcome.tries[0][4]) == expected
    case.assert_all_there(outcome)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", ["apply-then-503", "apply-then-429", "apply-then-408"])
def test_what_was_taken_in_spite_of_the_words_counts_once(case, profile, mode):
    case.misbehave({"mode": mode, "count": 2})
    case.assert_all_there(case.push(profile))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", ["400", "404", "410", "413", "422"])
def test_a_refusal_is_final_and_its_words_are_kept(case, profile, mode):
    case.misbehave(mode)
    outcome = case.push(profile)
    assert outcome.words == ["portal_never"]
    assert "Cổng báo lỗi " + mode in outcome.tries[0][5]
    assert case.steps() == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("mode", ["403", "redirect", "301", "307", "308"])
def test_what_no_dossier_is_to_blame_for_pauses_the_road(case, profile, mode):
    case.misbehave(mode)
    outcome = case.push(profile)
    assert outcome.words == ["portal_paused"]
    assert case.steps() == []


def test_webhook_401_pauses(case):
    case.misbehave("401")
    assert case.push("webhook").words == ["portal_paused"]


def test_webhook_wrong_secret_pauses(case):
    wrong = "whsec_" + base64.b64encode(b"soho" * 8).decode()
    assert case.push("webhook", secret=wrong).words == ["portal_paused"]
    assert case.steps() == []


@pytest.mark.parametrize("mode", ["401", "expired"])
def test_an_ended_session_is_renewed_without_a_word(case, mode):
    case.misbehave(mode)
    outcome = case.push("dvcqg")
    assert outcome.words == ["ok"] * LINES
    case.assert_all_there(outcome)
    assert case.requests("login") == 2


@pytest.mark.parametrize("mode", ["401", "expired"])
def test_a_session_that_ends_again_pauses(case, mode):
    case.misbehave((mode, 2))
    assert case.push("dvcqg").words == ["portal_paused"]
    assert case.steps() == []


def test_wrong_password_pauses_and_shows_no_session(case):
    outcome = case.push("dvcqg", password="wrong")
    assert outcome.words == ["portal_paused"]
    assert "wrong" not in outcome.errors + str(outcome.tries)


@pytest.mark.parametrize("mode, word", [("503", "portal_later"), ("drop", "portal_later"), ("html", "portal_later"),
                                        ("500", "portal_later"), ("403", "portal_paused"),
                                        ("redirect", "portal_paused"), ("404", "portal_paused")])
def test_a_login_that_fails_says_nothing_about_the_line(case, mode, word):
    case.misbehave({"mode": mode, "service": "login"})
    outcome = case.push("dvcqg")
    assert outcome.words[0] == word
    if word == "portal_later":
        assert outcome.words[1:] == ["ok"] * LINES
        case.assert_all_there(outcome)


@pytest.mark.parametrize("mode", ["503", "drop", "html", "500", "hang", "truncated", "other-key"])
def test_a_question_without_answer_leaves_the_doubt(case, mode):
    """Else the line that was taken would be sent a second time."""
    case.misbehave("apply-then-drop", {"mode": mode, "service": "TraCuuHoSo", "seconds": 1, "count": 2})
    outcome = case.push("dvcqg", timeout_ms=400)
    # A question may be sent again by libcurl on its own, so a drop can use up both at once.
    assert outcome.words in [["portal_unknown"] * n + ["ok"] * LINES for n in ((2, 3) if mode == "drop" else (3,))]
    case.assert_all_there(outcome)


def test_a_login_that_fails_leaves_the_doubt(case):
    case.misbehave({"mode": "503", "service": "login"})
    outcome = case.push("dvcqg", doubt=True)
    assert outcome.words == ["portal_unknown"] + ["ok"] * LINES
    case.assert_all_there(outcome)


def test_an_unknown_dossier_is_made_known_first(strict_case):
    outcome = strict_case.push("dvcqg")
    assert outcome.words == ["ok"] * LINES
    strict_case.assert_all_there(outcome)
    assert strict_case.dossier in [item["dossier_code"] for item in strict_case.sim.state()["dossiers"]]
    assert strict_case.requests("DongBoHoSoMC") == 1


@pytest.mark.parametrize("mode", ["exists", "apply-then-exists"])
def test_a_dossier_that_was_there_already_is_no_error(strict_case, mode):
    """Said to exist and yet not known: a person must look; really there: the line goes through."""
    strict_case.misbehave({"mode": mode, "service": "DongBoHoSoMC"})
    outcome = strict_case.push("dvcqg")
    if mode == "exists":
        assert outcome.words == ["portal_never"]
    else:
        strict_case.assert_all_there(outcome)


@pytest.mark.parametrize("mode", ["500", "drop", "apply-then-drop", "html", "503"])
def test_a_dossier_not_made_known_comes_later(strict_case, mode):
    strict_case.misbehave({"mode": mode, "service": "DongBoHoSoMC"})
    outcome = strict_case.push("dvcqg")
    assert outcome.words[0] == "portal_later"
    strict_case.assert_all_there(outcome)


def test_pushes_at_the_same_time_share_one_session(case):
    outcome = case.push("dvcqg", together=16)
    assert outcome.words == ["ok"] * (16 * LINES)
    assert case.requests("login") == 1
    case.assert_all_there(outcome)


def test_one_renewal_is_enough_for_all(case):
    """All find their session ended; only the first of them may fetch another."""
    case.misbehave("ok", "expired")
    outcome = case.push("dvcqg", together=16)
    assert outcome.words == ["ok"] * (16 * LINES)
    assert case.requests("login") == 2
    case.assert_all_there(outcome)


# -- lgsp: an access token, and no question that could be asked


@pytest.fixture(scope="module")
def forgetful_sim():
    """Its tokens are good for a second."""
    with PortalSim(["--token-seconds", "1"]) as sim:
        yield sim


@pytest.mark.parametrize("ended", [{"mode": "expired"}, {"mode": "expired", "status": 200}, {"mode": "401"}],
                         ids=["401", "in words", "401 without a word"])
def test_a_token_that_ends_in_the_middle_is_fetched_anew(case, ended):
    case.misbehave({"mode": "ok"}, ended)
    outcome = case.push("lgsp", lines=4)
    assert outcome.words == ["ok"] * 4
    case.assert_all_there(outcome, 4)
    assert case.requests("token") == 2 and case.requests("UpdateDocumentTraces") == 5


def test_a_token_is_fetched_anew_before_its_end(forgetful_sim):
    case = Case(forgetful_sim)
    case.misbehave("ok", {"mode": "late", "seconds": 1.3})
    outcome = case.push("lgsp", lines=4)
    assert outcome.words == ["ok"] * 4
    case.assert_all_there(outcome, 4)
    assert case.requests("token") >= 2


def test_a_token_that_is_never_good_pauses(case):
    case.misbehave({"mode": "expired", "count": 2})
    assert case.push("lgsp").words[0] == "portal_paused"


def test_a_wrong_client_secret_pauses_and_shows_nothing(case):
    outcome = case.push("lgsp", password="wrong-secret")
    assert outcome.words == ["portal_paused"] and case.steps() == []
    assert case.requests("token") == 1
    assert "wrong-secret" not in outcome.errors + "".join(words[5] for words in outcome.tries)


@pytest.mark.parametrize("mode, word", [
    ("500", "portal_later"), ("503", "portal_later"), ("drop", "portal_later"), ("html", "portal_later"),
    ("empty", "portal_later"), ("wrong-json", "portal_later"), ("403", "portal_paused"), ("redirect", "portal_paused")])
def test_a_token_that_does_not_come_says_nothing_about_the_line(case, mode, word):
    case.misbehave({"mode": mode, "service": "token"})
    outcome = case.push("lgsp")
    assert outcome.words[0] == word
    if word == "portal_later":
        case.assert_all_there(outcome)


def test_a_dossier_that_the_platform_does_not_know_is_made_known_first(strict_case):
    outcome = strict_case.push("lgsp")
    assert outcome.words == ["ok"] * LINES
    strict_case.assert_all_there(outcome)
    assert strict_case.requests("SyncDocument") == 1
    (document,) = [one["sent"] for one in strict_case.sim.state()["dossiers"]
                   if one["dossier_code"] == strict_case.dossier]
    assert document["ReturnedType"] in (0, 1) and document["ApplicantsType"] == 1


def test_many_pushes_share_one_token(case):
    outcome = case.push("lgsp", lines=2, together=4)
    assert outcome.exit == 0 and case.requests("token") == 1


def test_every_yes_of_a_platform_is_understood(case):
    """The simulator says yes in five ways, one after the other."""
    outcome = case.push("lgsp", lines=10)
    assert outcome.words == ["ok"] * 10
    answers = {words[5].split(",")[0] for words in outcome.tries}
    assert len(answers) >= 4, answers


@pytest.mark.parametrize("profile", PROFILES)
def test_a_wrong_authority_pauses_and_nothing_is_sent(case, strict_sim, profile):
    outcome = case.push(profile, ca=strict_sim.ca)
    assert outcome.words == ["portal_paused"]
    assert "certificate" in outcome.tries[0][5]
    assert case.steps() == [] and case.requests("login") == case.requests("webhook") == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_an_unreadable_authority_pauses(case, tmp_path, profile):
    assert case.push(profile, ca=tmp_path / "none.pem").words == ["portal_paused"]


@pytest.fixture(scope="module")
def misnamed_sim():
    """Its certificate does not have the address that it listens on."""
    sim = PortalSim()
    sim.listen = "127.0.0.2:0"
    with sim:
        yield sim


@pytest.mark.parametrize("profile", PROFILES)
def test_a_wrong_host_name_pauses(case, misnamed_sim, profile):
    outcome = case.push(profile, url=misnamed_sim.url, ca=misnamed_sim.ca)
    assert outcome.words == ["portal_paused"]
    assert (misnamed_sim.folder / "applied.jsonl").read_bytes() == b""


@pytest.fixture
def own_case():
    """A portal that may be killed."""
    with PortalSim() as sim:
        yield Case(sim)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_portal_that_is_away_comes_later(own_case, profile):
    own_case.sim.stop()
    assert own_case.push(profile, tries=3).words == ["portal_later"] * 3


@pytest.mark.parametrize("profile", PROFILES)
def test_what_was_taken_survives_a_killed_portal(own_case, profile):
    own_case.misbehave("apply-then-hang")
    outcome = own_case.push(profile, lines=1, tries=1, timeout_ms=500)
    assert outcome.words == ["portal_unknown"]
    own_case.sim.kill()
    with (own_case.sim.folder / "applied.jsonl").open("ab") as log:
        log.write(b'{"what": "li')  # torn by the crash
    own_case.sim.start()
    assert own_case.steps() == [1]
    outcome = own_case.push(profile, lines=2, first=2)
    assert outcome.exit == 0
    assert own_case.steps() == [1, 2, 3]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_mixture_loses_and_doubles_nothing(case, profile, seed):
    chances = {mode: 0.04 for mode in ("500", "apply-then-500", "503", "429", "drop", "apply-then-drop", "html",
                                       "apply-then-truncated", "apply-then-empty", "other-key")}
    case.sim.misbehave_at_random(chances, count=200, seed=seed)
    outcome = case.push(profile, lines=25, together=4, tries=25)
    assert outcome.exit == 0, outcome.words
    for number in range(4):
        assert case.steps(case.dossier + (f"-{number}" if number else "")) == list(range(1, 26))
    assert len(set(outcome.words)) > 1


def test_a_silent_resend_by_libcurl_is_deduplicated(case):
    """A reused connection that dies: libcurl sends the POST again by itself, and the key makes it one."""
    case.misbehave("ok", "apply-then-drop")
    outcome = case.push("webhook")
    assert outcome.words == ["ok"] * LINES
    assert case.requests("webhook") == LINES + 1
    case.assert_all_there(outcome)


def test_dvcqg_is_never_resent_silently(case):
    """It does not tell lines apart, so a line must not ride on a connection that may be dead."""
    case.misbehave("ok", "apply-then-drop", "ok", "apply-then-drop")
    outcome = case.push("dvcqg", lines=4)
    assert outcome.words == ["ok", "portal_unknown", "ok", "ok", "portal_unknown", "ok"]
    case.assert_all_there(outcome, 4)


def test_bad_settings_are_refused():
    for url in ("http://127.0.0.1:1", "https://user:password@127.0.0.1:1", "127.0.0.1", ""):
        process = subprocess.run([str(PUSH), "--profile=webhook", f"--url={url}", f"--secret={SECRET}", "--dossier=D1",
                                  "--item=I1"], capture_output=True, text=True, timeout=20, check=False)
        assert process.returncode == 2
        assert "password" not in process.stderr
    for secret in ("", "whsec_", "whsec_****", "abc", "whsec_" + base64.b64encode(b"short").decode()):
        process = subprocess.run([str(PUSH), "--profile=webhook", "--url=https://127.0.0.1:1", f"--secret={secret}",
                                  "--dossier=D1", "--item=I1"], capture_output=True, text=True, timeout=20, check=False)
        assert process.returncode == 2
