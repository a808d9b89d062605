"""hoso label and hoso paper: what is printed can be read, by people and by scanners, or it is not printed."""

import collections
import json
import os
import random
import re
import shutil
import subprocess
import unicodedata

import pytest

from lib import places
from lib.api import s10
from lib.client import environment, hoso, json_lines, needs_hoso, server, signed_in

LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = int(os.environ.get("HOSO_SEED", random.randrange(1_000_000)))
TOOLS = ("pdftotext", "pdffonts", "pdftoppm", "pdfinfo", "zbarimg")
DPIS = (100, 150, 200, 203, 300)
DECODED_DPIS = DPIS if LONG > 1 else (100, 203)  # before it writes, hoso itself has read them at 150 and 300
SPOILER = places.BUILD / "tests" / "lib" / "libspoil_preload.so"

SUBMIT, RESULT = "RR123456785VN", "RR000000155VN"
SENDER = {"name": "Nguyễn Thị Quỳnh Hương", "phone": "0912345678",
          "address": "12/5 hẻm 34 đường Lê Hồng Phong, phường Rạch Dừa"}
RECEIVER = {"name": "Bộ phận Một cửa UBND phường Vũng Tàu", "phone": None, "address": "89 Lý Thường Kiệt"}
DOSSIER = {
    "id": "501", "dossier_code": "000.00.05.H06-210715-0001", "agency": {"code": "H29", "name": "UBND phường Vũng Tàu"},
    "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh cho trẻ em đã có hồ sơ, giấy tờ cá nhân"},
    "service": 3, "sender": SENDER, "receiver": RECEIVER, "due_on": "2026-12-08", "stub": False,
    "legs": [
        {"id": "9", "no": 1, "item_code": SUBMIT, "kind": "submit", "fee": 8000, "postage": 26500, "collect": 0,
         "seal": "NP-00451"},
        {"id": "10", "no": 2, "item_code": RESULT, "kind": "result", "fee": 0, "postage": 0, "collect": 1250000,
         "seal": None}],
    "events": [{"item_code": SUBMIT, "kind": "accepted", "verdict": "recorded", "data": {
        "agency": "H29", "receipt": "BL 0012345", "note": "chuyện riêng", "papers": [
            {"name": "Giấy chứng sinh", "original": 1, "certified": 0, "copy": 2}]}}]}

# kind, size, words that must stand on it
PAPERS = [
    ("label", "A6", ("Trả kết quả", "Người nhận: Nguyễn Thị Quỳnh Hương", "Thu hộ: 1.250.000 đồng")),
    ("label", "100x60", ("RR 000 000 155 VN", "Người gửi: Bộ phận Một cửa UBND phường Vũng Tàu")),
    ("label", "75x50", ("ĐT: 0912345678",)),
    ("slip", None, ("PHIẾU GỬI HỒ SƠ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
                    "NGƯỜI GỬI", "GIAO DỊCH VIÊN / BƯU TÁ", "Bản chứng thực")),
    ("bang-ke", None, ("BẢNG KÊ BƯU GỬI", "NGƯỜI LẬP BẢNG KÊ", "Tổng số bưu gửi: 2")),
    ("bien-ban", None, ("BIÊN BẢN GIAO NHẬN HỒ SƠ", "BÊN GIAO", "BÊN NHẬN", "8.000 đồng", "Tổng số hồ sơ: 2")),
    ("invitation", None, ("GIẤY MỜI NHẬN BƯU GỬI", "Kính gửi Ông/Bà: Nguyễn Thị Quỳnh Hương", "(Lần thứ 2)")),
    ("receipt", None, ("GIẤY BIÊN NHẬN TRẢ KẾT QUẢ", "NGƯỜI NHẬN", "NGƯỜI TRẢ KẾT QUẢ", "Giấy ủy quyền")),
]

pytestmark = [
    needs_hoso,
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs poppler-utils and zbar-tools"),
]


def run(*arguments):
    return subprocess.run(list(map(str, arguments)), capture_output=True, check=True, timeout=120).stdout


def text_of(pdf, *options):
    """Everything that can be read in a PDF, line ends and runs of spaces as one space."""
    return re.sub(r"\s+", " ", run("pdftotext", *options, pdf, "-").decode())


def pages_of(pdf):
    return int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", pdf).decode())[1])


def draw(pdf, folder, dpi):
    """The pictures of the pages."""
    run("pdftoppm", "-r", dpi, "-gray", pdf, folder / f"page{dpi}")
    return sorted(folder.glob(f"page{dpi}-*.pgm"))


def zbarimg(picture):
    # It stays silent with exit status 4 when there is nothing.
    answer = subprocess.run(["zbarimg", "--quiet", "-Sean13.disable", "-Sdatabar.disable", picture],
                            capture_output=True, timeout=60, check=False)
    return {tuple(line.split(":", 1)) for line in answer.stdout.decode().split()}


def decode(alone, *pictures):
    answer = hoso(alone, "decode", "--all", "--json", *map(str, pictures))
    return [{(code["symbology"].replace("-Code", ""), code["text"]) for code in line["codes"]}
            for line in json_lines(answer.stdout)]


@pytest.fixture(name="alone")
def fixture_alone(tmp_path):
    """The environment of a hoso that knows no server."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C"}


@pytest.fixture(name="data_file")
def fixture_data_file(tmp_path):
    path = tmp_path / "data.json"
    path.write_text(json.dumps(DOSSIER, ensure_ascii=False, indent=1))
    return path


def arguments_of(kind, size):
    verb = ["label"] if kind == "label" else ["paper", kind]
    return [*verb, *(["--size", size] if size else [])]


def make(alone, pdf, kind, size, codes, *more):
    result = hoso(alone, *arguments_of(kind, size), *codes, "-o", str(pdf), *map(str, more), timeout=300)
    assert result.returncode == 0, result.stderr.decode()
    return pdf


# --- read by people and by scanners

@pytest.mark.parametrize("kind, size, words", PAPERS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_paper_reads(alone, tmp_path, data_file, kind, size, words):
    codes = (SUBMIT, RESULT) if kind.startswith("b") else (RESULT,)
    pdf = make(alone, tmp_path / "paper.pdf", kind, size, codes, "--data-file", data_file,
               "--data", "invitation=2", "--data", "office=BƯU ĐIỆN VŨNG TÀU", "--data", "from=Lê Thị Ổn")
    text = text_of(pdf)
    for word in (*words, "Quỳnh Hương"):
        assert word in text, (word, text)
    assert text == unicodedata.normalize("NFC", text)
    fonts = run("pdffonts", pdf).decode().splitlines()[2:]
    assert fonts and all("yes yes yes" in font for font in fonts), fonts  # embedded, a subset, with its letters
    assert all("Liberation" in font for font in fonts), fonts
    wanted = {("CODE-128", code) for code in codes} | (
        set() if kind.startswith("b") else {("QR", code) for code in codes})
    for dpi in DPIS:
        if dpi == 100 and size == "75x50":
            continue  # a small label's bars have 0.25 mm, a pixel at 100 dpi: no picture of a bar
        pictures = draw(pdf, tmp_path, dpi)
        assert {("QR" if word == "QR-Code" else word, code) for picture in pictures
                for word, code in zbarimg(picture)} == wanted, (kind, dpi)
        if dpi in DECODED_DPIS:
            assert set().union(*decode(alone, *pictures)) == wanted, (kind, dpi)


def test_a_result_goes_the_other_way(alone, tmp_path, data_file):
    pdf = make(alone, tmp_path / "paper.pdf", "slip", None, (SUBMIT, RESULT), "--data-file", data_file)
    there, back = text_of(pdf, "-f", "1", "-l", "1"), text_of(pdf, "-f", "2", "-l", "2")
    assert "Người gửi: Nguyễn Thị Quỳnh Hương" in there and "Người nhận: Bộ phận Một cửa" in there
    assert "Người gửi: Bộ phận Một cửa" in back and "Người nhận: Nguyễn Thị Quỳnh Hương" in back
    assert "Giấy chứng sinh" in there and "BL 0012345" in there and "NP-00451" in there
    assert "Giấy chứng sinh" not in back and "BL 0012345" not in back
    assert "chuyện riêng" not in there + back, "a note is nobody's business"
    assert "0 đồng" not in back.replace("1.250.000 đồng", "")


def test_bars_are_whole_dots(alone, tmp_path):
    """At the printer's own resolution a bar of two modules is twice a bar of one, to the dot."""
    pdf = make(alone, tmp_path / "label.pdf", "label", "A6", (SUBMIT,), "--dpi", "203")
    run("pdftoppm", "-r", "203", "-gray", pdf, tmp_path / "dots")
    data = (tmp_path / "dots-1.pgm").read_bytes()
    width, height = map(int, re.match(rb"P5\s(\d+)\s(\d+)", data).groups())
    blackened = bytes(0 if grey < 128 else 255 for grey in range(256))  # a thermal printer has no grey
    pixels = data[-width * height:].translate(blackened)
    rows = [pixels[width * y:width * y + width * 2 // 3] for y in range(height)]  # the QR code is on the right
    (bars, count), = collections.Counter(row for row in rows if b"\x00" in row).most_common(1)
    assert count * 25.4 / 203 > 12.3, "S10 wants bars 12.5 mm high"
    runs = [len(run_of_dots) for run_of_dots in re.findall(rb"\x00+|\xff+", bars)]
    assert len(runs) == 2 * 43 + 1 and {dots % 3 for dots in runs[1:-1]} == {0}, runs
    assert min(runs[0], runs[-1]) >= 30, "ten modules of white"


# --- the same again, and whole

def test_a_reprint_is_the_same_bytes(alone, tmp_path, data_file):
    for kind in ("label", "handover"):
        first = make(alone, tmp_path / "1.pdf", kind, None, (SUBMIT, RESULT), "--data-file", data_file)
        second = make(alone, tmp_path / "2.pdf", kind, None, (SUBMIT, RESULT), "--data-file", data_file)
        assert first.read_bytes() == second.read_bytes()
    dated = make(alone, tmp_path / "3.pdf", "handover", None, (SUBMIT,), "--date", "2026-11-28")
    assert "ngày 28 tháng 11 năm 2026" in text_of(dated)


def test_standard_output_has_the_same(alone, tmp_path):
    pdf = make(alone, tmp_path / "label.pdf", "label", None, (SUBMIT,))
    for arguments in (["-o", "-"], []):
        result = hoso(alone, "label", SUBMIT, *arguments)
        assert (result.returncode, result.stdout) == (0, pdf.read_bytes())
    result = hoso(alone, "label", SUBMIT, "--json", "-o", str(pdf))
    assert json_lines(result.stdout) == [{"file": str(pdf), "pages": 1, "barcodes": 2}]


def test_a_file_that_cannot_be_written_is_said_so(alone, tmp_path):
    for place in ("/dev/full", tmp_path / "missing" / "x.pdf", tmp_path):
        result = hoso(alone, "label", SUBMIT, "-o", str(place))
        assert result.returncode == 74, (place, result.stderr.decode())
    with open("/dev/full", "wb") as full:
        result = subprocess.run([places.HOSO, "label", SUBMIT, "-o", "-"], env=alone, stdout=full,
                                stderr=subprocess.PIPE, timeout=60, check=False)
    assert result.returncode == 74


# --- refused

@pytest.fixture(name="spoiled")
def fixture_spoiled(alone):
    if not SPOILER.exists():
        pytest.skip(f"{SPOILER} is not built")
    if b"__asan_init" in SPOILER.read_bytes():
        pytest.skip("the address sanitizer must be loaded before anything else")
    return lambda how: {**alone, "LD_PRELOAD": str(SPOILER), **({"SPOIL": how} if how else {})}


@pytest.mark.parametrize("kind, how, words", [
    ("label", "bars", "không đọc lại được"), ("label", "text", "đọc ra CODE-128 RR123456785VO"),
    ("slip", "text", "đọc ra CODE-128 RR123456785VO"), ("label", "more", "đọc ra QR-Code RR123456785VO")])
def test_a_page_that_does_not_read_is_not_written(spoiled, tmp_path, kind, how, words):
    pdf = make(spoiled(None), tmp_path / "paper.pdf", kind, None, (SUBMIT,))
    before = pdf.read_bytes()
    result = hoso(spoiled(how), *arguments_of(kind, None), SUBMIT, "-o", str(pdf))
    assert result.returncode == 65
    assert words in result.stderr.decode() and result.stdout == b""
    assert pdf.read_bytes() == before
    assert hoso(spoiled(how), *arguments_of(kind, None), SUBMIT, "-o", "-").stdout == b""
    fresh = tmp_path / "new" / "fresh.pdf"
    fresh.parent.mkdir()
    assert hoso(spoiled(how), *arguments_of(kind, None), SUBMIT, "-o", str(fresh)).returncode == 65
    assert list(fresh.parent.iterdir()) == []


@pytest.mark.parametrize("size, code", [
    ("30x25", SUBMIT), ("40x60", SUBMIT), ("100x30", SUBMIT), ("A6", "A" * 39 + "1")])
def test_what_does_not_fit_is_refused(alone, tmp_path, size, code):
    result = hoso(alone, "label", code, "--size", size, "-o", str(tmp_path / "x.pdf"),
                  "--data", "sender_name=" + "Nguyễn " * 20, "--data", "receiver_name=" + "Trần " * 20)
    assert result.returncode == 65
    assert "--size" in result.stderr.decode()
    assert list(tmp_path.glob("x.pdf*")) == []


@pytest.mark.parametrize("arguments, status, words", [
    (["label", "RR123456784VN"], 65, "Sai số kiểm tra"),
    (["label", "Ê12"], 65, "Số hiệu bưu gửi"),
    (["label", SUBMIT, "rr 123 456 785 vn"], 65, "RR123456785VN được nêu hai lần"),
    (["label", *[s10(number) for number in range(1, 1002)]], 65, "Quá nhiều"),
    (["label"], 64, "bưu gửi nào"),
    (["paper"], 64, "loại giấy"),
    (["paper", "letter", SUBMIT], 64, "giay-moi"),
    (["label", SUBMIT, "--size", "10x10"], 64, "--size"),
    (["label", SUBMIT, "--size", "nanx60"], 64, "--size"),
    (["label", SUBMIT, "--dpi", "20"], 64, "--dpi"),
    (["label", SUBMIT, "--date", "2026-02-30"], 64, "--date"),
    (["label", SUBMIT, "--data", "colour=red"], 64, "sender_name"),
    (["label", SUBMIT, "--data", "note=" + "x" * 2001], 64, "note"),
    (["label", SUBMIT, "--data-file", "/etc/hostname"], 65, "JSON"),
    (["label", SUBMIT, "--data-file", "/nonexistent"], 65, "/nonexistent"),
])
def test_wrong_orders_are_refused(alone, tmp_path, arguments, status, words):
    result = hoso(alone, *arguments, "-o", str(tmp_path / "x.pdf"))
    assert (result.returncode, result.stdout) == (status, b""), result.stderr.decode()
    assert words in result.stderr.decode()
    assert not (tmp_path / "x.pdf").exists()


# --- strangers' texts

def inside_the_page(pdf):
    """Every word's box lies on its page."""
    html = run("pdftotext", "-bbox", pdf, "-").decode()
    for page in re.findall(r"<page (.*?)</page>", html, re.S):
        width, height = (float(re.search(rf'{side}="([\d.]+)"', page)[1]) for side in ("width", "height"))
        words = re.findall(r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', page)
        assert words
        for box in words:
            left, top, right, bottom = map(float, box)
            assert left >= 0 and top >= 0 and right <= width + 0.5 and bottom <= height + 0.5, (box, width, height)


@pytest.mark.parametrize("kind", ["label", "slip", "list", "handover", "invitation", "receipt"])
def test_long_names_wrap_and_are_not_cut(alone, tmp_path, kind):
    print(f"HOSO_SEED={SEED}")
    chance = random.Random(SEED)
    syllables = ("Nguyễn", "Thị", "Quỳnh", "Đặng", "Ưng", "Ỷ", "Lộc", "Ngưỡng", "Phượng")
    name = " ".join(chance.choice(syllables) for _ in range(30))[:115] + " Cuối"
    unbroken = "Ổ" * 110 + "Hết"
    address = ", ".join(f"tổ {number} ấp Phước Hưởng" for number in range(13))[:295] + " cuối"
    pdf = make(alone, tmp_path / "paper.pdf", kind, None, (RESULT,), *sum((["--data", text] for text in (
        f"sender_name={name}", f"receiver_name={unbroken}", f"receiver_address={address}",
        f"sender_address={address}", f"procedure={address}", f"dossier_code={'000.00.05.H06-' * 4}", "collect=9999999999",
        f"recipient={name}", f"result={address}", f"note={name}")), []))
    inside_the_page(pdf)
    text = re.sub(r"\s", "", text_of(pdf))
    for part in {"label": (name, unbroken, address), "slip": (name, unbroken, address), "list": (unbroken, address),
                 "handover": (name, address), "invitation": (unbroken, address), "receipt": (unbroken, name)}[kind]:
        letters = re.sub(r"\s", "", part)
        assert sum(text.count(letter) >= letters.count(letter) for letter in set(letters)) == len(set(letters)), part
    assert ("Hết" in text) == (kind != "handover") and ("cuối" in text)


def test_control_characters_are_shown_not_obeyed(alone, tmp_path):
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"item_code": SUBMIT, "sender_name": "A\x1b[31mB\u202eC\nD<b>&amp;", "colour": 1,
                                "receiver_name": "E\x07\x00F".replace("\x00", ""), "papers": [{"name": "x\ty\x1b"}, 7]}))
    for kind in ("label", "slip"):
        pdf = make(alone, tmp_path / "paper.pdf", kind, None, (SUBMIT,), "--data-file", data)
        text = text_of(pdf)
        assert "\\x1b[31mB" in text and "\\x0aD<b>&amp;" in text and "E\\x07F" in text
        assert not re.search("[\x00-\x08\x0e-\x1f\u202e]", text.replace("\f", ""))


def test_a_data_file_with_a_nul_or_a_giant_text_is_refused(alone, tmp_path):
    data = tmp_path / "data.json"
    for content in ('{"item_code": "%s", "sender_name": "a\\u0000b"}' % SUBMIT,
                    json.dumps({"item_code": SUBMIT, "sender_name": "x" * 5000}),
                    json.dumps({**DOSSIER, "sender": {"name": "y" * 5000}}),
                    json.dumps({"item_code": SUBMIT, "papers": [{"name": "z"}] * 61}) if LONG > 1 else "{"):
        data.write_text(content)
        result = hoso(alone, "paper", "slip", SUBMIT, "--data-file", str(data), "-o", str(tmp_path / "x.pdf"))
        assert result.returncode == 65, content[:50]
        assert not (tmp_path / "x.pdf").exists()


def test_long_lists_have_every_code_once(alone, tmp_path):
    """The everyday size has some pages; HOSO_LONG=10 has a thousand items."""
    print(f"HOSO_SEED={SEED}")
    serials = random.Random(SEED).sample(range(100_000_000), min(40 * LONG if LONG < 10 else 1000, 1000))
    codes = [s10(serial) for serial in serials]
    data = tmp_path / "data.json"
    data.write_text("\n".join(json.dumps({"item_code": code, "sender_name": f"Người thứ {number}"})
                              for number, code in enumerate(codes)))
    pdf = make(alone, tmp_path / "list.pdf", "bang-ke", None, codes, "--data-file", data)
    text = text_of(pdf)
    shown = re.findall(r"RR \d{3} \d{3} \d{3} VN", text)
    assert [code.replace(" ", "") for code in shown] == codes
    assert f"Tổng số bưu gửi: {len(codes)}" in text and f"Người thứ {len(codes) - 1}" in text
    pages = pages_of(pdf)
    assert pages > 1 and f"Trang {pages}/{pages}" in text and text.count("Số hiệu bưu gửi") >= pages - 1
    read = set().union(*map(zbarimg, draw(pdf, tmp_path, 150)))
    assert read == {("CODE-128", code) for code in codes}


# --- what the server knows

def test_the_server_is_asked_when_somebody_is_signed_in(signed_in, server, tmp_path):
    server.routes["GET", f"/v1/dossiers/{SUBMIT}"] = 200, DOSSIER
    server.routes["GET", "/v1/me"] = 200, {"account": "a", "name": "Ổn", "role": "clerk",
                                           "office": {"code": "790100", "name": "Bưu cục Thắng Tam"}}
    pdf = make(signed_in, tmp_path / "a.pdf", "invitation", None, (SUBMIT, s10(77)))
    known, unknown = text_of(pdf, "-f", "1", "-l", "1"), text_of(pdf, "-f", "2", "-l", "2")
    assert "Bộ phận Một cửa UBND phường Vũng Tàu" in known and "Bưu cục Thắng Tam" in known
    assert "Bộ phận" not in unknown and "Bưu cục Thắng Tam" in unknown
    asked = len(server.requests)
    offline = make(signed_in, tmp_path / "b.pdf", "label", None, (SUBMIT,), "--offline")
    assert len(server.requests) == asked and "Nguyễn" not in text_of(offline)
    named = make(signed_in, tmp_path / "c.pdf", "label", None, (SUBMIT,), "--data", "sender_name=Vũ Mỹ")
    assert "Vũ Mỹ" in text_of(named) and "Người gửi: Nguyễn" not in text_of(named)


def test_without_an_answer_the_paper_is_made_and_it_is_said_so(signed_in, server, tmp_path):
    server.stop()
    result = hoso(signed_in, "label", SUBMIT, s10(78), "-o", str(tmp_path / "a.pdf"))
    assert result.returncode == 0, result.stderr.decode()
    assert result.stderr.decode().count("máy chủ không trả lời") == 1
    assert pages_of(tmp_path / "a.pdf") == 2


def test_what_the_server_refuses_stops_the_paper(signed_in, server, tmp_path):
    server.routes["GET", f"/v1/dossiers/{SUBMIT}"] = 403, {"error": "forbidden", "status": 403}
    result = hoso(signed_in, "label", SUBMIT, "-o", str(tmp_path / "a.pdf"))
    assert result.returncode == 77 and not (tmp_path / "a.pdf").exists()
