"""The catalogue: files in and out, versions by day, and what anybody may read."""

import threading

import pytest

from lib import wait
from lib.api import Api, rfc3339
from lib.catalogue import BOM, CSV, ORDER, export, good, local_day, send, whole
from lib.hosod import Hosod
from lib.town import published_town

TABLES = ORDER + ("terms",)


@pytest.fixture(scope="module")
def town(contract):
    with published_town(contract) as made:
        yield made


def refused(town, table, text):
    """The lines of a refused file: (line, column, reason)."""
    before = state(town)
    reply = send(town.root, table, text)
    assert reply.status_code == 422, reply.text
    assert reply.json()["error"] == "import_refused"
    report = reply.json()["report"]
    assert not report["written"] and report["counts"]["refused"] > 0
    assert state(town) == before, "something was written"
    assert all(line["text"] for line in report["lines"] if line["what"] == "refused")
    return [(line["line"], line.get("column"), line["reason"]) for line in report["lines"] if line["what"] == "refused"]


def state(town):
    return town.standalone.sql("SELECT version FROM catalogue_state")[0][0]


def versions(town, table, code):
    return [(name, str(begin), end and str(end)) for name, begin, end in town.standalone.sql(
        f"SELECT name, valid_from, valid_to FROM {table} WHERE code = %s ORDER BY valid_from", code)]


# -- files


@pytest.mark.parametrize("table", TABLES)
def test_an_export_changes_nothing(town, table):
    text = export(town, table)
    assert text.startswith(BOM) and text.count("\r\n") > 1
    before = state(town)
    report = good(town, table, text)
    counts = report["counts"]
    assert counts.pop("unchanged") == text.count("\r\n") - 1 and set(counts.values()) == {0}, report
    assert report["lines"] == []
    assert state(town) == before, "nothing was written"


def test_the_same_file_twice_and_as_excel_saves_it(town):
    lines = ["code;name;percent", 'VD-XL;"Hộ ""cận"" nghèo; xã đảo";30']
    text = (BOM + "\r\n".join(lines) + "\r\n;;\r\n").encode()
    assert good(town, "concessions", text)["counts"]["added"] == 1
    assert good(town, "concessions", text)["counts"]["unchanged"] == 1
    (row,) = [row for row in whole(town.root)["concessions"] if row["code"] == "VD-XL"]
    assert row == {"code": "VD-XL", "name": 'Hộ "cận" nghèo; xã đảo', "percent": 30}
    decomposed = "code,name,percent\nVD-XL,\"Hộ \"\"cận\"\" nghèo; xã đảo\",30\n".encode()
    assert good(town, "concessions", decomposed)["counts"]["unchanged"] == 1


@pytest.mark.parametrize("value", ["=1+1", "+84254000001", "-x", "@cmd", "'=x"])
def test_what_looks_like_a_formula_goes_out_harmless_and_comes_back(town, value):
    good(town, "agencies", f"code,name,address\nVD-CT,Công thức,{chr(39) + value}\n")
    text = export(town, "agencies")
    assert f",{value}" not in text and f",\"{value}" not in text
    assert f"\"'{value}\"" in text
    assert good(town, "agencies", text)["counts"]["changed"] == 0
    (row,) = [row for row in whole(town.root)["agencies"] if row["code"] == "VD-CT"]
    assert row["address"] == value


def test_a_dry_run_says_the_same_and_writes_nothing(town):
    text = "code,name,percent\nVD-THU,Thử,10\nVD-NGHEO,Hộ nghèo (ví dụ),60\n"
    before = state(town)
    report = good(town, "concessions", text, dry_run=True)
    assert report["dry_run"] and not report["written"] and state(town) == before
    assert [(line["line"], line["what"]) for line in report["lines"]] == [(2, "added"), (3, "changed")]
    assert report["lines"][1]["changes"] == [{"column": "percent", "old": "50", "new": "60"}]
    bad = good(town, "concessions", "code,name,percent\nVD-THU,Thử,101\n", dry_run=True)
    assert bad["counts"]["refused"] == 1 and state(town) == before
    good(town, "concessions", text)
    assert state(town) != before


BAD = [
    ("concessions", "", [(1, None, "no_header")]),
    ("concessions", "name,percent\nx,1\n", [(1, "code", "column_missing")]),
    ("concessions", "code,name,percent,giam\nA,x,1,1\n", [(1, "giam", "unknown_column")]),
    ("concessions", "code,name,percent\nA,x,1\na,x,1\nB,,1\nC,x,1.5\nC,x,\"1\n", [(6, None, "bad_quote")]),
    ("concessions", "code,name,percent\nA,x,1\na,x,1\nB,,1\nC,x,1.5\nD,x,1,1\nA,y,2\nE,x\n",
     [(3, "code", "bad_code"), (4, "name", "missing"), (5, "percent", "bad_number"), (6, None, "too_many_cells"),
      (7, "code", "twice"), (8, "percent", "missing")]),
    ("concessions", b"code,name,percent\nA,H\xe9,1\n", [(2, None, "not_utf8")]),
    ("concessions", "code,name,percent\n".encode("utf-16"), [(1, None, "not_utf8")]),
    ("calendar", "day,is_workday,name\n30/02/2027,0,x\n2027-02-06,vui,x\n",
     [(2, "day", "bad_day"), (3, "is_workday", "bad_flag")]),
    ("offices", "code,name,parent\nX1,x,NOWHERE\nNORTH,x,NORTH-1\n",
     [(2, "parent", "unknown_reference"), (3, "parent", "ring")]),
    ("offices", "code,valid_to\nNORTH,2031-01-01\n", [(2, "valid_to", "in_use")]),
    ("offices", "code,name,area\nX1,x,Q9\n", [(2, "area", "unknown_reference")]),
    ("agencies", "code,name,valid_from\nTU-PHAP,Khác,2020-01-01\n", [(2, "valid_from", "past")]),
    ("agencies", "code,merged_into\nTU-PHAP,XAY-DUNG\n", [(2, "merged_into", "merged_open")]),
    ("agencies", "code,merged_into,valid_to\nTU-PHAP,KHONG-CO,2027-06-01\n", [(2, "merged_into", "unknown_reference")]),
    ("procedures", "code,name,level,days\n9.1,x,mức 4,0\n9.2,x,full,-1\n",
     [(2, "level", "bad_choice"), (3, "days", "bad_number")]),
    ("papers", "procedure,no,name\n9.000001,1,x\n9.000001,1,y\n", [(3, "no", "twice")]),
    ("papers", "procedure,no,name\nkhông có,1,x\n9.000001,61,y\n",
     [(2, "procedure", "unknown_reference"), (3, "no", "bad_number")]),
    ("fees", "procedure,no,kind,name,amount\n9.000001,1,cuoc,x,1\n", [(2, "kind", "bad_choice")]),
    ("postage", "relation,grams_max,amount\nprovince,0,1\n", [(2, "grams_max", "bad_number")]),
    ("relations", "area,other,relation\nVD-A,VD-A,inter\nVD-A,X,inter\n",
     [(2, "other", "same_area"), (3, "other", "unknown_reference")]),
    ("terms", "code,name,send_days,slip_days\ninter,x,4,3\n", [(2, "slip_days", "slip_short")]),
    ("areas", "code,name\nA B,x\n", [(2, "code", "bad_code")]),
]


@pytest.mark.parametrize("table, text, lines", BAD)
def test_a_bad_file_is_refused_whole_with_all_that_is_wrong(town, table, text, lines):
    assert refused(town, table, text) == lines


def test_the_reasons_are_in_the_users_language(town):
    text = "code,name,percent\nA,x,1.5\n"
    english = send(town.root, "concessions", text).json()["report"]["lines"][0]["text"]
    assert english.startswith("Phải là số nguyên")
    reply = town.root.post("/v1/catalogue/concessions", content=text.encode(),
                           headers={**CSV, "accept-language": "en"})
    assert reply.json()["report"]["lines"][0]["text"].startswith("It must be a whole number")


@pytest.mark.parametrize("path, headers, content, status, error", [
    ("towns", CSV, b"code\n", 404, "not_found"),
    ("offices?dry=true", CSV, b"code\n", 422, "unknown_member"),
    ("offices?dry_run=maybe", CSV, b"code\n", 422, "bad_member"),
    ("offices", {"content-type": "application/json"}, b"{}", 415, "bad_media"),
    ("offices", CSV, b"x" * (1024 * 1024 + 1), 413, "too_large")])
def test_what_is_no_file_for_a_table_is_told_so(town, path, headers, content, status, error):
    reply = town.root.post(f"/v1/catalogue/{path}", content=content, headers=headers, valid=False)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


def test_who_may_not_import_by_json_may_not_by_file(town):
    before = state(town)
    for account in ("north-clerk", "north-courier", "justice", "north-supervisor", "south-supervisor"):
        for query in ("", "?dry_run=true"):
            reply = send(town.person[account], f"agencies{query}", "code,name\nX,X\n")
            assert (reply.status_code, reply.json()["error"]) == (403, "forbidden")
        assert town.person[account].get("/v1/catalogue/agencies.csv").status_code == 200
    nobody = Api(town.standalone.url, town.standalone.ca, town.contract)
    assert nobody.get("/v1/catalogue/agencies.csv").status_code == 401
    assert send(nobody, "agencies", "code,name\nX,X\n").status_code == 401
    nobody.close()
    assert state(town) == before


def test_an_import_leaves_a_line_in_the_audit(town):
    good(town, "areas", "code,name\nVD-NK,Nhật ký (ví dụ)\n")
    assert town.standalone.sql("SELECT subject, detail FROM audit WHERE action = 'catalogue.import' ORDER BY id DESC"
                               " LIMIT 1") == [("areas", "added=1 changed=0 closed=0 merged=0")]


def test_two_imports_at_once_both_come_in_whole(town):
    replies = []
    texts = [f"code,name\nVD-CL,Cùng lúc {n} (ví dụ)\nVD-CL-{n},Riêng {n} (ví dụ)\n" for n in range(6)]
    threads = [threading.Thread(target=lambda text=text: replies.append(send(town.root, "areas", text)))
               for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(replies) == 6 and {reply.status_code for reply in replies} <= {200, 409}
    done = [reply for reply in replies if reply.status_code == 200]
    assert done
    own = [row for row in whole(town.root)["areas"] if row["code"].startswith("VD-CL-")]
    assert len(own) == len(done), "a whole file, or none of it"


# -- versions by day


def take_in(town, procedure="9.000001", agency="VD-UB1", occurred_at=None, account="north-clerk"):
    made = town.acceptance(agency=agency)
    made["data"]["procedure"] = procedure
    made["occurred_at"] = occurred_at or made["occurred_at"]
    (result,) = town.send(account, made)
    return made["code"], result


def words_of(town, item):
    dossier = town.root.get(f"/v1/dossiers/{item}").json()
    return dossier["procedure"]["name"], dossier["agency"]["name"]


def shift(town, days):
    """As if it were so many days later, for what begins and ends."""
    for table in ("office", "agency", "procedure"):
        town.standalone.sql(
            f"UPDATE {table} SET valid_from = valid_from - {days}, valid_to = valid_to - {days}")
    town.standalone.sql(f"UPDATE catalogue_state SET turned_on = turned_on - {days}")


def midnight(town):
    """A daemon that starts sees that the day has turned; one that runs sees it a second after midnight."""
    another = Hosod(town.standalone)
    another.start()
    try:
        another.wait_ready()
        wait.until(lambda: town.standalone.sql(
            "SELECT turned_on = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM catalogue_state") == [(True,)],
            20, "the day turns")
    finally:
        another.close()


def test_what_begins_tomorrow_is_not_in_force_today(town):
    good(town, "procedures", f"code,name,valid_from\n9.000003,Cấp đổi kiểu mới (ví dụ),{local_day(1)}\n")
    good(town, "procedures", f"code,name,valid_from\n9.100001,Mới từ mai (ví dụ),{local_day(1)}\n")
    good(town, "papers", f"procedure,no,name,valid_from\n9.000003,1,Chỉ một tờ (ví dụ),{local_day(1)}\n")
    assert [row[2] for row in versions(town, "procedure", "9.000003")] == [local_day(1), None]
    today = {row["code"]: row for row in whole(town.root)["procedures"]}
    assert today["9.000003"]["name"] == "Cấp đổi giấy phép (ví dụ)" and len(today["9.000003"]["papers"]) == 3
    assert "9.100001" not in today
    before, result = take_in(town, "9.000003")
    assert result["verdict"] == "recorded" and words_of(town, before)[0] == "Cấp đổi giấy phép (ví dụ)"
    _, early = take_in(town, "9.100001")
    assert (early["verdict"], early["why"]) == ("refused", "unknown_procedure")
    assert "9.100001" in export(town, "procedures"), "what is to come is exported, too"
    for table in ("procedures", "papers", "fees"):
        assert good(town, table, export(town, table))["lines"] == []

    yesterday = rfc3339(-24 * 3600 - 60)
    shift(town, 1)
    after, result = take_in(town, "9.000003")
    assert result["verdict"] == "recorded" and words_of(town, after)[0] == "Cấp đổi kiểu mới (ví dụ)"
    assert take_in(town, "9.100001")[1]["verdict"] == "recorded"
    assert words_of(town, before)[0] == "Cấp đổi giấy phép (ví dụ)", "it keeps what it was taken in under"
    late, result = take_in(town, "9.000003", occurred_at=yesterday)
    assert result["verdict"] in ("recorded", "late")
    assert words_of(town, late)[0] == "Cấp đổi giấy phép (ví dụ)", "a courier's scan of yesterday"
    today = {row["code"]: row for row in whole(town.root)["procedures"]}
    assert today["9.000003"]["name"] == "Cấp đổi kiểu mới (ví dụ)"
    assert [paper["name"] for paper in today["9.000003"]["papers"]] == ["Chỉ một tờ (ví dụ)"]
    assert [fee["amount"] for fee in today["9.000003"]["fees"]] == [135000], "what was not named stays"


def test_a_closed_agency_takes_nothing_in_any_more(town):
    good(town, "agencies", f"code,name\nVD-DONG,Sẽ đóng (ví dụ)\n")
    shift(town, 3)
    assert take_in(town, agency="VD-DONG")[1]["verdict"] == "recorded"
    report = good(town, "agencies", f"code,valid_to\nVD-DONG,{local_day(2)}\n")
    assert [line["what"] for line in report["lines"]] == ["closed"]
    assert take_in(town, agency="VD-DONG")[1]["verdict"] == "recorded", "two days are left"
    shift(town, 2)
    _, result = take_in(town, agency="VD-DONG")
    assert (result["verdict"], result["why"]) == ("refused", "unknown_agency")
    again = good(town, "agencies", "code,name\nVD-DONG,Cơ quan khác cùng mã (ví dụ)\n")
    assert again["counts"]["added"] == 1
    item, result = take_in(town, agency="VD-DONG")
    assert words_of(town, item)[1] == "Cơ quan khác cùng mã (ví dụ)", "two agencies had one code"


def test_a_merged_office_goes_over_at_midnight_with_its_people_and_dossiers(town):
    good(town, "offices", f"code,name,parent\nVD-CU,Bưu cục cũ (ví dụ),{town.root_office}\n"
                          f"VD-MOI,Bưu cục nhận (ví dụ),{town.root_office}\n")
    for account, office in (("old-clerk", "VD-CU"), ("new-chief", "VD-MOI")):
        town.create(account, "supervisor" if account == "new-chief" else "clerk", office)
        town.person[account] = town.sign_in(account)
    shift(town, 5)
    item, result = take_in(town, account="old-clerk")
    assert result["verdict"] == "recorded"
    report = good(town, "offices", f"code,merged_into,valid_to\nVD-CU,VD-MOI,{local_day(1)}\n")
    assert [line["what"] for line in report["lines"]] == ["merged"]
    assert town.person["new-chief"].get(f"/v1/dossiers/{item}").status_code == 404, "not before it is so"
    assert town.person["old-clerk"].get("/v1/me").json()["office"]["code"] == "VD-CU"

    shift(town, 1)
    midnight(town)
    wait.until(lambda: town.person["old-clerk"].get("/v1/me").json()["office"]["code"] == "VD-MOI", 10, "followed")
    for account in ("old-clerk", "new-chief"):
        assert town.person[account].get(f"/v1/dossiers/{item}").status_code == 200
    assert town.person["south-supervisor"].get(f"/v1/dossiers/{item}").status_code == 404
    assert "VD-CU" not in [row["code"] for row in whole(town.root)["offices"]]


def test_officers_of_a_merged_agency_keep_its_dossiers(town):
    good(town, "agencies", "code,name\nVD-HUYEN,Cấp huyện (ví dụ)\nVD-XA,Cấp xã (ví dụ)\n")
    for account, agency in (("district-officer", "VD-HUYEN"), ("commune-officer", "VD-XA")):
        town.create(account, "agency", agency)
        town.person[account] = town.sign_in(account)
    shift(town, 7)
    item, _ = take_in(town, agency="VD-HUYEN")
    good(town, "agencies", f"code,merged_into,valid_to\nVD-HUYEN,VD-XA,{local_day()}\n")
    for account in ("district-officer", "commune-officer"):
        wait.until(lambda who=account: town.person[who].get("/v1/me").json()["agency"]["code"] == "VD-XA", 10, "followed")
        assert town.person[account].get(f"/v1/dossiers/{item}").status_code == 200
    assert town.person["justice"].get(f"/v1/dossiers/{item}").status_code == 404


# -- one request for all


def test_the_whole_catalogue_with_a_tag(town):
    clerk = town.person["north-clerk"]
    reply = clerk.get("/v1/catalogue")
    tag = reply.headers["etag"]
    (procedure,) = [row for row in reply.json()["procedures"] if row["code"] == "9.000002"]
    assert procedure["by_post"] and procedure["days"] == 10 and procedure["level"] == "partial"
    assert [paper["copy"] for paper in procedure["papers"]] == [0, 1, 0]
    assert procedure["fees"] == [{"no": 1, "kind": "phi", "name": "Phí xác nhận (ví dụ)", "amount": 200000}]
    assert {"relation": "special", "grams_max": 500, "amount": 50000} in reply.json()["postage"]
    assert {"day": "2027-02-20", "is_workday": True, "name": "Làm bù thứ Bảy (ví dụ)"} in reply.json()["calendar"]
    assert {"area": "VD-A", "other": "VD-B", "relation": "province"} in reply.json()["relations"]
    again = clerk.get("/v1/catalogue", headers={"if-none-match": tag})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    good(town, "areas", "code,name\nVD-TAG,Thẻ (ví dụ)\n")
    fresh = clerk.get("/v1/catalogue", headers={"if-none-match": tag})
    assert fresh.status_code == 200 and fresh.headers["etag"] != tag
    assert "VD-TAG" in [row["code"] for row in fresh.json()["areas"]], "the change is seen at once"
    town.standalone.sql("UPDATE area SET name = 'Tay (ví dụ)' WHERE code = 'VD-TAG'")
    assert clerk.get("/v1/catalogue", headers={"if-none-match": fresh.headers["etag"]}).status_code == 200


def test_json_brings_papers_and_fees_too(town):
    body = {"procedures": [{
        "code": "9.200001", "name": "Bằng JSON (ví dụ)", "send_by_post": False, "days": None,
        "papers": [{"name": "Đơn (ví dụ)", "original": 1, "guidance": "dòng 1\ndòng 2"}],
        "fees": [{"kind": "phi", "name": "Phí (ví dụ)", "amount": 5000}]}]}
    assert town.root.put("/v1/catalogue", body).status_code == 200
    (row,) = [row for row in whole(town.root)["procedures"] if row["code"] == "9.200001"]
    assert row["papers"] == [{"no": 1, "name": "Đơn (ví dụ)", "original": 1, "certified": 0, "copy": 0,
                              "required": True, "guidance": "dòng 1\ndòng 2"}]
    assert row["fees"][0]["amount"] == 5000 and not row["send_by_post"] and row["return_by_post"] and row["by_post"]
    assert good(town, "papers", export(town, "papers"))["lines"] == []
    for bad, member in (({"papers": [{"name": ""}]}, "name"), ({"papers": [{"nam": "x"}]}, "name"), ({"papers": 1}, "papers"),
                        ({"fees": [{"kind": "x", "name": "y", "amount": 1}]}, "kind"), ({"level": "4"}, "level"),
                        ({"papers": [{"name": "x", "no": 2}]}, "no"), ({"days": 1.5}, "days")):
        reply = town.root.request("PUT", "/v1/catalogue", {"procedures": [{"code": "9.2", "name": "x", **bad}]}, valid=False)
        assert reply.status_code == 422 and reply.json()["member"] == member, (bad, reply.text)
