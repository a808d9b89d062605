"""The catalogue and the offices as pages: the rows of /v1/public/catalogue in HTML, for anybody, without JavaScript."""

import re

import pytest

from lib import wait
from lib.api import Api
from lib.catalogue import good
from lib.hosod import Hosod
from lib.public_page import Page
from lib.town import published_town

PATHS = ["/thu-tuc", "/buu-cuc"]
HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&lt;b&gt;", "a\u202egnp.exe", "%s%n", "{{7*7}}", "' or 1=1"]


@pytest.fixture(scope="module")
def town(contract):
    with published_town(contract) as made:
        rows = "".join(f"9.4{n:05},Thủ tục thứ {n} (ví dụ)\n" for n in range(45))
        good(made, "procedures", "code,name\n" + rows)
        yield made


@pytest.fixture
def nobody(town):
    with town.nobody() as client:
        yield client


def ask(nobody, path, status=200, valid=True, **query):
    """As a browser does: one that is told to wait waits. What is read of the database may be some seconds old."""
    def answered():
        reply = nobody.get(path, params=query, valid=valid and status < 400)
        return reply if reply.status_code != 429 else None
    return Page(wait.until(answered, 10, "the rate", every=0.1), status)


def names(page):
    """The headings of the rows."""
    return re.findall(r"<h2>(.*?)</h2>", page.source)


def follow(nobody, path, **query):
    """Every page behind the first, by its own links."""
    page = ask(nobody, path, **query)
    found = names(page)
    while True:
        more = [a["href"] for a in page.of("a") if "cursor=" in a["href"]]
        if not more:
            return found
        page = ask(nobody, more[0])
        assert names(page), "a page that is offered has something"
        found += names(page)


@pytest.mark.parametrize("path, api", zip(PATHS, ["/v1/public/catalogue", "/v1/public/catalogue/offices"]))
def test_it_shows_what_the_api_tells_each_once_in_its_order(nobody, path, api):
    rows = wait.until(lambda: nobody.get(api, params={"limit": 200}).json().get("items"), 10, "the catalogue")
    assert len(rows) > 2 and follow(nobody, path) == [row["name"].replace("&", "&amp;") for row in rows]


def test_a_search_is_kept_over_its_pages_and_in_the_other_language(nobody):
    found = wait.until(lambda: follow(nobody, "/thu-tuc", text="thu tuc THỨ"), 10, "the procedures")
    assert len(found) == len(set(found)) == 45
    page = ask(nobody, "/thu-tuc", text="thứ 44")
    assert names(page) == ["Thủ tục thứ 44 (ví dụ)"] and page.field("text")["value"] == "thứ 44"
    (other,) = [a["href"] for a in page.of("a") if a.get("hreflang")]
    english = ask(nobody, other)
    assert english.one("html")["lang"] == "en" and names(english) == names(page)


def test_what_a_citizen_needs_to_know_of_a_procedure(nobody):
    text = ask(nobody, "/thu-tuc", text="9.000001").text
    rows = nobody.get("/v1/public/catalogue", params={"text": "9.000001"}).json()["items"]
    assert len(rows) == 1 and rows[0]["days"] and rows[0]["papers"] and rows[0]["fees"]
    assert f"Cơ quan giải quyết trong {rows[0]['days']} ngày làm việc" in text
    for fee in rows[0]["fees"]:
        assert f"{fee['name']} {fee['amount']:,} đ".replace(",", ".") in text
    for paper in rows[0]["papers"]:
        assert paper["name"] in text
    rows = nobody.get("/v1/public/catalogue", params={"limit": 200}).json()["items"]
    optional = next(row["code"] for row in rows if any(not paper["required"] for paper in row["papers"]))
    assert "<li>Giấy ủy quyền (ví dụ), 1 bản chính (nếu có)</li>" in ask(nobody, "/thu-tuc", text=optional).source
    assert "Nhớ thu hồi" not in text, "a note for the counter is nobody else's business"
    assert "không, phải đến cơ quan" in ask(nobody, "/thu-tuc", text="9.000004").text


def test_an_office_says_where_and_when(nobody):
    text = ask(nobody, "/buu-cuc", text="dao").text
    assert "Xã Đảo" in text and "0254000003" in text and "Thứ 2 – Thứ 6 8:00–16:00" in text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_searched_for_is_only_ever_text(nobody, path, text):
    page = ask(nobody, path, text=text)
    assert "Không tìm thấy" in page.text and names(page) == []
    assert page.field("text")["value"] == text.replace("\u202e", "\\xe2\\x80\\xae")  # seen, and turns nothing around


@pytest.mark.parametrize("query, status, word", [
    ({"cursor": "abc"}, 400, "tìm lại từ đầu"), ({"cursor": "bzowOmFi"}, 400, "tìm lại từ đầu"),
    ({"text": "x" * 201}, 422, "ngắn hơn"), ({"text": ""}, 200, "Thủ tục thứ 0"), ({"nam": "1"}, 200, "Thủ tục thứ 0")])
def test_what_is_wrong_is_said_and_the_form_is_there_again(nobody, query, status, word):
    page = ask(nobody, "/thu-tuc", status, "nam" not in query, **query)
    assert word in page.text and page.one("form")


@pytest.mark.parametrize("path", PATHS)
def test_without_a_database_it_says_so(town, contract, path):
    own = Hosod(town.standalone, ["database.conninfo=host=/nowhere dbname=hoso user=hoso_daemon"])
    client = Api(own.url, own.ca, contract)
    try:
        own.start(ready=False)
        reply = client.get(path)
        assert "thử lại sau vài phút" in Page(reply, 503).text and int(reply.headers["retry-after"]) > 0
    finally:
        client.close()
        own.close()


def test_one_address_is_told_to_wait_by_a_page(nobody):
    reply = wait.until(lambda: (said := nobody.get("/thu-tuc")).status_code == 429 and said, 30, "a bound", every=0)
    page = Page(reply, 429)
    assert "Hãy đợi một phút" in page.text and page.one("form") and int(reply.headers["retry-after"]) > 0
