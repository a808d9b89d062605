"""A clerk takes dossiers in with hoso accept, on a real terminal, by keys and scans alone."""

import json
import os
import pathlib
import re
import subprocess
import time

import pexpect
import pytest

from lib import places
from lib.api import s10
from lib.client import hoso, json_lines, needs_hoso
from lib.counter_world import FULL, RETURN_ONLY, SEND_ONLY, furnish
from lib.hosod import Hosod
from lib.world import World, new_item

pytestmark = needs_hoso

NUMBER = "079123450123"
CARD = f"{NUMBER}|271234567|Nguyễn Văn An|15021990|Nam|12 Lê Lợi, Đồng Hới|10052021"
OTHER_NUMBER = "044199998877"
OTHER_CARD = f"{OTHER_NUMBER}||Lê Thị Bảy|01011985|Nữ|3 Hùng Vương|02082024|Lê Văn Cha|Trần Thị Mẹ"
UNREACHABLE = "https://127.0.0.1:9"


@pytest.fixture(scope="module")
def world(standalone, contract):
    made = World(standalone, contract)
    furnish(standalone)
    yield made
    made.close()


@pytest.fixture(scope="module")
def own_hosod(world):
    """Stopped and started by these tests."""
    with Hosod(world.running) as made:
        yield made


@pytest.fixture
def environment(tmp_path, world, own_hosod):
    """A clerk who is signed in, on a device that knows nothing yet."""
    if own_hosod.process.poll() is not None:
        own_hosod.start()
    (tmp_path / "password").write_text(world.password + "\n")
    made = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOSO_STATE": str(tmp_path / "state"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOSO_SERVER": own_hosod.url,
            "HOSO_CA": str(own_hosod.ca), "LANG": "C", "TERM": "xterm", "TZ": "Asia/Ho_Chi_Minh"}
    result = hoso(made, "login", "clerk", "--password-file", tmp_path / "password")
    assert result.returncode == 0, result.stderr.decode()
    return made


class Clerk:
    """Answers each question as it comes."""

    def __init__(self, environment, *arguments):
        self.child = pexpect.spawn(str(places.HOSO), ["accept", *map(str, arguments)], env=environment,
                                   encoding="utf-8", timeout=20, dimensions=(50, 200), echo=False)
        self.child.delaybeforesend = None
        self.screen = ""
        self.keys = 0

    def expect(self, *words):
        for word in words:
            self.child.expect_exact(word)
            self.screen += self.child.before + self.child.after

    def say(self, question, answer=""):
        self.expect(question)
        self.expect(": ")
        self.child.send(answer + "\r")
        self.keys += len(answer) + 1

    def end(self):
        self.child.sendeof()
        self.child.expect(pexpect.EOF)
        self.screen += self.child.before
        self.child.close()
        return self.child.exitstatus


@pytest.fixture
def clerk(environment):
    made = []

    def make(*arguments):
        made.append(Clerk(environment, *arguments))
        made[-1].expect("Ctrl-D kết thúc")
        return made[-1]

    yield make
    for one in made:
        one.child.close(force=True)


def begin(clerk, item, words="thuong tru", agency="phuong mot"):
    clerk.say("Số hiệu bưu gửi", item)
    clerk.say("Thủ tục", words)
    clerk.say("Cơ quan giải quyết", agency)


def people(clerk, card=CARD, phone="0912 345 678"):
    clerk.say("Người gửi (quét", card)
    clerk.say("Điện thoại", phone)
    clerk.say("Địa chỉ [12 Lê Lợi, Đồng Hới]")


def money(clerk, receipt="BL-0009", grams="250", concession=""):
    clerk.say("Số niêm phong", "NP-77")
    clerk.say("Phí, lệ phí đã thu hộ cơ quan [15000]")
    clerk.say("Số biên lai", receipt)
    clerk.say("Khối lượng (gam)", grams)
    clerk.say("Diện giảm cước", concession)


def stored(world, item):
    rows = world.running.sql("SELECT data FROM hoso.event WHERE item_code = %s AND kind = 'accepted'", item)
    return rows[0][0] if rows else None


def no_number_anywhere(environment, world, screen=""):
    """The numbers of the cards are in no file of the device, not on the screen, and not in the database."""
    for number in (NUMBER, OTHER_NUMBER, "271234567"):
        assert number not in screen
        for path in pathlib.Path(environment["HOSO_STATE"]).rglob("*"):
            assert not path.is_file() or number.encode() not in path.read_bytes(), path
        assert world.running.sql(
            "SELECT count(*) FROM hoso.event WHERE data::text LIKE %s", f"%{number}%") == [(0,)]


# -- the usual dossier


def test_a_whole_dossier_in_under_a_minute_by_keyboard(clerk, environment, world, tmp_path):
    item = new_item()
    slips = tmp_path / "slips"
    slips.mkdir()
    begun = time.monotonic()
    one = clerk("--slips", slips)
    begin(one, item)
    one.say("Hình thức", "3")
    people(one)
    one.say("Kết quả trả cho [Nguyễn Văn An]")
    one.say("Người khác nộp thay")
    one.say("Đủ cả?")
    money(one, concession="1")
    one.expect("30.550 đ giảm 50% còn 15.200 đ (làm tròn xuống trăm đồng)")
    one.say("Cước [15200]")
    one.say("Thanh toán")
    one.say("Ghi chú")
    one.expect("10. Phí, lệ phí: 15.000 đ  BL-0009", "11. Cước: 15.200 đ  250 g  −HN")
    one.say("Enter: ghi")
    one.expect("ĐÃ LƯU")
    machine_s = time.monotonic() - begun
    one.say("In phiếu gửi?")
    one.expect(f"{item}.pdf")
    assert one.end() == 0
    # A practised hand makes four keys a second; a scanner's and the program's time are measured.
    typed = one.keys - len(CARD) - len(item) - 2
    print(f"\n{typed} keys by hand, {machine_s:.1f} s of the program: {typed / 4 + machine_s:.0f} s at 4 keys/s")
    assert typed / 4 + machine_s < 60
    data = stored(world, item)
    assert data == {
        "sender": {"name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Đồng Hới"},
        "receiver": {"name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Đồng Hới"},
        "id_kind": "cccd", "id_last4": "0123", "procedure": FULL, "agency": "KT.A1", "service": 3,
        "papers": [
            {"name": "Tờ khai thay đổi thông tin cư trú (CT01)", "original": 1, "certified": 0, "copy": 0},
            {"name": "Giấy tờ chứng minh chỗ ở hợp pháp", "original": 0, "certified": 1, "copy": 0},
            {"name": "Ảnh 4x6", "original": 0, "certified": 0, "copy": 2}],
        "seal": "NP-77", "fee": 15000, "receipt": "BL-0009", "grams": 250, "concession": "HN", "postage": 15200,
        "payment": "cash"}
    no_number_anywhere(environment, world, one.screen)
    text = subprocess.run(["pdftotext", "-layout", slips / f"{item}.pdf", "-"], capture_output=True, check=True,
                          timeout=30).stdout.decode()
    token = re.search(r"mã tra cứu\s+([a-z2-9]{26})", re.sub(r"\s+", " ", text))[1]
    found = hoso({**environment, "HOSO_STATE": str(tmp_path / "nobody")}, "lookup", f"{item}.{token}")
    assert found.returncode == 0 and "Bưu điện đã nhận hồ sơ" in found.stdout.decode()
    pages = tmp_path / "page"
    subprocess.run(["pdftoppm", "-r", "200", "-png", slips / f"{item}.pdf", pages], check=True, timeout=30)
    read = subprocess.run(["zbarimg", "-q", "--raw", *sorted(tmp_path.glob("page*.png"))], capture_output=True,
                          timeout=30).stdout.decode()
    assert f"{item}.{token}" in read


def test_without_a_server_it_is_kept_and_sent_in_order_later(clerk, environment, world, own_hosod):
    items = [new_item(), new_item()]
    assert hoso(environment, "accept", "--fetch").returncode == 0
    own_hosod.stop()
    one = clerk("--drain", "0")
    for at, item in enumerate(items):
        begin(one, item, words=FULL, agency="" if at else "KT.A2")
        one.say("Hình thức", "1")
        people(one)
        one.say("Gửi đến [UBND phường Hai]")
        one.say("Người khác nộp thay")
        one.say("Đủ cả?")
        money(one, receipt=f"BL-10{at}")  # a number is given once
        one.say("Cước [38000]")  # another area: it comes from the kept table
        one.say("Thanh toán", "2")
        one.say("Ghi chú", f"thứ {at}")
        one.say("Enter: ghi")
        one.expect("ĐÃ LƯU", f"chưa gửi: {at + 1}")
    assert one.end() == 75
    assert stored(world, items[0]) is None
    own_hosod.start()
    assert hoso(environment, "queue", "send").returncode == 0
    rows = world.running.sql(
        "SELECT item_code, verdict FROM hoso.event WHERE item_code = ANY (%s) ORDER BY txid, id", items)
    assert rows == [(item, "recorded") for item in items]
    assert stored(world, items[1])["receiver"] == {"name": "UBND phường Hai"}
    no_number_anywhere(environment, world, one.screen)


def lost_ways(one, item):
    """The item, the procedure and the agency, with what can go wrong."""
    one.say("Số hiệu bưu gửi", s10(1)[:-3] + "9VN")  # misread
    one.expect("Sai số kiểm tra")
    one.say("Số hiệu bưu gửi", item)
    one.say("Thủ tục", "khong co chu nay")
    one.expect("không có kết quả nào")
    one.say("Thủ tục", "cap")  # several
    one.say("Chọn số", "0")
    one.say("Thủ tục", "dang ky  THUONG")
    one.expect("Đăng ký thường trú")
    one.say("Cơ quan giải quyết", "<")  # back
    one.say(f"Thủ tục (mã hoặc vài chữ) [{FULL}]")
    one.say("Cơ quan giải quyết", "KT.A1")
    one.say("Hình thức", "1")


def somebody_elses_hands(one):
    """The sender by name, and by card who hands it in for them."""
    one.say("Người gửi (quét", NUMBER)  # the number alone is nobody's name
    one.expect("không phải mã QR của căn cước")
    one.say("Người gửi (quét", CARD.replace("15021990", "31021990"))
    one.expect("không phải mã QR của căn cước")
    one.say("Người gửi (quét", "Phạm Văn Dậ\x7f\x1b[Dài")  # typed, with a slip of the finger
    one.say("Điện thoại", "12345")
    one.expect("9 đến 11 chữ số")
    one.say("Điện thoại", "+84 987 654 321")
    one.say("Địa chỉ", "7 Trần Phú")
    one.say("Gửi đến [UBND phường Một]")
    one.say("Người khác nộp thay", OTHER_CARD)
    one.expect("can_cuoc …8877")
    one.say("Điện thoại", "0900000001")
    one.say("Địa chỉ [3 Hùng Vương]")
    one.say("Giấy ủy quyền", "")
    one.expect("phải có giấy ủy quyền")
    one.say("Giấy ủy quyền", "UQ 12, 01/11/2026")


def missing_papers(one):
    """One is missing, another is in the envelope that nobody asked for."""
    one.say("Đủ cả?", "2 7")
    one.say("Giấy tờ chứng minh chỗ ở hợp pháp: bản chính", "2 bản")
    one.expect("ba số, ví dụ 1 0 2")
    one.say("Giấy tờ chứng minh chỗ ở hợp pháp: bản chính", "0")
    one.expect("không có số 7")
    one.say("Đủ cả?", "+")
    one.say("Tên giấy tờ", "Giấy ra viện")
    one.say("Giấy ra viện: bản chính", "0 0 3")
    one.say("Đủ cả?")
    one.expect("thiếu: Giấy tờ chứng minh chỗ ở hợp pháp. Chứng thực tại UBND cấp xã.",
               "Không được từ chối vì thiếu giấy")
    one.say("Nguyện vọng", "nộp trước, bổ sung sau")


def wrong_money(one):
    one.say("Số niêm phong", "NP-1")
    one.say("Phí, lệ phí đã thu", "15.000")
    one.say("Số biên lai", "")
    one.expect("phải có biên lai")
    one.say("Số biên lai", "BL-1")
    one.say("Khối lượng (gam)", "60001")
    one.expect("cần một con số")
    one.say("Khối lượng (gam)", "900")
    one.say("Diện giảm cước", "XX")
    one.expect("Không có diện giảm cước này")
    one.say("Diện giảm cước", "ncc")
    one.expect("bảng cước không có mức cho tuyến và khối lượng này")
    one.say("Cước", "0")
    one.say("Thanh toán", "1")
    one.say("Ghi chú", "gọi trước")


def test_somebody_elses_hands_missing_papers_and_the_way_back(clerk, environment, world):
    item = new_item()
    one = clerk()
    lost_ways(one, item)
    somebody_elses_hands(one)
    missing_papers(one)
    wrong_money(one)
    one.expect("8. Giấy tờ: 4 loại, thiếu: 1")
    one.say("Enter: ghi", "9")
    one.say("Số niêm phong [NP-1]", "NP-2")
    one.expect("9. Niêm phong: NP-2")
    one.say("Enter: ghi")
    one.expect("ĐÃ LƯU", "Đã ghi")
    assert one.end() == 0
    data = stored(world, item)
    assert data["sender"] == {"name": "Phạm Văn Dài", "phone": "0987654321",
                              "address": "7 Trần Phú"}
    assert data["submitter"] == {"name": "Lê Thị Bảy", "phone": "0900000001", "address": "3 Hùng Vương"}
    assert (data["authorisation"], data["id_kind"], data["id_last4"]) == ("UQ 12, 01/11/2026", "can_cuoc", "8877")
    assert data["missing_papers"] == ["Giấy tờ chứng minh chỗ ở hợp pháp"]
    assert data["papers"][3] == {"name": "Giấy ra viện", "original": 0, "certified": 0, "copy": 3}
    assert "nộp trước, bổ sung sau" in data["note"] and "gọi trước" in data["note"]
    assert data["seal"] == "NP-2" and data["concession"] == "NCC" and data["postage"] == 0
    no_number_anywhere(environment, world, one.screen)


def test_what_the_catalogue_forbids_is_not_offered(clerk, world):
    one = clerk()
    one.say("Số hiệu bưu gửi", new_item())
    one.say("Thủ tục", SEND_ONLY)
    one.say("Cơ quan giải quyết", "KT.A1")
    one.expect("Hình thức  1 gửi hồ sơ [1]")
    one.child.send("3\r")
    one.expect("không trả kết quả qua bưu chính")
    one.say("Hình thức", "!")
    one.expect("đã bỏ: không lưu gì")
    one.say("Số hiệu bưu gửi", new_item())
    one.say("Thủ tục", "1.000002")
    one.expect("Không có thủ tục này trong danh mục nhận qua bưu chính")
    one.say("Thủ tục", RETURN_ONLY)
    one.say("Cơ quan giải quyết")
    one.expect("Hình thức  2 nhận kết quả [2]")
    assert one.end() == 0


def test_a_result_alone_comes_from_the_agency(clerk, world):
    item = new_item()
    one = clerk()
    begin(one, item, words="ly lich")
    one.say("Hình thức")
    one.say("Người nhận kết quả", CARD)
    one.say("Điện thoại", "0912345678")
    one.say("Địa chỉ")
    one.say("Người khác nộp thay")
    one.say("Số niêm phong", "")
    one.say("Phí, lệ phí đã thu")
    one.say("Khối lượng (gam)", "100")
    one.say("Diện giảm cước", "")
    one.say("Cước [26500]")
    one.say("Thanh toán")
    one.say("Ghi chú")
    one.say("Enter: ghi")
    one.expect("ĐÃ LƯU", "Đã ghi")
    assert one.end() == 0
    data = stored(world, item)
    assert data["sender"] == {"name": "UBND phường Một"} and data["receiver"]["name"] == "Nguyễn Văn An"
    assert data["leg_kind"] == "result" and data["service"] == 2 and data["id_last4"] == "0123"
    assert "papers" not in data and "missing_papers" not in data, "nothing was sent"


def test_ctrl_d_in_the_middle_keeps_nothing(clerk, environment, world):
    item = new_item()
    one = clerk()
    begin(one, item)
    one.expect("Hình thức")
    assert one.end() == 0
    assert stored(world, item) is None
    assert hoso(environment, "queue").stdout == b""


# -- for scripts


def form(item, **data):
    return {"code": item, "cards": {"sender": CARD}, "data": {
        "sender": {"name": "x", "phone": "0912345678"}, "receiver": {"name": "Một cửa"}, "agency": "KT.A1",
        "procedure": FULL, "service": 1, "grams": 80, "fee": 0, "payment": "cash", **data}}


def accept(environment, made, *arguments):
    return hoso(environment, "accept", "--json", "-", *arguments, text=json.dumps(made))


def test_a_script_gives_all_of_it_as_one_json(environment, world, tmp_path):
    item = new_item()
    result = accept(environment, form(item, papers=[{"name": "Ảnh 4x6", "copy": 2}], concession="HN"),
                    "--slips", tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    lines = json_lines(result.stdout)
    assert [line["name"][:7] for line in lines if line.get("type") == "missing_paper"] == ["Tờ khai", "Giấy tờ"]
    assert any(line.get("type") == "stored" and line["code"] == item for line in lines)
    data = stored(world, item)
    assert data["sender"] == {"name": "Nguyễn Văn An", "phone": "0912345678", "address": "12 Lê Lợi, Đồng Hới"}
    assert (data["postage"], data["id_last4"], len(data["missing_papers"])) == (13200, "0123", 2)
    assert (tmp_path / f"{item}.pdf").exists()
    no_number_anywhere(environment, world, result.stdout.decode() + result.stderr.decode())


REFUSED = {
    "a fee without a receipt": ("fee_without_receipt", "receipt", {"fee": 1000}),
    "a fee without a payment": ("fee_without_payment", "payment", {"fee": 1000, "receipt": "B", "payment": None}),
    "a submitter without a paper": ("submitter_unauthorised", "authorisation", {"submitter": {"name": "B"}}),
    "a result that may not be returned": ("return_not_by_post", "service", {"procedure": SEND_ONLY, "service": 3}),
    "papers that may not be sent": ("send_not_by_post", "service", {"procedure": RETURN_ONLY}),
    "a concession that nobody grants": ("unknown_concession", "concession", {"concession": "X", "postage": 1}),
    "too many papers": ("too_many_papers", "papers", {"papers": [{"name": "x"}] * 61}),
    "a phone that is none": ("bad_member", "receiver", {"receiver": {"name": "x", "phone": "1"}}),
    "no procedure": ("missing_data", "procedure", {"procedure": None}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_never_kept(environment, name):
    error, member, change = REFUSED[name]
    made = form(new_item(), **change)
    made["data"] = {key: value for key, value in made["data"].items() if value is not None}
    result = accept(environment, made)
    assert result.returncode == 65, result.stdout
    said = json.loads(result.stderr.decode().splitlines()[0])
    assert (said["error"], said["member"]) == (error, member)
    assert hoso(environment, "queue").stdout == b""


@pytest.mark.parametrize("made, error", [
    ({"code": "RR123456784VN"}, "bad_check_digit"),
    ({"code": "RR123456785VN", "x": 1}, "unknown_member"),
    ({"code": "RR123456785VN", "data": {"surname": "x"}}, "missing_data"),
    ({"code": "RR123456785VN", "cards": {"sender": "079123450123|x"}}, "bad_member"),
    ([], "bad_json"),
])
def test_what_is_no_dossier_is_said(environment, world, made, error):
    result = accept(environment, made)
    assert result.returncode == 65
    assert json.loads(result.stderr.decode().splitlines()[0])["error"] == error
    no_number_anywhere(environment, world, result.stderr.decode())


def test_a_device_that_knows_nothing_and_has_no_server_still_takes_in(environment, world, own_hosod):
    item = new_item()
    away = {**environment, "HOSO_SERVER": UNREACHABLE}
    result = accept(away, form(item, postage=30000), "--drain", "0")
    assert result.returncode == 75, result.stderr.decode()
    assert len(json_lines(hoso(away, "queue", "--json").stdout)) == 1


def test_lookup_says_it_in_words_and_without_a_sign_in(environment, world, tmp_path):
    item = new_item()
    assert accept(environment, form(item)).returncode == 0
    nobody = {**environment, "HOSO_STATE": str(tmp_path / "nobody")}
    told = hoso(nobody, "lookup", item, "--phone", "5678")
    assert told.returncode == 0 and "Bưu điện đã nhận hồ sơ" in told.stdout.decode()
    assert "Nguyễn" not in told.stdout.decode()
    assert json_lines(hoso(nobody, "lookup", item, "--phone", "5678", "--json").stdout)[0]["until"] is None
    wrong = hoso(nobody, "lookup", item, "--phone", "0000")
    assert wrong.returncode == 65 and "Không có hồ sơ nào khớp" in wrong.stderr.decode()
    assert hoso(nobody, "lookup").returncode == 64
