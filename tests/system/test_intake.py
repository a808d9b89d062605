"""What holds against everyone who takes a dossier in: the rules of the counter, and the facts it is shown."""

import pytest

from lib.api import rfc3339, scan
from lib.counter_world import FULL, RETURN_ONLY, SEND_ONLY, furnish
from lib.world import FIRST_LEG, World, new_item


@pytest.fixture(scope="module")
def world(standalone, contract):
    made = World(standalone, contract)
    furnish(standalone)
    yield made
    made.close()


def acceptance(item=None, occurred_at=None, **data):
    return scan("accepted", item or new_item(), occurred_at, **{**FIRST_LEG, "procedure": FULL, **data})


def send_one(world, made, **options):
    reply = world.person("clerk").send(made, **options)
    assert reply.status_code == 200, reply.text
    return reply.json()[0]


PAID = {"fee": 15000, "receipt": "BL-0001", "payment": "cash"}
SUBMITTER = {"name": "Lê Văn Bảy", "phone": "0987 654 321"}

REFUSED = {
    "a fee without a receipt": (422, "fee_without_receipt", "receipt", {"fee": 15000, "payment": "cash"}),
    "a fee without a payment": (422, "fee_without_payment", "payment", {"fee": 15000, "receipt": "BL-1"}),
    "a submitter without a paper": (422, "submitter_unauthorised", "authorisation", {"submitter": SUBMITTER}),
    "a concession without postage": (422, "missing_data", "postage", {"concession": "HN"}),
    "61 kinds of paper": (422, "too_many_papers", "papers", {"papers": [{"name": "x"}] * 61}),
    "1,000 copies": (422, "too_many_papers", "papers", {"papers": [{"name": "x", "copy": 1000}]}),
    "61 papers missing": (422, "too_many_papers", "missing_papers", {"missing_papers": ["x"] * 61}),
    "weightless": (422, "bad_member", "grams", {"grams": 0}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_counter_may_send_is_refused_by_its_own_name(world, name):
    status, error, member, data = REFUSED[name]
    made = acceptance(**data)
    result = send_one(world, made, valid=False)
    assert (result["status"], result["error"], result["member"]) == (status, error, member)
    assert result["detail"] and "verdict" not in result
    assert world.person("clerk").get(f"/v1/dossiers/{made['code']}").status_code == 404  # nothing is recorded


JUDGED = {
    "papers that may not be sent": ("send_not_by_post", {"procedure": RETURN_ONLY, "service": 1}),
    "papers that may not be sent, both ways": ("send_not_by_post", {"procedure": RETURN_ONLY, "service": 3}),
    "a result that may not be returned": ("return_not_by_post", {"procedure": SEND_ONLY, "service": 2}),
    "a result that may not be returned, both ways": ("return_not_by_post", {"procedure": SEND_ONLY, "service": 3}),
    "a concession that nobody grants": ("unknown_concession", {"concession": "ONGBA", "postage": 1000}),
    "a concession that is long over": ("unknown_concession", {"concession": "HETLAU", "postage": 1000}),
}


@pytest.mark.parametrize("name", JUDGED)
def test_what_the_catalogue_forbids_is_kept_and_refused_with_its_rule(world, name):
    why, data = JUDGED[name]
    made = acceptance(**data)
    result = send_one(world, made)
    assert (result["verdict"], result["why"], result["leg_state"]) == ("refused", why, "new")
    assert result["detail"] and "slip_token" not in result
    # Somebody who does it right afterwards is not in the way of the wrong one.
    assert send_one(world, acceptance(made["code"]))["verdict"] == "recorded"


ALLOWED = {
    "sent": {"procedure": SEND_ONLY, "service": 1},
    "returned": {"procedure": RETURN_ONLY, "service": 2, "leg_kind": "result"},
    "both ways": {"service": 3},
    "a fee with all that belongs to it": PAID,
    "no fee": {"fee": 0},
    "a concession": {"concession": "HN", "postage": 13200, "grams": 80, "payment": "cash"},
    "a concession that ended while the scan lay on its device": {"concession": "VUAHET", "postage": 18500},
    "papers missing, by the sender's wish": {"missing_papers": ["Ảnh 4x6"], "note": "Nguyện vọng: gửi ngay"},
    "everything missing": {"papers": [], "missing_papers": ["Tờ khai", "Giấy tờ chứng minh chỗ ở hợp pháp"]},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_recorded(world, name):
    made = acceptance(**ALLOWED[name])
    result = send_one(world, made)
    assert result["verdict"] == "recorded", result
    assert len(result["slip_token"]) == 26
    again = send_one(world, made)
    assert again["replayed"] and again["slip_token"] == result["slip_token"]


def test_a_further_leg_is_held_to_the_concessions_too(world):
    made = acceptance()
    code = f"000.00.05.H06-261128-{made['code'][4:10]}"
    assert send_one(world, made)["verdict"] == "recorded"
    assert send_one(world, scan("bound", made["code"], dossier_code=code))["verdict"] == "recorded"
    further = scan("accepted", new_item(), dossier_code=code, leg_kind="result", concession="ONGBA", postage=100)
    assert send_one(world, further)["why"] == "unknown_concession"


def test_who_handed_in_is_kept_with_the_dossier(world):
    made = acceptance(submitter=SUBMITTER, authorisation="UQ 12/2026", id_kind="cccd", id_last4="0123")
    assert send_one(world, made)["verdict"] == "recorded"
    rows = world.running.sql(
        "SELECT p.name, p.phone, p.address FROM hoso.leg l JOIN hoso.dossier d ON d.id = l.dossier_id"
        " JOIN hoso.person p ON p.id = d.submitter_id WHERE l.item_code = %s", made["code"])
    assert rows == [("Lê Văn Bảy", "0987654321", "")]
    # What is written later does not lose it.
    assert send_one(world, scan("note", made["code"], rfc3339(1), note="x"))["verdict"] == "recorded"
    code = f"000.00.05.H06-261127-{made['code'][4:10]}"
    assert send_one(world, scan("bound", made["code"], rfc3339(2), dossier_code=code))["verdict"] == "recorded"
    (kept,) = world.running.sql(
        "SELECT submitter_id IS NOT NULL FROM hoso.dossier WHERE code = %s", code)[0]
    assert kept
    (none,) = world.running.sql(
        "SELECT count(*) FROM hoso.dossier WHERE NOT stub AND submitter_id = sender_id")[0]
    assert none == 0


def test_an_officer_sees_the_submitters_phone_masked_and_the_post_sees_how_to_look_it_up(world):
    made = acceptance(submitter=SUBMITTER, authorisation="UQ 12/2026")
    token = send_one(world, made)["slip_token"]
    seen = world.person("officer").get(f"/v1/dossiers/{made['code']}").json()
    assert seen["events"][0]["data"]["submitter"]["phone"] == "******4321"
    assert "slip_token" not in seen["legs"][0]
    seen = world.person("clerk").get(f"/v1/dossiers/{made['code']}").json()
    assert seen["events"][0]["data"]["submitter"]["phone"] == "0987654321"
    assert seen["legs"][0]["slip_token"] == token


def test_a_counter_is_told_what_a_procedure_wants_and_costs(world):
    facts = world.person("clerk").get(f"/v1/intake/procedures/{FULL}").json()
    assert [paper["name"][:7] for paper in facts["papers"]] == ["Tờ khai", "Giấy tờ", "Ảnh 4x6"]
    assert [paper["required"] for paper in facts["papers"]] == [True, True, False]
    assert facts["papers"][1]["guidance"] == "Chứng thực tại UBND cấp xã."
    assert facts["fees"] == [{"kind": "le_phi", "name": "Lệ phí đăng ký cư trú", "amount": 15000}]
    assert (facts["fee"], facts["days"], facts["rounding"]) == (15000, 7, "down_100")
    assert {"relation": "province", "grams_max": 500, "amount": 38000} in facts["postage"]
    assert {"code": "HN", "name": "Hộ nghèo", "percent": 50} in facts["concessions"]
    assert "HETLAU" not in {row["code"] for row in facts["concessions"]}
    relations = {row["agency"]: row["relation"] for row in facts["relations"]}
    assert relations["KT.A1"] == "district" and relations["KT.A2"] == "province"


def test_who_does_not_take_in_is_told_nothing(world):
    path = f"/v1/intake/procedures/{FULL}"
    assert world.person("officer").get(path).status_code == 403
    assert world.person("courier").get(path).status_code == 200
    nobody = world.person("clerk").another()
    assert nobody.get(path).status_code == 401
    nobody.close()
    clerk = world.person("clerk")
    assert clerk.get("/v1/intake/procedures/9.999999").json()["error"] == "not_found"
    assert clerk.get(path + "?x=1", valid=False).json()["error"] == "unknown_member"
    # One that may not be taken by post is told as such, not hidden: the clerk has to say why.
    facts = clerk.get(f"/v1/intake/procedures/{SEND_ONLY}").json()
    assert (facts["send_by_post"], facts["return_by_post"]) == (True, False)
