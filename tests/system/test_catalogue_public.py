"""What anybody may read of the catalogue, and `hoso catalogue`."""

import json

import pytest

from lib import wait
from lib.catalogue import BOM, export, good, whole
from lib.client import hoso, json_lines
from lib.town import published_town


@pytest.fixture(scope="module")
def town(contract):
    with published_town(contract) as made:
        yield made


# -- anybody


@pytest.fixture
def nobody(town):
    with town.nobody() as client:
        yield client


def public(nobody, **query):
    """The list as it is now: what is read of the database may be some seconds old."""
    reply = nobody.get("/v1/public/catalogue", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_anybody_reads_what_is_published_and_nothing_else(town, nobody):
    good(town, "offices", f"code,name,parent\nVD-KHONG,Không địa chỉ (ví dụ),{town.root_office}\n")
    good(town, "procedures", "code,name,note\n9.300001,Công khai (ví dụ),NỘI BỘ\n")
    found = wait.until(lambda: public(nobody, text="cong khai")["items"], 10, "the new procedure")
    assert found[0]["code"] == "9.300001"
    pages, cursor = [], None
    while True:
        page = public(nobody, limit=2, **({"cursor": cursor} if cursor else {}))
        pages += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    codes = [row["code"] for row in pages]
    inside = whole(town.root)
    assert codes == sorted(row["code"] for row in inside["procedures"]) and len(set(codes)) == len(codes)
    text = json.dumps(pages, ensure_ascii=False)
    assert "NỘI BỘ" not in text and "Nhớ thu hồi" not in text and "note" not in text and "guidance" not in text
    assert {row["code"] for row in public(nobody, by_post="false")["items"]} == {"9.000004"}
    assert [row["code"] for row in public(nobody, text="PHIEU  xac nhan")["items"]] == ["9.000002"]
    assert public(nobody, text="không có đâu") == {"items": [], "next": None}
    offices = nobody.get("/v1/public/catalogue/offices", params={"text": "dao"}).json()["items"]
    assert offices == [{"code": "VD-03", "name": "Bưu điện văn hóa xã Đảo (ví dụ)", "address": "Xã Đảo",
                        "phone": "0254000003", "hours": "Thứ 2 – Thứ 6 8:00–16:00"}]
    every = nobody.get("/v1/public/catalogue/offices").json()["items"]
    assert {"VD-KHONG", "NORTH", town.root_office} & {row["code"] for row in every} == set()


def test_the_public_file_is_a_table_with_papers_and_fees_in_words(nobody):
    reply = nobody.get("/v1/public/catalogue.csv")
    text = reply.content.decode("utf-8")
    assert text.startswith(BOM + "code,name,") and "Nhớ thu hồi" not in text
    assert "1. Tờ khai theo mẫu (ví dụ), 1 bản chính; 2. Bản sao giấy tờ tùy thân (ví dụ), 1 bản sao" in text
    assert "3. Giấy ủy quyền (ví dụ), 1 bản chính (nếu có)" in text
    assert "max-age=" in reply.headers["cache-control"] and "public" in reply.headers["cache-control"]
    again = nobody.get("/v1/public/catalogue.csv", headers={"if-none-match": reply.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("query, status, error", [
    ("?nam=1", 422, "unknown_member"), ("?limit=0", 422, "bad_member"), ("?by_post=co", 422, "bad_member"),
    ("?cursor=abc", 400, "bad_cursor"), ("?cursor=bzowOmFi", 400, "bad_cursor"), ("?text=", 422, "bad_member"),
    ("?text=" + "x" * 201, 422, "bad_member")])
def test_public_questions_that_are_none(nobody, query, status, error):
    reply = nobody.get(f"/v1/public/catalogue{query}", valid=False)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


def test_one_address_is_told_to_wait(town, nobody):
    wait.until(lambda: nobody.get("/v1/public/catalogue", params={"limit": 1}).status_code == 429, 30, "a bound", every=0)
    reply = nobody.get("/v1/public/catalogue")
    if reply.status_code == 429:
        assert reply.json()["error"] == "too_often" and int(reply.headers["retry-after"]) > 0
    assert town.person["north-clerk"].get("/v1/catalogue").status_code == 200, "who works is not held up"
    wait.until(lambda: nobody.get("/v1/public/catalogue").status_code == 200, 10, "the rate", every=0.2)


# -- hoso


@pytest.fixture
def counter(town, tmp_path):
    """The environment of a signed-in `hoso` of the first supervisor."""
    account, password = town.standalone.first_supervisor()
    (tmp_path / "password").write_text(password + "\n")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
                   "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": town.standalone.url,
                   "HOSO_CA": str(town.standalone.ca), "LANG": "vi_VN.UTF-8", "TERM": "xterm"}
    result = hoso(environment, "login", account, "--password-file", tmp_path / "password")
    assert result.returncode == 0, result.stderr.decode()
    return environment


def test_hoso_exports_checks_and_imports(town, counter, tmp_path):
    path = tmp_path / "fees.csv"
    result = hoso(counter, "catalogue", "export", "fees", path)
    assert result.returncode == 0, result.stderr.decode()
    assert path.read_bytes() == town.root.get("/v1/catalogue/fees").content
    result = hoso(counter, "catalogue", "check", "fees", path)
    assert result.returncode == 0 and "0 không chấp nhận" in result.stdout.decode(), result.stdout.decode()
    good(town, "procedures", "code,name\n9.400001,Của hoso (ví dụ)\n")
    path.write_text("procedure;no;kind;name;amount\n9.400001;1;le_phi;Lệ phí (ví dụ);9000\n", encoding="utf-8")
    result = hoso(counter, "catalogue", "check", "fees", path)
    assert result.returncode == 0 and "dòng 2  thêm  9.400001/1" in result.stdout.decode(), result.stdout.decode()
    assert "9.400001" not in export(town, "fees")
    assert hoso(counter, "catalogue", "import", "fees", path).returncode == 0
    assert "9.400001" in export(town, "fees")
    path.write_text("procedure;no;kind;name;amount\n9.400001;1;le_phi;Lệ phí (ví dụ);9.000\n", encoding="utf-8")
    result = hoso(counter, "catalogue", "import", "fees", path)
    assert result.returncode == 65 and "dòng 2  không chấp nhận" in result.stdout.decode(), result.stdout.decode()
    assert "không ghi gì" in result.stdout.decode()
    (report,) = json_lines(hoso(counter, "catalogue", "import", "fees", path, "--json").stdout)
    assert report["lines"][0]["reason"] == "bad_number"
    result = hoso(counter, "catalogue", "import", "fees", tmp_path / "nothing.csv")
    assert result.returncode == 66
    assert hoso(counter, "catalogue", "import", "towns", path).returncode == 65
    assert hoso(counter, "catalogue", "fly", "fees").returncode == 64


def test_hoso_shows_a_procedure_with_papers_and_fees(counter):
    result = hoso(counter, "catalogue", "show", "9.000002")
    shown = result.stdout.decode()
    assert result.returncode == 0, result.stderr.decode()
    for words in ("9.000002  Cấp phiếu xác nhận (ví dụ)", "2. Bản sao giấy tờ tùy thân (ví dụ)  0/0/1", "200000 đ",
                  "Mang bản chính để đối chiếu", "(nếu có)", "Số ngày làm việc: 10"):
        assert words in shown, shown
    assert "9.000002" in hoso(counter, "catalogue", "show", "phieu xac nhan").stdout.decode()
    assert hoso(counter, "catalogue", "show", "9.999999").returncode == 65
    (row,) = json_lines(hoso(counter, "catalogue", "show", "9.000002", "--json").stdout)
    assert len(row["papers"]) == 3
