"""One dossier's whole life, from the appointment at home to the end of the day, with the program hoso."""

import datetime
import json
import ssl
import subprocess
import urllib.request
import zoneinfo

import labels

CODE = "000.00.05.H06-261123-0004"
AGENCY = "000.00.05.H06"
PROCEDURE = "1.004873"
HOME, SUPPLEMENT, RESULT = "RR000000235VN", "RR000000249VN", "RR000000252VN"
CITIZEN = {"name": "Trần Thị Lan", "phone": "0903111222", "address": "12 Lê Lợi, phường Thắng Tam"}
FEE, POSTAGE, COLLECT = 15000, 26000, 16000
PAPERS = [{"name": "Tờ khai", "original": 1}, {"name": "Bản sao căn cước", "certified": 1, "copy": 1}]
ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")


def day(days):
    """So many days from today, as the program takes it."""
    return (datetime.datetime.now(ZONE) + datetime.timedelta(days)).date().isoformat()


def say(text=""):
    print(text, flush=True)


def tell(desk, *words):
    """Run the program as this person would, and show what it says, also when it refuses."""
    try:
        out = desk.run(*words, errors=subprocess.STDOUT)
    except subprocess.CalledProcessError as error:
        say(error.output)
        raise
    for line in out.splitlines():
        say("   " + line)


def ask(desk, *words):
    """The last line of what the program says as JSON."""
    return json.loads(desk.run("--json", *words).splitlines()[-1])


class Life:
    """@cast: login → desk; @others: the dossiers that the counter took in earlier this day for the same agency."""

    def __init__(self, town, cast, others):
        self.town = town
        self.others = others
        self.folder = town.folder / "life"
        self.folder.mkdir()
        self.supervisor = cast["supervisor"]
        self.branch, self.city = cast["quay-thangtam"], cast["quay-bdtp"]
        self.courier, self.city_courier = cast["buuta-thangtam"], cast["buuta"]
        self.agency = cast["motcua"]
        self.pictures = {code: labels.item_label(self.folder, code) for code in (HOME, SUPPLEMENT, RESULT)}
        self.pictures[CODE] = labels.slip(self.folder, HOME, CODE)

    def file(self, name, value):
        path = self.folder / name
        path.write_text(json.dumps(value, ensure_ascii=False))
        return path

    def scan(self, desk, kind, item, **data):
        desk.scan(kind, [self.pictures[item]], **data)

    # ── at home ──────────────────────────────────────────────────────────────────────────────────────────

    def open_hours(self):
        """The office's hours are set on the supervisor's page; there is no verb, so the API is asked."""
        hours = [{"day": day, "from": "00:00", "to": "24:00", "capacity": 4} for day in range(1, 9)]
        body = {"office": "BC-THANGTAM", "slot_minutes": 60, "grace_minutes": 30, "hours": hours}
        account, password = self.town.supervisor()
        token = self.call("POST", "/v1/session", {"account": account, "password": password})["token"]
        self.call("PUT", "/v1/visits/hours", body, token)
        self.call("DELETE", "/v1/session", None, token)

    def call(self, method, path, body, token=None):
        context = ssl.create_default_context(cafile=self.town.post / "ca.pem")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=context))
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.town.url + path, data, headers, method=method)
        with opener.open(request, timeout=30) as reply:
            return json.loads(reply.read() or b"null")

    def book(self):
        """A window of this hour, or of the next when this one is as good as over; the visit's id."""
        start = (datetime.datetime.now(ZONE) + datetime.timedelta(minutes=2)).replace(minute=0)
        window = ["--day", f"{start:%F}", "--from", f"{start:%H}:00", "--to", f"{start.hour + 1:02}:00"]
        visit = ask(self.branch, "visit", "book", *window, "--procedure", PROCEDURE, "--item", HOME,
                    *(word for name, value in CITIZEN.items() for word in (f"--{name}", value)))["visit"]
        tell(self.branch, "visit", "list", "--day", f"{start:%F}")
        tell(self.branch, "visit", "assign", visit, "--courier", "buuta-thangtam")
        return visit

    def take_in_at_home(self):
        say("8. Bà Lan gọi điện hẹn giờ tại nhà; bưu cục đặt lịch, giao bưu tá (hoso visit)")
        self.open_hours()
        visit = self.book()
        say("9. Bưu tá đi, đến nơi, nhận hồ sơ kèm lệ phí, cước tại nhà (hoso scan)")
        tell(self.courier, "visit", "start", visit)
        tell(self.courier, "visit", "arrive", visit)
        facts = {"sender": CITIZEN, "receiver": {"name": "Bộ phận Một cửa UBND thành phố Vũng Tàu"}, "agency": AGENCY,
                 "procedure": PROCEDURE, "service": 3, "papers": PAPERS, "visit": visit, "fee": FEE, "receipt": "BL-0101",
                 "payment": "cash", "postage": POSTAGE, "seal": "NP-0118"}
        tell(self.courier, "scan", "--kind", "accepted", "--data-file", self.file("tai-nha.json", facts), "--drain", "120",
             "--image", self.pictures[HOME])
        tell(self.courier, "visit", "done", visit)

    # ── to the agency ────────────────────────────────────────────────────────────────────────────────────

    def bring(self, item, bag):
        self.scan(self.branch, "dispatched", item, next_office="BD", bag=bag)
        self.scan(self.city, "arrived", item)

    def hand_over(self, item, number):
        """Minutes of one item: opened, scanned, agreed to by the officer, closed, printed."""
        minutes = ask(self.city, "manifest", "open", "--kind", "handover_in", "--agency", AGENCY)["id"]
        tell(self.city, "manifest", "scan", minutes, "--data", "complete=true", "--drain", "120", "--image",
             self.pictures[item])
        tell(self.city, "manifest", "close", minutes, "--officer", "motcua", "--officer-password-file",
             self.agency.password, "--minutes", number)
        paper = self.folder / f"{number.replace('/', '-')}.pdf"
        tell(self.city, "manifest", "print", minutes, "--output", paper)
        tell(self.city, "verify", "--manifest", minutes)

    def submit(self):
        say("10. Đóng túi về Bưu điện thành phố; bàn giao có biên bản, một cửa ký nhận (hoso manifest)")
        self.bring(HOME, "TUI-2611-03")
        self.hand_over(HOME, "BB-118/2026")
        say("11. Một cửa cấp mã hồ sơ, rồi yêu cầu bổ sung (hoso step)")
        self.scan(self.agency, "bound", CODE, due_on=day(14))
        tell(self.agency, "step", CODE, "supplement_asked", "--data", "content=Thiếu bản sao giấy khai sinh", "--data",
             "number=BS-01")
        say("12. Bà Lan gửi giấy tờ bổ sung ở quầy; cũng đi bằng túi và biên bản")
        self.scan(self.branch, "accepted", SUPPLEMENT, leg_kind="supplement_in", dossier_code=CODE)
        self.bring(SUPPLEMENT, "TUI-2611-04")
        self.hand_over(SUPPLEMENT, "BB-119/2026")

    # ── and back ─────────────────────────────────────────────────────────────────────────────────────────

    def fetch_result(self):
        say("13. Có kết quả, phải thu tiền hộ; bưu tá nhận về (hoso step, hoso scan)")
        tell(self.agency, "step", CODE, "result_ready", "--data", "result_kind=Giấy xác nhận tình trạng hôn nhân",
             "--data", f"collect={COLLECT}")
        self.scan(self.city_courier, "accepted", RESULT, leg_kind="result", dossier_code=CODE, collect=COLLECT)
        self.scan(self.city, "dispatched", RESULT, next_office="BC-THANGTAM", bag="TUI-2611-05")
        self.scan(self.branch, "arrived", RESULT)

    def deliver(self):
        say("14. Đi phát: nhà vắng, mời nhận, phát lại, thu tiền, ảnh giấy ký nhận (hoso deliver)")
        self.scan(self.courier, "out_for_delivery", RESULT)
        tell(self.courier, "deliver", "fail", RESULT, "B1")
        tell(self.courier, "deliver", "next", RESULT)
        tell(self.branch, "deliver", "invite", RESULT, "--data", "channel=giấy mời")
        self.scan(self.courier, "out_for_delivery", RESULT)
        tell(self.courier, "deliver", RESULT, "--data", f"recipient={CITIZEN['name']}", "--data", "relation=self", "--data",
             "id_kind=cccd", "--data", "id_last4=4567", "--data", f"collected={COLLECT}", "--data", "payment=cash", "--photo",
             self.pictures[CODE])

    # ── money ────────────────────────────────────────────────────────────────────────────────────────────

    def settle(self):
        say("15. Bưu tá nộp tiền, quầy nhận vào quỹ; quầy nộp, bưu tá đếm lại và nhận: luôn hai người (hoso money)")
        for giver, receiver in ((self.courier, self.branch), (self.branch, self.courier)):
            tell(receiver, "money", "receive", ask(giver, "money", "hand-in")["id"])
        say("16. Nộp phí và tiền thu hộ cho cơ quan, từ quỹ: chuyển khoản, tiền mặt (hoso manifest, loại remittance)")
        self.remit("NP-21/2026", "transfer_post", [(HOME, "fee", FEE), (RESULT, "collect", COLLECT)])
        self.remit("NP-22/2026", "cash", [(item, "fee", fee) for item, _, _, _, _, fee in self.others if fee])
        say("17. Chốt ngày: bưu tá, quầy, quỹ kiểm đếm, khớp sổ (hoso money close)")
        self.close_day(self.courier, 0)
        self.close_day(self.branch, 0)
        self.close_day(self.branch, (1 + len(self.others)) * POSTAGE, "--safe")
        tell(self.branch, "money", "held")

    def remit(self, number, payment, amounts):
        minutes = ask(self.branch, "manifest", "open", "--kind", "remittance", "--agency", AGENCY)["id"]
        for item, kind, amount in amounts:
            tell(self.branch, "manifest", "scan", minutes, "--data", f"money_kind={kind}", "--data", f"amount={amount}",
                 "--drain", "120", "--image", self.pictures[item])
        tell(self.branch, "manifest", "close", minutes, "--officer", "motcua", "--officer-password-file",
             self.agency.password, "--minutes", number, "--payment", payment)

    @staticmethod
    def close_day(desk, postage, *whose):
        """Fees and what was collected are with the agency by now; only postage is left to count."""
        tell(desk, "money", "close", f"{datetime.datetime.now(ZONE):%F}", *whose, "--fee", "0", "--postage", postage,
             "--collect", "0")

    # ── what is asked of it ──────────────────────────────────────────────────────────────────────────────

    def look_back(self):
        month = f"{datetime.datetime.now(ZONE):%Y-%m}"
        say("18. Hạn của hồ sơ; việc còn chờ ai đó (hoso deadline, hoso exceptions)")
        tell(self.branch, "deadline", CODE)
        tell(self.supervisor, "exceptions", "--counts")
        say(f"19. Báo cáo sản lượng tháng {month}, trên màn hình và PDF (hoso report)")
        tell(self.supervisor, "report", "volume", "--period", month)
        paper = self.folder / f"san-luong-{month}.pdf"
        tell(self.supervisor, "report", "volume", "--period", month, "--format", "pdf", "--output", paper)
        say(f"   {paper} ({paper.stat().st_size} byte)")
        say("20. Bà Lan tự tra cứu, không cần đăng nhập (hoso lookup)")
        tell(self.branch, "lookup", HOME, "--phone", CITIZEN["phone"][-4:])


def walk(town, cast, pictures, others):
    """The whole life; any step that the program refuses ends the demo with its message."""
    life = Life(town, cast, others)
    life.pictures.update(pictures)
    life.take_in_at_home()
    life.submit()
    life.fetch_result()
    life.deliver()
    life.settle()
    life.look_back()
