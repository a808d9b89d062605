"""Reports: figures from outside, every format read back, and closed ones that are the same for ever."""

import csv
import datetime
import io
import os
import subprocess
import time

import openpyxl
import pytest

from lib import places
from lib.api import uuid7
from lib.report_oracle import ReportOracle, share
from lib.reports import VOLUME, cells, freeze, number_cells, numbers, reprints, section_of, show
from lib.year import YEAR, year_of

LEGS = 3_000
SEED = int(os.environ.get("HOSO_SEED", "8"))
DAY = datetime.date
NO_LEAKS = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # fontconfig gives back nothing of what it has read


@pytest.fixture(scope="module")
def year(contract):
    print(f"legs={LEGS} seed={SEED}")
    with year_of(LEGS, SEED, contract) as made:
        yield made


@pytest.fixture(scope="module")
def oracle(year):
    return ReportOracle(year.running)


# -- figures from outside

def send_totals(client, text, what="totals", id=None, **options):
    query = {"id": id or uuid7(), "what": what, **options}
    return client.post("/v1/totals", params=query, content=text.encode(), headers={"content-type": "text/csv"})


HEAD = "period,cut,agency,procedure,received_all,received_online,resolved_all,resolved_online,returned_all,source\n"
MONTH = f"{YEAR}-05"


def indicators_of(year, **options):
    return cells(section_of(show(year.person("y-chief"), "plan", MONTH, **options), "indicator"))


def test_denominators_missing_partly_there_zero_and_corrected(year, oracle):
    chief = year.person("y-chief")
    wanted, _ = oracle.plan(DAY(YEAR, 5, 1), DAY(YEAR, 5, 31))
    agencies = sorted(wanted)
    part = "".join(f"{MONTH},calendar,{code},,1000,400,800,200,900,Một cửa {code}\n" for code in agencies[1:])
    assert send_totals(chief, HEAD + part).json()["stored"]
    rows = indicators_of(year)
    assert rows["K4"]["share"] is None and rows["K4"]["note"] == "chưa có mẫu số của 1 cơ quan"
    assert rows["K1"]["note"] == "chưa nhập số liệu theo thủ tục"
    first = f"{MONTH},calendar,{agencies[0]},,0,0,,,0,Một cửa\n"
    assert send_totals(chief, HEAD + first).json()["stored"]
    alone = indicators_of(year, agency=agencies[0])
    assert alone["K4"]["denominator"] == 0 and alone["K4"]["share"] is None and "mẫu số bằng 0" in alone["K4"]["note"]
    assert send_totals(chief, HEAD + first.replace(",0,0,,,0,", ",1000,400,800,200,900,")).json()["stored"]
    rows, count = indicators_of(year), len(agencies)
    received, delivered = (sum(each[place] for each in wanted.values()) for place in (0, 1))
    assert (rows["K4"]["denominator"], rows["K5"]["denominator"]) == (1000 * count, 900 * count)
    assert rows["K4"]["share"] == share(received, 1000 * count) and rows["K5"]["share"] == share(delivered, 900 * count)
    assert rows["K2"]["share"] == 2500 and rows["K2"]["reached"] == "đạt"
    agency = cells(section_of(show(chief, "plan", MONTH), "agency"))[agencies[0]]
    assert agency["note"].startswith("Một cửa, ") and agency["note"].endswith(", y-chief")
    history = chief.get("/v1/totals", params={"period": MONTH, "agency": agencies[0]}).json()["items"]
    assert [(line["received_all"], line["counts"]) for line in history] == [(1000, True), (0, False)], "nothing is lost"
    assert cells(section_of(show(year.person("y-chief"), "plan", MONTH, "15"), "indicator"))["K4"]["denominator"] is None


def test_the_online_indicators_come_from_lines_by_procedure(year):
    chief, period = year.person("y-chief"), f"{YEAR}-06"
    lines = "".join(f"{period};calendar;YA02;9.{n:06d};10;{n % 3};8;2;;Một cửa\n" for n in range(1, 9))
    assert send_totals(chief, "\ufeff" + HEAD.replace(",", ";") + lines).json()["errors"] == []
    rows = cells(section_of(show(chief, "plan", period), "indicator"))
    online = [n for n in range(1, 201) if n % 4 in (0, 1)]  # (full, partial, information, none)[n % 4]
    used = [n for n in range(1, 9) if n % 4 in (0, 1) and n % 3]
    assert (rows["K1"]["numerator"], rows["K1"]["denominator"]) == (len(used), len(online))
    assert rows["K2.34"]["share"] == 2500 and rows["K2"]["numerator"] is None
    officer = year.person("y-officer").get("/v1/totals", params={"period": period}).json()
    assert officer["items"] == [], "an officer sees its own agency's lines only"


def test_what_is_wrong_in_a_file_is_told_in_the_users_language(year):
    chief = year.person("y-chief")
    for language, wrong in (("vi", ["Phải là số nguyên không âm", "Không có cơ quan này"]), ("en", ["It must be a whole number", "The catalogue has no such agency"])):
        reply = chief.post("/v1/totals", params={"id": uuid7(), "dry_run": "true"}, content=(HEAD + "2026-Q1,,NOWHERE,,-5,,,,,x\n").encode(),
                           headers={"content-type": "text/csv", "accept-language": language})
        whys = [error["why"] for error in reply.json()["errors"]]
        assert len(whys) == 2 and all(any(why.startswith(text) for why in whys) for text in wrong), whys


def test_an_import_is_whole_or_nothing_and_tells_every_error(year):
    chief = year.person("y-chief")
    text = HEAD + "\n".join([
        "2026-Q9,calendar,YA02,,1,,,,,x", "2026-Q1,16,YA02,,1,,,,,x", "2026-Q1,,NOWHERE,,1,,,,,x", "2026-Q1,,YA02,0.0,1,,,,,x",
        "2026-Q1,,YA02,,-1,,,,,x", "2026-Q1,,YA02,,1.000,,,,,x", "2026-Q1,,YA02,,5,6,,,,x", "2026-Q1,,YA04,,,,,,,x",
        "2026-Q1,,YA05,,1,,,,,", "2026-Q1,,YA06,,1,,,,,x,y", '2026-Q1,,YA07,,1,,,,,"x', "2026-Q1,,YA08", "2026-Q1,,YA09,,1,,,,,x",
        "2026-Q1,,YA09,,2,,,,,x"]) + "\n"
    before = year.running.sql("SELECT count(*) FROM agency_period_totals")
    for options, status in (({"dry_run": "true"}, 200), ({}, 422)):
        reply = send_totals(chief, text, **options)
        assert reply.status_code == status and reply.json()["stored"] is False
        lines = {error["line"] for error in reply.json()["errors"]}
        assert lines == {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15}, reply.json()["errors"]
        assert all(error["why"] for error in reply.json()["errors"])
    assert year.running.sql("SELECT count(*) FROM agency_period_totals") == before
    for broken in ("", "what,is,this\n1,2,3\n", HEAD, "period,period\n", HEAD + "\x00\n"):
        assert send_totals(chief, broken).status_code == 422
    assert send_totals(chief, HEAD, id="1").status_code == 422
    wrong = chief.post("/v1/totals", params={"id": uuid7()}, content=b"\xff\xfe", headers={"content-type": "text/csv"})
    assert wrong.status_code == 400


def test_the_same_import_again_is_the_same_and_another_under_its_id_is_refused(year):
    chief, id, text = year.person("y-chief"), uuid7(), HEAD + f"{YEAR}-07,,YA02,,10,,,,,x\n"
    for _ in range(2):
        assert send_totals(chief, text, id=id).json() == {"id": id, "lines": 1, "stored": True, "errors": []}
    assert year.running.sql("SELECT count(*) FROM agency_period_totals WHERE import_id = %s", id) == [(1,)]
    assert send_totals(chief, text.replace("10", "11"), id=id).json()["error"] == "key_reuse"
    assert send_totals(year.person("y-officer"), text).status_code == 403


def test_complaints_and_compensation_are_entered(year):
    chief, period = year.person("y-chief"), f"{YEAR}-Q3"
    head = "period,office,figure,value,source\n"
    text = head + f"{period},Y001,complaints,3,Sổ khiếu nại\n{period},Y002,complaints,2,Sổ 2\n{period},Y001,compensation,500000,Kế toán\n"
    assert send_totals(chief, text, "figures").json()["stored"]
    report = show(chief, "quarterly", period)
    row = cells(section_of(report, "claim"))["complaints"]
    assert row["value"] == 5 and "Sổ khiếu nại" in row["note"] and "y-chief" in row["note"]
    assert cells(section_of(report, "claim"))["compensated"]["value"] is None
    assert cells(section_of(report, "compensation"))["compensation"]["value"] == 500000
    assert cells(section_of(show(year.person("y-branch"), "quarterly", period), "claim"))["complaints"]["value"] == 2
    refused = send_totals(year.person("y-branch"), head + f"{period},Y001,complaints,3,x\n", "figures")
    assert refused.status_code == 422 and refused.json()["errors"][0]["column"] == "office"


# -- formats

@pytest.mark.parametrize("name", ["plan", "volume", "quality", "out_of_hours", "quarterly"])
def test_a_spreadsheet_reads_back_as_the_same_numbers(year, name):
    chief = year.person("y-chief")
    report, reply = show(chief, name, f"{YEAR}-Q1"), show(chief, name, f"{YEAR}-Q1", format="xlsx")
    assert reply.headers["content-disposition"] == f'attachment; filename="{name}-{YEAR}-Q1.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    assert len(book.sheetnames) == len(report["sections"]) + 1
    for section, sheet in zip(report["sections"], book.worksheets):
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[0][0] == report["title"] and rows[2][0] == section["title"]
        assert list(rows[3]) == [column["title"] for column in section["columns"]]
        for wanted, found in zip(section["rows"], rows[4:], strict=True):
            for column, cell, value in zip(section["columns"], wanted["cells"], found):
                if column["kind"] == "share" and cell is not None:
                    assert abs(value * 10000 - cell) < 1e-6
                else:
                    assert value == (cell if cell != "" else None)
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("separator, sign", [("semicolon", ";"), ("comma", ",")])
def test_csv_reads_back_as_the_same_numbers(year, separator, sign):
    chief = year.person("y-chief")
    report = show(chief, "volume", f"{YEAR}-02")
    reply = show(chief, "volume", f"{YEAR}-02", format="csv", separator=separator)
    assert reply.content.startswith(b"\xef\xbb\xbf") and b"\r\n" in reply.content
    lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=sign))
    found = [int(cell) for line in lines for cell in line[2:] if cell.isdigit()]
    assert found == number_cells(report)


def test_a_name_from_outside_computes_nothing_in_a_spreadsheet(year):
    evil = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1", 'a"b;c,d']
    chief = year.person("y-chief")
    try:
        for n, name in enumerate(evil):
            year.running.sql("UPDATE office SET name = %s WHERE code = %s", name, f"Y{n + 3:03d}")
        for separator, sign in (("semicolon", ";"), ("comma", ",")):
            text = show(chief, "volume", f"{YEAR}-02", format="csv", separator=separator).content.decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text), delimiter=sign))
            assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "＝") for row in rows for cell in row)
            assert ["Y009", 'a"b;c,d'] in [row[:2] for row in rows]
            assert ["Y003", "'" + evil[0]] in [row[:2] for row in rows], "told, not left out"
        book = openpyxl.load_workbook(io.BytesIO(show(chief, "volume", f"{YEAR}-02", format="xlsx").content))
        found = {cell.value: cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert found[evil[0]] == "s" and "f" not in found.values()
    finally:
        year.running.sql("UPDATE office SET name = 'Bưu cục ' || substr(code, 2)::int WHERE code ~ '^Y0'")


MARKS = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"


def pdf_text(tmp_path, content):
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    run = lambda *command: subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return run("pdftotext", "-layout", path, "-"), run("pdffonts", path), run("pdfinfo", path)


def test_a_page_is_in_office_layout_with_its_fonts_and_every_mark(year, tmp_path):
    chief, sample = year.person("y-chief"), MARKS + MARKS.upper()
    try:
        year.running.sql("UPDATE office SET name = %s WHERE code = 'Y003'", sample)
        reply = show(chief, "volume", f"{YEAR}-Q1", format="pdf")
        text, fonts, info = pdf_text(tmp_path, reply.content)
    finally:
        year.running.sql("UPDATE office SET name = 'Bưu cục 3' WHERE code = 'Y003'")
    flat = "".join(text.split())
    assert set(sample) <= set(text)
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BƯU CỤC 1", "Số:", "Nơi nhận:",
                  "THỦ TRƯỞNG ĐƠN VỊ", f"Quý I/{YEAR} (1/1/{YEAR}–31/3/{YEAR})", "BÁO CÁO SẢN LƯỢNG", "Cách tính"):
        assert "".join(words.split()) in flat, words
    pages = int(info.split("Pages:")[1].split()[0])
    assert pages > 3 and f"Trang1/{pages}" in flat and f"Trang{pages}/{pages}" in flat
    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows and all("yes" == row[-5] for row in rows), fonts
    head = [page for page in text.split("\f") if "Nhận gửi" in page or "Nhận" in page]
    assert len(head) >= pages - 1, "the head of a table is repeated"
    total = cells(section_of(show(chief, "volume", f"{YEAR}-Q1"), "total"))[""]["accepted"]
    assert f"{total:,}".replace(",", ".") in text


# -- closed

def test_a_closed_report_is_the_same_bytes_for_ever(year, tmp_path):
    chief, period = year.person("y-chief"), f"{YEAR}-04"
    open_period = (datetime.date.today() + datetime.timedelta(days=1)).strftime("%Y-%m")
    assert freeze(chief, "volume", open_period, 409)["error"] == "period_open"
    frozen = freeze(chief, "volume", period)
    assert frozen["by"] == "y-chief" and frozen["office"] == "Y001" and set(frozen["formats"]) == {"json", "csv", "xlsx", "pdf"}
    first = reprints(chief, frozen)
    assert freeze(chief, "volume", period) == frozen, "who comes second gets the first one"
    assert "số liệu hiện nay không khác" in show(chief, "volume", period)["notes"][0]
    live = show(chief, "volume", period)
    # something arrives late, and a name changes
    moved = year.running.sql(
        "UPDATE leg SET accepted_at = timestamptz '%d-04-10 10:00+07', accepted_recorded_at = now() WHERE item_code IN"
        " (SELECT item_code FROM leg WHERE item_code LIKE 'Y%%%%' AND accepted_at > timestamptz '%d-09-01' ORDER BY item_code"
        " LIMIT 3) RETURNING item_code" % (YEAR, YEAR))
    assert len(moved) == 3
    year.running.sql("UPDATE office SET name = 'Tên mới' WHERE code = 'Y001'")
    now = show(chief, "volume", period)
    before, after = (numbers(report, *VOLUME)["total", ""] for report in (live, now))
    assert (after[0], after[6]) == (before[0] + 3, before[6] + 3), "what came late is told as such"
    assert any(f"{before[0]}, số liệu hiện nay: {after[0]}" in note for note in now["notes"])
    assert reprints(chief, frozen) == first
    year.running.kill_hosod()
    year.running.wait_ready()
    assert reprints(chief, frozen) == first
    assert freeze(chief, "volume", period) == frozen
    listed = chief.get("/v1/reports").json()["items"]
    assert frozen in listed
    text, _, _ = pdf_text(tmp_path, first["pdf"])
    assert "Đã chốt bởi y-chief" in text and "Tên mới" not in text
    assert show(chief, "volume", period, format="pdf").content != first["pdf"]


def test_the_same_table_is_the_same_file_byte_by_byte(year):
    chief = year.person("y-chief")
    made = [reprints(chief, freeze(chief, "quality", f"{YEAR}-04"))]
    row = year.running.sql("SELECT b.bytes FROM frozen_report f JOIN frozen_report_format x ON x.frozen_id = f.id JOIN"
                           " frozen_bytes b USING (sha256) WHERE f.name = 'quality' AND x.format = 'json'")[0][0]
    for format in ("pdf", "xlsx"):
        for _ in range(2):
            again = subprocess.run([places.HOSOD, "--helper", f"report-{format}"], input=bytes(row), capture_output=True,
                                   check=True, timeout=60, env=NO_LEAKS).stdout
            assert again == made[0][format], format
            time.sleep(1.1)  # a clock in it would show


def test_closed_reports_are_seen_by_those_whose_they_are(year):
    chief, branch, officer = (year.person(f"y-{who}") for who in ("chief", "branch", "officer"))
    whole, own = freeze(chief, "plan", f"{YEAR}-Q2"), freeze(branch, "plan", f"{YEAR}-Q2")
    theirs = freeze(chief, "plan", f"{YEAR}-Q2", agency="YA03")
    assert whole["id"] != own["id"] and own["office"] == "Y002"
    path = "/v1/reports/plan/frozen/"
    assert branch.get(path + own["id"]).status_code == 200 and branch.get(path + whole["id"]).status_code == 404
    assert chief.get(path + own["id"]).status_code == 200
    assert officer.get(path + theirs["id"]).status_code == 200 and officer.get(path + whole["id"]).status_code == 404
    assert [item["id"] for item in officer.get("/v1/reports").json()["items"]] == [theirs["id"]]
    assert chief.get("/v1/reports/volume/frozen/" + own["id"]).status_code == 404, "under another name it is not there"
    taken = {"id": whole["id"], "period": f"{YEAR}-Q3"}
    assert chief.post("/v1/reports/plan/freeze", taken).json()["error"] == "key_reuse"


def test_nothing_closed_can_be_changed_by_the_daemon(year):
    for table in ("frozen_report", "frozen_bytes", "frozen_report_format", "agency_period_totals", "period_figure"):
        for statement in (f"DELETE FROM hoso.{table}", f"UPDATE hoso.{table} SET {'id' if table == 'frozen_report' else 'sha256' if 'frozen' in table else 'line'} = DEFAULT"):
            with pytest.raises(Exception, match="permission denied"):
                year.running.sql(statement, role="hoso_daemon")
        with pytest.raises(Exception, match="append-only"):
            year.running.sql(f"DELETE FROM hoso.{table}")


def test_what_a_report_reads_of_a_leg_is_kept_by_the_database(year):
    """Whoever writes the facts: agency and procedure are the dossier's, and the time of recording is the server's."""
    read = ("SELECT l.agency_id = d.agency_id, l.procedure_id = d.procedure_id, accepted_recorded_at = transaction_timestamp(),"
            " ended_recorded_at IS NOT NULL, ended_as, ended_first FROM leg l JOIN dossier d ON d.id = l.dossier_id WHERE item_code = %s")
    with year.running.connect() as connection, connection.transaction(force_rollback=True):
        code, = connection.execute("SELECT item_code FROM leg WHERE item_code LIKE 'Y%' AND state = 'in_transit' LIMIT 1").fetchone()
        connection.execute("UPDATE leg SET agency_id = NULL, procedure_id = NULL, accepted_recorded_at = NULL WHERE item_code = %s", (code,))
        connection.execute("UPDATE leg SET accepted_at = accepted_at - interval '1 hour' WHERE item_code = %s", (code,))
        assert connection.execute(read, (code,)).fetchone() == (True, True, True, False, None, None)
        connection.execute("UPDATE leg SET state = 'delivered', attempts = 0, ended_at = now() WHERE item_code = %s", (code,))
        assert connection.execute(read, (code,)).fetchone() == (True, True, True, True, "delivered", True)
        connection.execute("UPDATE leg SET state = 'in_transit', ended_at = NULL WHERE item_code = %s", (code,))
        assert connection.execute(read, (code,)).fetchone() == (True, True, True, False, None, None)


# -- the program

def hoso(year, folder, *arguments, status=0):
    environment = {"HOME": str(folder), "HOSO_STATE": str(folder / "state"), "HOSO_SERVER": year.running.url,
                   "HOSO_CA": str(year.running.ca), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    done = subprocess.run([places.HOSO, *arguments], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    return done.stdout


def test_the_program_shows_follows_imports_and_keeps_reports(year, tmp_path):
    (tmp_path / "password").write_text(year.password + "\n")
    hoso(year, tmp_path, "login", "y-chief", "--password-file", tmp_path / "password")
    table = hoso(year, tmp_path, "report", "volume", "--period", f"{YEAR}-Q1")
    assert f"Quý I/{YEAR}" in table and "Theo bưu cục" in table
    total = cells(section_of(show(year.person("y-chief"), "volume", f"{YEAR}-Q1"), "total"))[""]["accepted"]
    assert f"{total:,}".replace(",", ".") in table
    hoso(year, tmp_path, "report", "volume", "--period", f"{YEAR}-Q1", "--format", "pdf", "-o", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    items = hoso(year, tmp_path, "report", "volume", "--period", f"{YEAR}-Q1", "--follow", "accepted", "--all", "--json")
    assert len(items.splitlines()) == total
    row = cells(section_of(show(year.person("y-chief"), "volume", f"{YEAR}-Q1"), "office"))["Y001"]["accepted"]
    items = hoso(year, tmp_path, "report", "volume", "--period", f"{YEAR}-Q1", "--follow", "accepted", "--at-office", "Y001",
                 "--all", "--json")
    assert 0 < len(items.splitlines()) == row < total, "this office alone, not those below it"
    frozen = hoso(year, tmp_path, "report", "volume", "--period", f"{YEAR}-Q1", "--freeze").split()[0]
    assert frozen in hoso(year, tmp_path, "report", "list")
    for name in ("b.pdf", "c.pdf"):
        hoso(year, tmp_path, "report", "volume", "--reprint", frozen, "-o", tmp_path / name)
    assert (tmp_path / "b.pdf").read_bytes() == (tmp_path / "c.pdf").read_bytes()
    (tmp_path / "totals.csv").write_text(HEAD + f"{YEAR}-08,,YA02,,10,,,,,Một cửa\n{YEAR}-99,,YA02,,1,,,,,x\n")
    assert "totals.csv:3: period" in hoso(year, tmp_path, "report", "totals", tmp_path / "totals.csv", status=65)
    (tmp_path / "totals.csv").write_text(HEAD + f"{YEAR}-08,,YA02,,10,,,,,Một cửa\n")
    assert "1" in hoso(year, tmp_path, "report", "totals", tmp_path / "totals.csv")
    hoso(year, tmp_path, "report", "volume", "--period", "2026-Q9", status=65)
    hoso(year, tmp_path, "report", status=64)
