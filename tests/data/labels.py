"""Labels as they leave the printer: zint's modules, and paper with words around them."""

import functools
import io
import subprocess

import cv2
import numpy

KINDS = {"CODE128": "CODE128", "GS1": "GS1_128", "CODE39": "CODE39", "ITF": "C25INTER", "EAN13": "EANX", "QR": "QRCODE"}
BAR_MODULES = 44  # how high the bars are: some 15 mm at 0.33 mm
WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Bùi", "Đặng", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Vũ")
MIDDLE = ("Thị", "Văn", "Hữu", "Ngọc", "Đức", "Thuỳ", "Quốc", "Ánh", "Mỹ")
GIVEN = ("Tú", "Hằng", "Dũng", "Phượng", "Hiếu", "Yến", "Thảo", "Sỹ", "Ưng", "Nghĩa", "Đạt", "Xuân")
PLACES = ("Xã Phước Hải, Đất Đỏ", "Phường Thắng Tam, Vũng Tàu", "Ấp Gò Cà, Xã Láng Dài", "Đường Hoàng Hoa Thám, Bà Rịa")


def s10(random):
    serial = f"{random.randrange(10**8):08d}"
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, serial)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{random.choice('RECLUV')}{random.choice('ABEGHRVX')}{serial}{check}VN"


def dossier(random):
    day = f"{random.randrange(21, 27):02d}{random.randrange(1, 13):02d}{random.randrange(1, 29):02d}"
    return f"000.{random.randrange(100):02d}.{random.randrange(100):02d}.H06-{day}-{random.randrange(10000):04d}"


def with_check_digit(digits):
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-weighted % 10)


def digits(random, count):
    return "".join(random.choice("0123456789") for _ in range(count))


def citizen(random):
    name = " ".join(random.choice(part) for part in (FAMILY, MIDDLE, GIVEN))
    return f"0{digits(random, 11)}||{name}|01021990|Nữ|{random.choice(PLACES)}|05062021"


# what is printed: (symbology that is read, zint's kind, text for zint, text that must be read)
def make(what, random):
    text = {"s10": s10, "s10-39": s10, "dossier": dossier, "qr-name": citizen,
            "itf": lambda random: with_check_digit(digits(random, 13)),
            "ean": lambda random: with_check_digit("893" + digits(random, 9)),
            "qr-url": lambda random: f"https://dichvucong.vn/tra-cuu?ma={dossier(random)}",
            "gs1": lambda random: f"[420]{digits(random, 5)}[91]{s10(random)}"}[what](random)
    symbology, kind, *options = {
        "s10": ("CODE128", "CODE128"), "s10-39": ("CODE39", "CODE39"), "dossier": ("CODE128", "CODE128"),
        "itf": ("ITF", "ITF"), "ean": ("EAN13", "EAN13"), "gs1": ("CODE128", "GS1"),
        "qr-url": ("QR", "QR", "--secure=2"), "qr-name": ("QR", "QR", "--secure=2", "--binary")}[what]
    # The first FNC1 says that it is GS1; one more ends the field of open length.
    read = text.replace("[420]", "420").replace("[91]", "\x1d91") if what == "gs1" else text
    return symbology, read, modules(kind, text, *options)


WHATS = ("s10", "s10-39", "dossier", "itf", "ean", "gs1", "qr-url", "qr-name")


@functools.lru_cache(maxsize=1024)
def modules(kind, text, *options):
    """One pixel per module, the quiet zone with it: 0 is black."""
    bars = () if kind == "QR" else (f"--height={BAR_MODULES}",)
    png = subprocess.run(["zint", f"--barcode={KINDS[kind]}", f"--data={text}", "--scale=0.5", "--quietzones", "--notext",
                          "--direct", "--filetype=PNG", *bars, *options], check=True, capture_output=True, timeout=30).stdout
    return cv2.imdecode(numpy.frombuffer(io.BytesIO(png).getvalue(), numpy.uint8), cv2.IMREAD_GRAYSCALE)


def paper(code, random, pixels_per_module, plain=False):
    """The code on a label with words and rules around it. Returns the picture and the code's box in it."""
    height, width = (side * pixels_per_module for side in code.shape)
    large = cv2.resize(code, (width, height), interpolation=cv2.INTER_NEAREST)
    margin = 24 * pixels_per_module
    sheet = numpy.full((height + 2 * margin, width + 2 * margin), 255, numpy.uint8)
    sheet[margin:margin + height, margin:margin + width] = large
    if not plain:
        size = pixels_per_module / 4
        for line in range(2):
            words = f"BUU CUC {digits(random, 5)}  {random.choice(('EMS', 'HCC', 'BCCI'))} {digits(random, 9)}"
            for top in (margin // 4 + line * margin // 3, height + margin + margin // 2 + line * margin // 3):
                cv2.putText(sheet, words, (margin, top + margin // 8), cv2.FONT_HERSHEY_SIMPLEX, size, 30,
                            max(1, pixels_per_module // 2), cv2.LINE_AA)
        cv2.rectangle(sheet, (margin // 6, margin // 6), (sheet.shape[1] - margin // 6, sheet.shape[0] - margin // 6),
                      40, max(1, pixels_per_module // 2))
    return sheet, (margin, margin, width, height)
