"""POST /v1/portal-notices: who may speak, what is believed, and that nothing that was acknowledged is lost."""

import json
import os
import signal
import time

import pytest

from lib import wait
from lib.api import rfc3339, scan, uuid7
from lib.client import hoso
from lib.hosod import Hosod
from lib.notices import Province, new_secret, notice, signature
from lib.oracle import Oracle
from lib.standalone import Standalone
from lib.world import FIRST_LEG, TO_AGENCY, World, moment, new_dossier_code, new_item

OLD, NEW, STRANGE = new_secret("o"), new_secret("n"), new_secret("x")
CITIZEN = {"name": "Phạm Thị Chờ", "phone": "0912000111"}


def secret_file(running, *secrets):
    path = running.folder / "notices-secret"
    owner = os.stat(running.folder / "hosod.conf")
    path.write_text("\n".join(secrets) + "\n")
    path.chmod(0o600)
    os.chown(path, owner.st_uid, owner.st_gid)
    return path


class Desk:
    def __init__(self, contract):
        self.running = Standalone().start()
        self.hosod = Hosod(self.running, [f"notices.secret_file={secret_file(self.running, OLD, NEW)}"]).start()
        self.world = World(self.running, contract)
        self.province = Province(self.world.person("clerk"), self.hosod.url, NEW)

    def close(self):
        self.hosod.close()
        self.world.close()
        self.running.close()

    def submitted(self, with_code=True):
        """A dossier that the agency has: (item, code)."""
        item, code = new_item(), new_dossier_code()
        scans = [scan("accepted", item, moment(1), **FIRST_LEG), scan("delivered", item, moment(2), **TO_AGENCY)]
        if with_code:
            scans.append(scan("bound", item, moment(3), dossier_code=code))
        results = self.world.person("clerk").send(*scans).json()
        assert all(result["verdict"] == "recorded" for result in results), results
        return item, code

    def dossier(self, code):
        return self.world.person("chief").get(f"/v1/dossiers/{code}").json()

    def kept(self):
        return self.running.sql("SELECT count(*) FROM portal_notice")[0][0]


@pytest.fixture(scope="module")
def desk(contract):
    made = Desk(contract)
    yield made
    made.close()


def taken(reply, status, verdict="recorded"):
    assert reply.status_code == 200, reply.text
    assert (reply.json()["verdict"], reply.json()["status"]) == (verdict, status), reply.text
    return reply.json()


def refused(reply, status, error, member=None):
    assert (reply.status_code, reply.json()["error"], reply.json().get("member")) == (status, error, member), reply.text


def test_the_province_tells_a_whole_procedure(desk):
    item, code = desk.submitted(with_code=False)
    send = desk.province.send
    taken(send(notice("bound", code, item_code=item, received_on="2026-11-20", due_on="2026-12-01")), "received")
    taken(send(notice("supplement_asked", code, content="Thiếu đơn")), "supplement")
    taken(send(notice("due_changed", code, due_on="2026-12-09")), "supplement")
    made = taken(send(notice("result_ready", code, result_kind="Giấy phép", number="7", collect=5000)), "result_ready")
    found = desk.dossier(code)
    assert (found["status"], found["received_on"], found["due_on"]) == ("result_ready", "2026-11-20", "2026-12-09")
    (event,) = [event for event in found["events"] if event["event_id"] == made["event_id"]]
    assert (event["role"], event["account_id"], event["office"]) == ("system", "0", None)
    assert event["data"] == {"result_kind": "Giấy phép", "number": "7", "collect": 5000}


def test_declined_and_withdrawn(desk):
    _, code = desk.submitted()
    taken(desk.province.send(notice("declined", code, number="TC-1")), "refused")
    refused(desk.province.send(notice("withdrawn", code)), 409, "dossier_ended")
    _, code = desk.submitted()
    taken(desk.province.send(notice("withdrawn", code)), "withdrawn")


def test_a_dossier_that_the_post_never_saw(desk):
    code = new_dossier_code()
    refused(desk.province.send(notice("result_ready", code, result_kind="x")), 404, "unknown_dossier")
    refused(desk.province.send(notice("bound", code)), 404, "unknown_dossier")
    refused(desk.province.send(notice("bound", code, item_code=new_item())), 404, "unknown_dossier")
    taken(desk.province.send(
        notice("result_ready", code, result_kind="x", procedure="1.000001", receiver=CITIZEN)), "result_ready")
    assert desk.dossier(code)["legs"] == []


def test_the_same_notice_again_gets_the_very_same_answer(desk):
    _, code = desk.submitted()
    made = notice("result_ready", code, result_kind="Giấy phép")
    first = desk.province.send(made, webhook_id="msg_again-1." + code)
    kept = desk.kept()
    again = desk.province.send(made, webhook_id="msg_again-1." + code, timestamp=int(time.time()) - 60)
    assert (again.status_code, again.content) == (200, first.content)
    other = desk.province.send(notice("withdrawn", code), webhook_id="msg_again-1." + code)
    refused(other, 422, "key_reuse")
    assert desk.kept() == kept
    assert [event["kind"] for event in desk.dossier(code)["events"]].count("result_ready") == 1


def test_it_is_still_the_same_after_a_crash(desk):
    _, code = desk.submitted()
    made, name = notice("result_ready", code, result_kind="Giấy phép"), "msg_crash." + code
    first = taken(desk.province.send(made, webhook_id=name), "result_ready")
    desk.hosod.kill()
    desk.hosod.start()
    assert desk.province.send(made, webhook_id=name).json() == first
    assert desk.dossier(code)["status"] == "result_ready"


def test_what_was_told_is_kept_word_for_word(desk):
    _, code = desk.submitted()
    body = json.dumps(notice("declined", code, number="TC"), indent=3, ensure_ascii=False).encode() + b"\n"
    name = "msg_words." + code
    taken(desk.province.send(None, webhook_id=name, body=body), "refused")
    ((kept,),) = desk.running.sql("SELECT body FROM portal_notice WHERE webhook_id = %s", name)
    assert bytes(kept) == body


# -- who may speak


def signed(secret, made, name="msg_s", timestamp=None):
    body = json.dumps(made, ensure_ascii=False).encode()
    timestamp = str(int(time.time()) if timestamp is None else timestamp)
    return body, timestamp, signature(secret, name, timestamp, body)


@pytest.mark.parametrize("how", ["old secret", "new secret", "several signatures", "nearly too late"])
def test_either_secret_is_good_while_it_is_changed(desk, how):
    _, code = desk.submitted()
    name = f"msg_{how.replace(' ', '-')}.{code}"
    at = int(time.time()) - (290 if how == "nearly too late" else 0)
    body, at, good = signed(OLD if how == "old secret" else NEW, notice("withdrawn", code), name, at)
    if how == "several signatures":
        good = "v1,AAAA v1a,BBBB " + good
    taken(desk.province.send(None, name, at, good, body), "withdrawn")


@pytest.mark.parametrize("how", [
    "strange secret", "other body", "other id", "too old", "from the future", "no signature", "another version", "empty",
    "no number"])
def test_others_are_not_heard(desk, how):
    _, code = desk.submitted()
    made, name, kept = notice("withdrawn", code), "msg_" + code, desk.kept()
    at = int(time.time()) + {"too old": -400, "from the future": 400}.get(how, 0)
    body, at, good = signed(STRANGE if how == "strange secret" else NEW, made, name, at)
    if how == "other body":
        body += b" "
    elif how == "other id":
        name += "x"
    elif how == "no signature":
        good = "v1,"
    elif how == "another version":
        good = good.replace("v1,", "v2,")
    elif how == "empty":
        good = ","
    elif how == "no number":
        at = "now"
        good = signature(NEW, name, at, body)
    refused(desk.province.send(None, name, at, good, body), 401, "bad_signature")
    assert desk.kept() == kept and desk.dossier(code)["status"] == "received"


@pytest.mark.parametrize("name", ["a" * 129, "dấu", "a b", "a/b"])
def test_a_strange_webhook_id_is_not_taken(desk, name):
    body, at, good = signed(NEW, {}, name)
    headers = {"content-type": "application/json", "webhook-id": name.encode(), "webhook-timestamp": at,
               "webhook-signature": good, "authorization": ""}
    reply = desk.world.person("clerk").request("POST", desk.hosod.url + "/v1/portal-notices", content=body,
                                               headers=headers, valid=False)
    assert reply.status_code in (400, 401), reply.text


def test_without_a_secret_there_is_nothing_at_this_address(desk):
    """The hosod that standalone itself runs was given none."""
    body, at, good = signed(NEW, notice("withdrawn", new_dossier_code()))
    province = Province(desk.world.person("clerk"), desk.running.url, NEW)
    refused(province.send(None, "msg_s", at, good, body), 404, "no_route")


# -- what is believed


BAD = [
    ({"agency": "NOBODY"}, 422, "unknown_agency", None), ({"agency": "KT.A2"}, 404, "not_found", None),
    ({"kind": "closed"}, 422, "unknown_kind", "kind"), ({"kind": "delivered"}, 422, "unknown_kind", "kind"),
    ({"dossier_code": "?"}, 422, "bad_dossier_code", "dossier_code"), ({"data": {"lạ": 1}}, 422, "unknown_member", "data"),
    ({"data": {}}, 422, "missing_data", "number"), ({"occurred_at": rfc3339(7200)}, 422, "event_in_future", None),
    ({"item_code": "RR123456785VN"}, 422, "unknown_member", "item_code"), ({"more": 1}, 422, "unknown_member", None)]


@pytest.mark.parametrize("change, status, error, member", BAD, ids=range(len(BAD)))
def test_a_bad_notice_is_an_error_and_nothing_is_kept(desk, change, status, error, member):
    _, code = desk.submitted()
    kept = desk.kept()
    refused(desk.province.send({**notice("declined", code, number="1"), **change}), status, error, member)
    assert desk.kept() == kept and desk.dossier(code)["status"] == "received"


def test_what_is_no_json_or_too_long(desk):
    for body, status, error in ((b"{", 400, "bad_json"), (b"[]", 400, "bad_json"), (b"\xff", 400, "bad_utf8"),
                                (b" " * 20000, 413, "too_large")):
        refused(desk.province.send(None, body=body), status, error)


def test_a_code_that_is_another_dossiers_is_not_bound_again(desk):
    _, code = desk.submitted()
    item, _ = desk.submitted(with_code=False)
    refused(desk.province.send(notice("bound", code, item_code=item)), 409, "code_taken")
    assert [event["kind"] for event in desk.dossier(item)["events"]] == ["accepted", "delivered"]


def test_a_secret_is_changed_without_a_restart(desk):
    """SIGHUP: the old one is not good any more; a bad file leaves things as they are."""
    def answer(secret):
        return Province(desk.world.person("clerk"), desk.hosod.url, secret).send(notice("withdrawn", "?")).status_code

    try:
        assert (answer(OLD), answer(NEW), answer(STRANGE)) == (422, 422, 401)
        secret_file(desk.running, NEW, STRANGE)
        desk.hosod.signal(signal.SIGHUP)
        wait.until(lambda: answer(OLD) == 401, 10, "the new secrets")
        assert (answer(NEW), answer(STRANGE)) == (422, 422)
        secret_file(desk.running, "whsec_bad")
        desk.hosod.signal(signal.SIGHUP)
        wait.until(lambda: "not one to four secrets" in desk.hosod.text(), 10, "a line in the log")
        assert (answer(OLD), answer(NEW)) == (401, 422)
    finally:
        secret_file(desk.running, OLD, NEW)
        desk.hosod.signal(signal.SIGHUP)
        wait.until(lambda: answer(OLD) == 422, 10, "the old secrets")


def test_secrets_that_are_none_stop_the_start(desk, tmp_path):
    secret_file(desk.running, "whsec_short")
    broken = Hosod(desk.running, [f"notices.secret_file={desk.running.folder / 'notices-secret'}"])
    broken.launch()
    try:
        assert broken.process.wait(20) == 78
        assert "whsec_short" not in broken.text()
    finally:
        broken.close()
        secret_file(desk.running, OLD, NEW)


# -- hoso


def test_hoso_step_and_show(desk, tmp_path):
    _, code = desk.submitted()
    (tmp_path / "password").write_text(desk.world.password + "\n")
    environment = {"HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"), "HOSO_SERVER": desk.running.url,
                   "HOSO_CA": str(desk.running.ca), "LANG": "C.UTF-8", "LANGUAGE": "vi"}
    assert hoso(environment, "login", "officer", "--password-file", tmp_path / "password").returncode == 0
    asked = hoso(environment, "step", code, "sup", "--data", "content=Thiếu bản sao")
    assert asked.returncode == 0 and "Chờ bổ sung" in asked.stdout.decode(), asked
    refused_step = hoso(environment, "step", code, "supplement_asked", "--data", "content=Thiếu ảnh")
    assert refused_step.returncode == 65 and b"19.4" in refused_step.stderr, refused_step
    at, event_id = rfc3339(), uuid7()
    same = ("step", code, "result_ready", "--data", "result_kind=Giấy phép", "--data", "collect=7000", "--at", at,
            "--event-id", event_id, "--json")
    first, again = (json.loads(hoso(environment, *same).stdout) for _ in range(2))
    assert first["status"] == "result_ready" and again == {**first, "replayed": True}
    shown = hoso(environment, "show", code)
    assert shown.returncode == 0, shown
    for words in ("Tình trạng: Đã có kết quả, chờ trả", "(hồ sơ)", "Cơ quan yêu cầu bổ sung", "thời điểm nộp hồ sơ theo luật",
                  "Chấp nhận · Gửi hồ sơ", "◆ có kết quả"):
        assert words in shown.stdout.decode(), (words, shown.stdout.decode())
    assert hoso(environment, "step", code, "due_changed", "--data", "nonsense=1").returncode == 64
    assert hoso(environment, "step", code).returncode == 64


def test_hoso_verifies_a_dossier_with_steps(desk, tmp_path):
    _, code = desk.submitted()
    desk.province.send(notice("result_ready", code, result_kind="x"))
    alone = new_dossier_code()
    desk.province.send(notice("result_ready", alone, result_kind="x", procedure="1.000001", receiver=CITIZEN))
    (tmp_path / "password").write_text(desk.world.password + "\n")
    environment = {"HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"), "HOSO_SERVER": desk.running.url,
                   "HOSO_CA": str(desk.running.ca)}
    assert hoso(environment, "login", "chief", "--password-file", tmp_path / "password").returncode == 0
    for what in (code, alone, "--all"):
        whole = hoso(environment, "verify", what)
        assert whole.returncode == 0, whole


def test_whatever_happened_the_database_is_whole(desk):
    Oracle(desk.running).check()
