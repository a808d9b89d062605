"""The demo behind tools/demo: a small town, three dossiers, both ways, on real label pictures; then one dossier's whole life."""

import csv
import json
import os
import pathlib
import pwd
import random
import signal
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests")]

import labels  # noqa: E402
import life  # noqa: E402
import report  # noqa: E402
from lib.places import BUILD, HOSO, HOSOD  # noqa: E402
from lib.sim import PortalSim  # noqa: E402

PORTAL_PASSWORD = "mat khau cua cong thu"

# One account per role; couriers and clerks belong to the post office they work in.
PEOPLE = {
    "quay-thangtam": ("clerk", "BC-THANGTAM", "Lê Thị Quầy"),
    "quay-bdtp": ("clerk", "BD", "Trần Văn Chia"),
    "buuta": ("courier", "BD", "Phạm Văn Phát"),
    "buuta-thangtam": ("courier", "BC-THANGTAM", "Đỗ Thị Đưa"),
    "motcua": ("agency", "000.00.05.H06", "Nguyễn Văn Một"),
}

# Submit leg, result leg, dossier code, sender, procedure, fee.
DOSSIERS = [
    ("RR123456785VN", "RR000000155VN", "000.00.05.H06-261123-0001", "Nguyễn Thị Đào", "1.001193", 0),
    ("RR473124829VN", "RR000000120VN", "000.00.05.H06-261123-0002", "Huỳnh Hiếu Thuận", "1.004873", 15000),
    ("EB000717618VN", "RR000000005VN", "000.00.05.H06-261123-0003", "Bùi Hữu Tú", "1.001612", 100000),
]


def say(text=""):
    print(text, flush=True)


class Town:
    """Everything that runs, in one fresh folder; stopped by close()."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hoso-demo-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.post = self.folder / "post"
        self.portal = PortalSim(["--profile-dvcqg-password", PORTAL_PASSWORD])
        self.process = None

    def open(self):
        self.portal.start()
        secret = self.keep_secret("portal-password", PORTAL_PASSWORD)
        self.start_post([
            "portal.profile=dvcqg", f"portal.url={self.portal.url}", f"portal.ca_file={self.portal.ca}",
            "portal.user=hoso", f"portal.password_file={secret}", "portal.unit=000.00.00.H06", "portal.destination=VN:GOV:000.00.00.H06",
            "portal.set_returned=true",
        ])

    def keep_secret(self, name, text):
        """A file that only the daemon's user may read; root's demo runs the daemon as the user hoso."""
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        if os.geteuid() == 0:
            try:
                pwd.getpwnam("hoso")
            except KeyError:
                subprocess.run(["systemd-sysusers", str(ROOT / "systemd" / "hoso.sysusers")], check=True)
            shutil.chown(path, "hoso", "hoso")
        return path

    def start_post(self, settings):
        command = [str(ROOT / "tools" / "standalone"), str(self.post), "--listen", "127.0.0.1:0", "--hosod", str(HOSOD)]
        for setting in settings:
            command += ["--set", setting]
        with (self.folder / "standalone.log").open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        self.wait_for(lambda: (self.post / "first-supervisor").exists() and (self.post / "url").exists(), 120)

    def wait_for(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("standalone: " + (self.folder / "standalone.log").read_text())
            time.sleep(0.1)

    @property
    def url(self):
        return (self.post / "url").read_text().strip()

    def supervisor(self):
        return (self.post / "first-supervisor").read_text().split()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.portal.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Desk:
    """One person at work with the program hoso: their own sign-in, their own spool."""

    def __init__(self, town, account, password):
        self.state = town.folder / "desks" / account
        self.state.mkdir(parents=True)
        self.password = self.state / "password"
        self.password.write_text(password + "\n")
        self.password.chmod(0o600)
        self.environment = {**os.environ, "HOSO_SERVER": town.url, "HOSO_CA": str(town.post / "ca.pem"),
                            "HOSO_STATE": str(self.state), "XDG_CONFIG_HOME": str(self.state),
                            "HOSO_LOCALEDIR": str(BUILD / "po")}
        self.run("login", account, "--password-file", self.password)

    def run(self, *arguments, errors=None):
        return subprocess.run([str(HOSO), *map(str, arguments)], env=self.environment, check=True, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors).stdout

    def scan(self, kind, pictures, **data):
        """Scan pictures as one kind of event; the program ends with 0 only when all is recorded."""
        words = [word for key, value in data.items() for word in ("--data", f"{key.replace('__', '.')}={value}")]
        life.tell(self, "scan", "--kind", kind, *words, "--drain", "120", "--image", *pictures)


def tables(folder):
    """One area holds all of the town, so that the day on which an item is due is known; table → its CSV."""
    catalogue = json.loads((HERE / "town.json").read_text())
    rows = {"areas": [["code", "name"], ["VT", "Thành phố Vũng Tàu"]]}
    for table in ("offices", "agencies"):
        rows[table] = [["code", "name", "area"], *([row["code"], row["name"], "VT"] for row in catalogue[table])]
    paths = {}
    for table, lines in rows.items():
        paths[table] = folder / f"{table}.csv"
        with paths[table].open("w", newline="") as file:
            csv.writer(file).writerows(lines)
    return paths


def open_accounts(town):
    """The catalogue and one account per role; their passwords are made here and shown at the end."""
    account, password = town.supervisor()
    supervisor = Desk(town, account, password)
    supervisor.run("admin", "catalogue", "import", HERE / "town.json")
    for table, path in tables(town.folder).items():
        supervisor.run("catalogue", "import", table, path)
    desks = {"supervisor": supervisor}
    for login, (role, place, name) in PEOPLE.items():
        secret = town.folder / f"{login}.password"
        secret.write_text(f"{login} di lam {os.urandom(4).hex()}\n")
        secret.chmod(0o600)
        supervisor.run("admin", "account", "add", login, "--role", role, "--office", place, "--name", name,
                       "--password-file", secret)
        desks[login] = Desk(town, login, secret.read_text().strip())
    return desks


def submit(desks, pictures):
    """Citizen → post → agency."""
    say("1. Quầy Thắng Tam chấp nhận ba hồ sơ (ảnh nhãn: thẳng, nghiêng 17°, mờ)")
    for number, (item, _, _, sender, procedure, fee) in enumerate(DOSSIERS, 1):
        paid = {"receipt": f"BL-000{number}", "payment": "cash"} if fee else {}
        desks["quay-thangtam"].scan(
            "accepted", [pictures[item]], sender__name=sender, sender__phone="0912345678",
            sender__address="12 Trần Phú, phường Thắng Tam", receiver__name="Bộ phận Một cửa UBND thành phố Vũng Tàu",
            agency="000.00.05.H06", procedure=procedure, service=3, fee=fee, postage=life.POSTAGE, seal="NP-0117", **paid)
    items = [pictures[dossier[0]] for dossier in DOSSIERS]
    say("2. Đóng túi về Bưu điện thành phố")
    desks["quay-thangtam"].scan("dispatched", items, next_office="BD", bag="TUI-2611-01")
    say("3. Đến Bưu điện thành phố")
    desks["quay-bdtp"].scan("arrived", items)
    say("4. Bưu tá mang đi, bàn giao cho Bộ phận Một cửa")
    desks["buuta"].scan("out_for_delivery", items)
    desks["buuta"].scan("delivered", items, officer="Nguyễn Văn Một", unit="Bộ phận Một cửa", minutes="BB-117/2026",
                        complete="true")
    say("5. Một cửa cấp mã hồ sơ: quét giấy hẹn (mã bưu gửi + QR mã hồ sơ)")
    desks["motcua"].scan("bound", [pictures[dossier[2]] for dossier in DOSSIERS], due_on=life.day(2))


def give_back(desks, pictures):
    """Agency → post → citizen."""
    say("6. Bưu tá nhận kết quả tại Một cửa, mang về bưu cục")
    for _, item, code, _, _, _ in DOSSIERS:
        desks["buuta"].scan("accepted", [pictures[item]], leg_kind="result", dossier_code=code)
    items = [pictures[dossier[1]] for dossier in DOSSIERS]
    desks["quay-bdtp"].scan("dispatched", items, next_office="BC-THANGTAM", bag="TUI-2611-02")
    desks["quay-thangtam"].scan("arrived", items)
    say("7. Đi phát; một nhà vắng, hẹn phát lại")
    desks["buuta-thangtam"].scan("out_for_delivery", items)
    desks["buuta-thangtam"].scan("delivery_failed", items[:1], reason="B1")
    proof = {"relation": "self", "id_kind": "cccd", "id_last4": "6789"}
    for dossier in DOSSIERS[1:]:
        desks["buuta-thangtam"].scan("delivered", [pictures[dossier[1]]], recipient=dossier[3], **proof)
    desks["buuta-thangtam"].scan("out_for_delivery", items[:1])
    desks["buuta-thangtam"].scan("delivered", items[:1], recipient=DOSSIERS[0][3], **proof)


def is_ready(town):
    probe = subprocess.run(["curl", "--silent", "--fail", "--noproxy", "*", "--max-time", "2", "--cacert",
                            str(town.post / "ca.pem"), town.url + "/readyz"], stdout=subprocess.DEVNULL, check=False)
    return probe.returncode == 0


def strike(town, victim):
    """kill -9; the portal is started again here, the other two by standalone."""
    if victim == "portal":
        town.portal.kill()
        town.portal.start()
    else:
        os.kill(int((town.post / f"{victim}.pid").read_text()), signal.SIGKILL)


def storm(town, stop):
    """Up to nine strikes, each at some moment of the work, the next one when all are up again; each of the three
    falls once, even if the work is quicker."""
    strikes = 0
    while strikes < 3 or (strikes < 9 and not stop.is_set()):
        time.sleep(random.uniform(0.5, 3.0))
        if is_ready(town):
            strike(town, ("hosod", "portal", "postgres")[strikes % 3])
            strikes += 1
    say(f"   (bão: kill -9 {strikes} lần)")


def walk(town, desks, pictures, with_storm):
    stop = threading.Event()
    thread = threading.Thread(target=storm, args=(town, stop))
    if with_storm:
        thread.start()
    try:
        submit(desks, pictures)
        give_back(desks, pictures)
    finally:
        stop.set()
        if with_storm:
            thread.join()
            town.wait_for(lambda: is_ready(town), 60)


def stay(town, desks):
    account, password = town.supervisor()
    say(f"\nMáy chủ      {town.url}    (chứng thư: {town.post / 'ca.pem'})")
    say(f"Cổng giả     {town.portal.url}")
    say(f"Đăng nhập    {account} / {password}")
    for login in PEOPLE:
        say(f"             {login} / {desks[login].password.read_text().strip()}   ({PEOPLE[login][0]})")
    say(f"\nTrang web: {town.url}/ · Tra cứu công khai: {town.url}/tra-cuu · Bảng trực tiếp (kiểm soát viên): {town.url}/#/board")
    say(f"Thử:  export HOSO_SERVER={town.url} HOSO_CA={town.post / 'ca.pem'}")
    say(f"      {HOSO} login {account};  {HOSO} show {DOSSIERS[0][0]}")
    say("Ctrl-C để dừng.")
    try:
        town.process.wait()
    except KeyboardInterrupt:
        say()


def main():
    once = bool(sys.argv[1:])
    town = Town()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        town.open()
        say(f"Đang chạy trong {town.folder}")
        desks = open_accounts(town)
        pictures = labels.draw(town.folder / "labels", DOSSIERS)
        walk(town, desks, pictures, "--storm" in sys.argv)
        life.walk(town, desks, pictures, DOSSIERS)
        good = report.show(town, desks["supervisor"], [*(dossier[2] for dossier in DOSSIERS), life.CODE])
        if not once:
            stay(town, desks)
        return 0 if good else 1
    finally:
        town.close()


sys.exit(main())
