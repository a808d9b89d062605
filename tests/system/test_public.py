"""The public look-up as a page: the answers of POST /v1/lookup in HTML, for anybody, without a line of JavaScript."""

import json
import os
import re
import shutil
import subprocess
import urllib.parse

import pytest

from lib import browser, places
from lib.api import Api, rfc3339, s10, scan
from lib.hosod import Hosod
from lib.public_page import Page
from lib.standalone import Standalone
from lib.world import FIRST_LEG, World, new_item

PATH = "/tra-cuu"
SENDER = {"name": "Nguyễn Thị Kín", "phone": "0912345678", "address": "12 ngõ Hẹp, Đồng Hới"}
RECEIVER = {"name": "Trần Văn Riêng", "phone": "0987654321", "address": "34 đường Dài"}
FORM = "application/x-www-form-urlencoded"
HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus=alert(1) autofocus='", "&lt;b&gt;",
           "</title><svg/onload=alert(1)>", "javascript:alert(1)", "a\u202egnp.exe", "{{7*7}}", "%s%n%x", "<!--", "]]>",
           "𝕏😀", "\u200bRR", "=HYPERLINK(\"x\")", "RR\\123"]


@pytest.fixture(scope="module")
def world(contract):
    """Its own hosod: budgets and locks are for all who ask from here."""
    with Standalone() as own:
        made = World(own, contract)
        yield made
        made.close()


@pytest.fixture(autouse=True)
def fresh(world):
    world.running.sql("DELETE FROM hoso.lookup_budget; DELETE FROM hoso.lookup_try")


@pytest.fixture
def citizen(world):
    client = world.person("clerk").another()
    yield client
    client.close()


def take_in(world, item=None, **data):
    """(item code, token)"""
    item = item or new_item()
    made = scan("accepted", item, rfc3339(-3600), **{**FIRST_LEG, "sender": SENDER, "receiver": RECEIVER, **data})
    (result,) = world.person("clerk").send(made).json()
    assert result["verdict"] == "recorded", result
    return item, result["slip_token"]


def send(client, path=PATH, headers=None, body=None, **fields):
    content = urllib.parse.urlencode(fields) if body is None else body
    return client.post(path, content=content, headers={"content-type": FORM, **(headers or {})})


# -- the form


def test_the_form_is_for_everybody_and_in_the_language_that_is_asked_for(world, citizen):
    vietnamese = Page(citizen.get(PATH))
    assert vietnamese.one("html")["lang"] == "vi" and "Tra cứu" in vietnamese.text
    english = Page(citizen.get(PATH, headers={"accept-language": "en-GB,en;q=0.9,vi;q=0.1"}))
    assert english.one("html")["lang"] == "en" and "Look up" in english.text
    # What is asked for goes before what the browser says, and stays through the form.
    chosen = Page(citizen.get(PATH + "?lang=vi", headers={"accept-language": "en"}))
    assert chosen.one("html")["lang"] == "vi" and chosen.one("form")["action"] == PATH + "?lang=vi"
    assert chosen.one("a", hreflang="en")["href"] == PATH + "?lang=en"
    assert citizen.http.head(PATH).status_code == 200


def test_every_field_has_its_label_and_its_hint(citizen):
    page = Page(citizen.get(PATH))
    fields = page.of("input")
    assert [field["name"] for field in fields] == ["code", "phone_last4", "token"]
    for field in fields:
        assert page.one("label", **{"for": field["id"]})
        assert page.one("span", id=field["aria-describedby"])
        assert field["value"] == "" and field["autocomplete"] == "off"
    assert page.one("form")["method"] == "post"


def test_a_code_in_the_address_is_not_looked_at(world, citizen):
    """So that nobody learns to put one there."""
    item, token = take_in(world)
    page = Page(citizen.get(f"{PATH}?code={item}&token={token}&fbclid=x", valid=False))
    assert item not in page.source and token not in page.source
    assert world.running.sql("SELECT count(*) FROM hoso.lookup_budget") == [(0,)]


def test_the_style_is_there_and_is_all_that_is_loaded(citizen):
    page = Page(citizen.get(PATH))
    (style,) = [link["href"] for link in page.of("link") if link["rel"] == "stylesheet"]
    reply = citizen.http.get(style)
    assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/css")
    assert len(reply.content) < 3000 and "url(" not in reply.text and "@import" not in reply.text
    assert {link["rel"] for link in page.of("link")} == {"stylesheet", "icon"}


# -- the answer


def test_it_tells_what_the_api_tells(world, citizen):
    item, token = take_in(world)
    told = citizen.post("/v1/lookup", {"code": item, "token": token}).json()
    for fields in ({"code": item, "phone_last4": "5678", "token": ""}, {"code": f" {item.lower()} ", "token": token},
                   {"code": item, "phone_last4": " 4321 "}, {"code": f"{item}.{token}"},
                   {"code": f" {item.lower()}.{token.upper()} ", "phone_last4": "0000"}):
        page = Page(send(citizen, **fields))
        assert item in page.text and told["next"] in page.text
        assert [step["text"] for step in told["progress"]] == ["Bưu điện đã nhận hồ sơ"]
        assert page.text.count("Bưu điện đã nhận hồ sơ") == 2  # now, and in the list
        assert re.search(r"\d\d/\d\d/20\d\d \d\d:\d\d", page.text)
        assert [a for a in page.of("a") if a["href"] == PATH + "?lang=vi"] == 2 * [{"href": PATH + "?lang=vi"}]  # above, and below the answer
    english = Page(send(citizen, PATH + "?lang=en", code=item, phone_last4="5678"))
    assert "The post has taken in the dossier" in english.text and "Bưu điện" not in english.text


def test_nobody_is_named_and_the_log_holds_no_code(world, citizen):
    item, token = take_in(world, note="Gọi anh Riêng")
    before = world.running.sql("SELECT count(*) FROM hoso.view_log")
    pages = [Page(send(citizen, code=item, phone_last4="5678")), Page(send(citizen, code=item, phone_last4="1111"), 404)]
    for page in pages:
        for private in ("Kín", "Riêng", "ngõ Hẹp", "0912345678", "4321", "1111", "Người clerk", token):
            assert private not in page.source
    assert world.running.sql("SELECT count(*) FROM hoso.view_log") == before
    lines = [line for line in world.running.log().splitlines() if "tra-cuu" in line]
    assert len(lines) >= 2 and item not in "\n".join(lines) and token not in "\n".join(lines)


@pytest.mark.parametrize("fields, status, wrong, word", [
    ({}, 422, "code", "Hãy nhập mã bưu gửi"),
    ({"code": "  "}, 422, "code", "Hãy nhập mã bưu gửi"),
    ({"code": "RR123456785VN"}, 422, "phone_last4", "Hãy nhập thêm 4 số cuối"),
    ({"code": "RR123456784VN", "phone_last4": "1234"}, 422, "code", "số kiểm tra không khớp"),
    ({"code": "x", "phone_last4": "1234"}, 422, "code", "không đúng dạng"),
    ({"code": "x" * 200, "phone_last4": "1234"}, 422, "code", "không đúng dạng"),
    ({"code": "RR123456785VN", "phone_last4": "123"}, 422, "phone_last4", "đúng 4 chữ số"),
    ({"code": "RR123456785VN", "phone_last4": "１２３４"}, 422, "phone_last4", "đúng 4 chữ số"),
    ({"code": "RR123456785VN", "phone_last4": "1234", "token": "x"}, 422, "token", "một trong hai"),
    ({"code": "RR123456785VN", "token": "x" * 27}, 422, "token", "26 chữ và số"),
    ({"code": "RR123456785VN", "phone_last4": "1234", "name": "x"}, 422, None, "Không đọc được"),
    ({"code": s10(99_999_997), "phone_last4": "1234"}, 404, None, "Không có hồ sơ nào khớp"),
])
def test_what_is_wrong_is_said_and_the_form_is_there_again(citizen, fields, status, wrong, word):
    page = Page(send(citizen, **fields), status)
    alert = page.one("div", role="alert")
    assert word in page.text and page.text.split("Chưa tra cứu được")[0].strip() == ""  # the title says so first
    assert [field["name"] for field in page.of("input") if "aria-invalid" in field] == ([wrong] if wrong else [])
    if wrong:
        assert alert["id"] in page.field(wrong)["aria-describedby"].split()
    assert page.field("code")["value"] == fields.get("code", "").strip()[:100]
    assert page.field("phone_last4")["value"] == page.field("token")["value"] == ""
    english = Page(send(citizen, PATH + "?lang=en", **fields), status)
    assert english.text.replace("Tiếng Việt", "").isascii()


@pytest.mark.parametrize("body", [b"code=%zz", b"code=%ff", b"code=RR%00", b"code=RR\x00", b"code=a&code=b", b"=x",
                                  b"&".join(b"a%d=1" % n for n in range(40)), b"\xff\xfe"])
def test_what_is_no_form_is_a_page_too(citizen, body):
    assert "Không đọc được điều đã gửi" in Page(send(citizen, body=body), 400).text


def test_what_the_server_refuses_by_itself_is_a_page_too(citizen):
    assert "Không đọc được điều đã gửi" in Page(send(citizen, code="x" * 5000), 413).text
    assert "Không đọc được điều đã gửi" in Page(citizen.get(PATH + "?lang=%ff", valid=False), 400).text
    reply = citizen.post(PATH, {"code": "x"}, valid=False)
    assert reply.status_code == 415 and reply.json()["error"] == "bad_media"  # no browser's form
    reply = citizen.request("DELETE", PATH, valid=False)
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, POST")


# -- no better than the API


def test_all_that_is_wrong_gets_the_same_bytes(world, citizen):
    """For one and the same code that was typed: it stands in the form again."""
    stub = new_item()
    (result,) = world.person("clerk").send(scan("arrived", stub)).json()
    assert result["verdict"] == "unknown_item"
    item, token = take_in(world)
    other, other_token = take_in(world)
    ways = [(s10(99_999_997), {"phone_last4": "5678"}), (stub, {"phone_last4": "5678"}), (item, {"phone_last4": "5679"}),
            (item, {"token": other_token}), ("000.00.05.H06-991231-9999", {"phone_last4": "5678"}), (item, {"token": token[:25]})]
    seen = set()
    for code, proof in ways:
        page = Page(send(citizen, code=code, headers={"x-request-id": "the-same-id"}, **proof), 404)
        assert page.source.count(code) == 1
        seen.add(page.source.replace(code, "CODE"))
    assert len(seen) == 1


def test_guesses_are_counted_with_those_of_the_api(world, citizen):
    item, token = take_in(world)
    for guess in range(3):
        Page(send(citizen, code=item, phone_last4=f"000{guess}"), 404)
    for guess in range(2):
        assert citizen.post("/v1/lookup", {"code": item, "phone_last4": f"100{guess}"}).status_code == 404
    Page(send(citizen, code=item, phone_last4="5678"), 404)  # right, and closed
    assert citizen.post("/v1/lookup", {"code": item, "phone_last4": "5678"}).status_code == 404
    Page(send(citizen, code=f"{item}.{token}"))  # the slip still opens it
    assert world.running.sql("SELECT wrong FROM hoso.lookup_try WHERE key = sha256(%s::bytea)", item) == [(5,)]


def test_the_budget_is_that_of_the_api(world, contract):
    item, _ = take_in(world)
    with Hosod(world.running) as own:
        client = Api(own.url, own.ca, contract)
        Page(send(client, code=item, phone_last4="5678"))
        world.running.sql("UPDATE hoso.lookup_budget SET asked = 60 WHERE network <> ''")
        for _ in range(2):  # by the database's count, then by the daemon's own memory
            reply = send(client, code=item, phone_last4="5678")
            page = Page(reply, 429)
            minutes = int(re.search(r"thử lại sau (\d+) phút", page.text)[1])
            assert 0 < int(reply.headers["retry-after"]) <= 60 * minutes <= 600
            assert "Bưu điện đã nhận" not in page.text
        assert client.post("/v1/lookup", {"code": item, "phone_last4": "5678"}).status_code == 429
        client.close()


@pytest.mark.parametrize("site, status", [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
def test_another_site_cannot_ask_through_its_visitors(world, citizen, site, status):
    item, _ = take_in(world)
    page = Page(send(citizen, code=item, phone_last4="5678", headers={"sec-fetch-site": site}), status)
    assert ("Bưu điện đã nhận" in page.text) == (status == 200)
    assert world.running.sql("SELECT count(*) FROM hoso.lookup_budget") == [(0,) if status == 403 else (2,)]


# -- hostile data


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_only_ever_text(citizen, text):
    """Page() refuses every element and attribute that is not the page's own."""
    reply = send(citizen, code=text, phone_last4="1234")
    page = Page(reply, reply.status_code)
    assert reply.status_code == 422
    shown = page.field("code")["value"]
    assert shown == text or ("\\x" in shown and not any(c in shown for c in "\u202e\u200b"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in Page(send(citizen, code="x", phone_last4="1234"), 422).elements]


def waiting_result(world):
    """The code of a result that waits at KT1."""
    item, result = take_in(world)[0], new_item()
    dossier = f"000.00.05.H06-240101-{item[2:10]}"
    for made in (scan("bound", item, rfc3339(-3000), dossier_code=dossier),
                 scan("accepted", result, rfc3339(-2000), dossier_code=dossier, leg_kind="result"),
                 scan("delivery_failed", result, rfc3339(-1000), reason="B1")):
        (answer,) = world.person("clerk").send(made).json()
        assert answer["verdict"] == "recorded", answer
    return result


def test_what_an_office_is_called_is_only_ever_text(world, citizen):
    result = waiting_result(world)
    (name,) = world.running.sql("SELECT name FROM hoso.office WHERE code = 'KT1'")[0]
    shapes = set()
    try:
        for text in HOSTILE:
            world.running.sql("UPDATE hoso.office SET name = %s, address = %s WHERE code = 'KT1'", text, text)
            page = Page(send(citizen, code=result, phone_last4="5678"))
            assert "Mời đến" in page.text and "\u202e" not in page.source
            shapes.add(tuple(tag for tag, _ in page.elements))
    finally:
        world.running.sql("UPDATE hoso.office SET name = %s, address = '' WHERE code = 'KT1'", name)
    assert len(shapes) == 1 and shapes.pop().count("li") == 3


# -- away


@pytest.mark.parametrize("language, word, advice", [("vi", "Cơ sở dữ liệu tạm thời không truy cập được", "thử lại sau vài phút"),
                                                    ("en", "The database cannot be reached", "Try again in a few minutes")])
def test_without_a_database_it_says_so(world, contract, language, word, advice):
    """The form is there all the same; what is asked gets an answer that says what to do."""
    item, _ = take_in(world)
    own = Hosod(world.running, ["database.conninfo=host=/nowhere dbname=hoso user=hoso_daemon"])
    client = Api(own.url, own.ca, contract, language)
    try:
        own.start(ready=False)
        assert Page(client.get(PATH)).one("form")
        reply = send(client, code=item, phone_last4="5678")
        page = Page(reply, 503)
        assert word in page.text and advice in page.text and int(reply.headers["retry-after"]) > 0
        assert page.field("code")["value"] == item  # nothing is typed twice
    finally:
        client.close()
        own.close()


# -- in a browser

PUBLISHED = """
UPDATE hoso.office SET address = '1 Lê Lợi, phường Một', phone = '0254 3000 001', hours = 'Thứ 2 – Thứ 7, 7:30–17:00' WHERE code = 'KT1';
UPDATE hoso.procedure SET days = 3, field_name = 'Hộ tịch' WHERE code = '1.000001';
INSERT INTO hoso.procedure_paper (procedure_id, no, name, original, certified, copy, required)
 SELECT procedure.id, paper.no, paper.name, 1, 0, 0, paper.required FROM hoso.procedure, (VALUES (1, 'Tờ khai theo mẫu', true), (2, 'Giấy ủy quyền', false))
  AS paper (no, name, required) WHERE procedure.code = '1.000001';
INSERT INTO hoso.procedure_fee (procedure_id, no, kind, name, amount_vnd)
 SELECT id, 1, 'le_phi', 'Lệ phí cấp bản sao', 8000 FROM hoso.procedure WHERE code = '1.000001';
"""
NODE = int((shutil.which("node") and subprocess.run(["node", "--version"], capture_output=True, text=True).stdout or "v0")[1:].split(".")[0])


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(NODE < 20, reason="playwright-core needs Node 20")
@browser.needed
def test_in_a_browser_whose_javascript_is_off(world, tmp_path):
    item, token = take_in(world)
    world.running.sql(PUBLISHED)
    (tmp_path / "items.json").write_text(json.dumps({"item": item, "token": token, "waiting": waiting_result(world)}))
    with Hosod(world.running) as near:
        away = Hosod(world.running, ["database.conninfo=host=/nowhere dbname=hoso user=hoso_daemon"])
        try:
            away.start(ready=False)
            done = subprocess.run([places.ROOT / "tests" / "web" / "run", "public"], capture_output=True, text=True, timeout=280, env={
                **os.environ, "HOSO_BUILD": str(places.BUILD), "HOSO_URL": near.url, "HOSO_AWAY_URL": away.url,
                "HOSO_ITEMS": str(tmp_path / "items.json"), "HOSO_SCREENS": str(places.BUILD / "tests" / "web" / "screens")})
        finally:
            away.close()
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
