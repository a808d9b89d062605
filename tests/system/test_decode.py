"""hoso decode: pictures in, codes out."""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from lib import pictures, places
from lib.pictures import convert, png_head, with_exif, zint

S10 = "RR123456785VN"
CITIZEN = "Bùi Hữu Tú\nXã Phước Hải, Đất Đỏ; 0912 345 678"
PICTURES = os.environ.get("HOSO_PICTURES")

pytestmark = [
    pytest.mark.skipif(not places.HOSO.exists(), reason=f"{places.HOSO} is not built"),
    pytest.mark.skipif(not pictures.HAS_TOOLS, reason="zint and ImageMagick draw the labels"),
]


def decode(*arguments, stdin=None):
    """The finished run of hoso decode; it needs no server and no settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    return subprocess.run([places.HOSO, "decode", *map(str, arguments)], input=stdin, env=environment,
                          capture_output=True, timeout=120, check=False)


def decode_json(*arguments):
    """One result per file, as --json gives them."""
    return [json.loads(line) for line in decode("--json", *arguments).stdout.splitlines()]


@pytest.fixture(scope="module", name="label")
def fixture_label(tmp_path_factory):
    return zint(tmp_path_factory.mktemp("label") / "label.png", "CODE128", S10)


@pytest.mark.parametrize("ending", ["png", "jpg", "pgm"])
def test_formats(label, tmp_path, ending):
    answer = decode(convert(label, tmp_path / f"label.{ending}"))
    assert (answer.returncode, answer.stdout.decode()) == (0, f"CODE-128\t{S10}\n")
    assert answer.stderr == b""


def test_transparent_ground_is_white(label, tmp_path):
    clear = convert(label, "-transparent", "white", tmp_path / "clear.png")
    assert decode("--raw", clear).stdout == S10.encode() + b"\n"


def test_standard_input(label):
    assert decode("--raw", "-", stdin=label.read_bytes()).stdout == S10.encode() + b"\n"


def test_the_name_does_not_decide(label, tmp_path):
    path = tmp_path / "label.jpg"
    shutil.copy(label, path)
    assert decode(path).returncode == 0


@pytest.mark.parametrize("symbology, text, line", [
    ("CODE128", "000.00.05.H06-210715-0001", "CODE-128\t000.00.05.H06-210715-0001"),
    ("CODE39", "H06-210715-0001", "CODE-39\tH06-210715-0001"),
    ("C25INTER", "00012345678905", "I2/5\t00012345678905"),
    ("EANX", "8934563138165", "EAN-13\t8934563138165"),
    ("QRCODE", S10, f"QR-Code\t{S10}"),
])
def test_symbologies(tmp_path, symbology, text, line):
    answer = decode(zint(tmp_path / "label.png", symbology, text))
    assert answer.stdout.decode() == line + "\n"


@pytest.mark.parametrize("how", ["--binary", "--eci=26"])
def test_vietnamese_qr_is_exact(tmp_path, how):
    answer = decode("--raw", zint(tmp_path / "qr.png", "QRCODE", CITIZEN, how))
    assert answer.stdout.decode() == CITIZEN + "\n"


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    picture = zint(tmp_path / "qr.png", "QRCODE", "a\x1b[2Jb\nc", "--binary")
    assert decode(picture).stdout == b"QR-Code\ta\\x1b[2Jb\\x0ac\n"
    assert decode_json(picture)[0]["codes"][0]["text"] == "a\x1b[2Jb\nc"


@pytest.mark.parametrize("angle", [7, 15, 30, 45, 61, 90, 118, 180, 203, 270, 339])
def test_any_angle(label, tmp_path, angle):
    picture = convert(label, "-background", "white", "-rotate", angle, tmp_path / "turned.png")
    assert decode("--raw", picture).stdout == S10.encode() + b"\n"


@pytest.mark.parametrize("wear", [
    ["-blur", "0x1.2"],
    ["-seed", "1", "-attenuate", "0.6", "+noise", "Gaussian"],
    ["+level", "40%,60%"],
    ["-rotate", "33", "-blur", "0x0.8"],
    ["-motion-blur", "0x2+20"],
    ["-negate"],
], ids=lambda wear: wear[0].strip("+-"))
def test_worn_labels(label, tmp_path, wear):
    picture = convert(label, "-background", "white", *wear, tmp_path / "worn.png")
    assert decode("--raw", picture).stdout == S10.encode() + b"\n"


@pytest.mark.parametrize("orientation, stored", [
    (1, []), (2, ["-flop"]), (3, ["-rotate", "180"]), (4, ["-flip"]), (5, ["-transpose"]),
    (6, ["-rotate", "270"]), (7, ["-transverse"]), (8, ["-rotate", "90"]), (9, []), (0, [])])
def test_exif_orientation(label, tmp_path, orientation, stored):
    """A phone stores the picture as its sensor lies; the place must be that of the upright picture."""
    upright = convert("-size", "900x600", "xc:white", label, "-geometry", "+30+20", "-composite",
                      tmp_path / "upright.jpg")
    lying = convert(upright, *stored, "-quality", "95", tmp_path / "lying.jpg")
    lying.write_bytes(with_exif(lying.read_bytes(), orientation))
    expected, result = decode_json(upright, lying)
    for key, value in expected["codes"][0]["place"].items():
        assert abs(result["codes"][0]["place"][key] - value) <= 30, (key, expected, result)


def test_all_codes_of_a_picture(label, tmp_path):
    other = zint(tmp_path / "qr.png", "QRCODE", "https://example.vn/H06")
    both = convert(label, other, "-append", tmp_path / "both.png")
    result = decode_json("--all", both)[0]
    assert {code["text"] for code in result["codes"]} == {S10, "https://example.vn/H06"}


def bad_pictures(label):
    png = label.read_bytes()
    yield "empty", b""
    yield "words", b"this is no picture\n"
    yield "cut.png", png[:len(png) // 2]
    yield "bomb.png", png_head(60000, 60000)
    yield "wide.png", png_head(8193, 1)
    yield "hollow.png", png_head(5000, 5000)
    yield "none.png", png_head(0, 0)
    yield "head.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"
    yield "huge.pgm", b"P5 8192 8192 255\n"


def test_bad_pictures_are_an_error_each(label, tmp_path):
    for name, content in bad_pictures(label):
        path = tmp_path / name
        path.write_bytes(content)
        answer = decode(path)
        assert (answer.returncode, answer.stdout) == (1, b""), name
        assert name.encode() in answer.stderr
        assert len(answer.stderr.splitlines()) == 1, "a library's own words reached the terminal"
        assert decode_json(path)[0]["error"] == "bad_picture", name


def test_exit_status_is_0_only_when_every_file_gave_a_code(label, tmp_path):
    blank = convert("-size", "300x200", "xc:white", tmp_path / "blank.png")
    words = tmp_path / "words"
    words.write_text("no picture")
    assert decode(label).returncode == 0
    assert decode(label, label).returncode == 0
    for bad in (blank, words, tmp_path / "missing.png"):
        assert decode(bad).returncode == decode(label, bad).returncode == decode(bad, label).returncode == 1, bad
    assert decode().returncode == 64


def test_one_bad_file_does_not_stop_the_others(label, tmp_path):
    answer = decode("--raw", tmp_path / "missing.png", label)
    assert answer.stdout == S10.encode() + b"\n"


def unescape(text):
    known = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    return re.sub(r"\\(x[0-9a-f]{2}|.)",
                  lambda match: known.get(match[1]) or chr(int(match[1][1:], 16)), text)


def expected_pictures():
    """(path, symbology, text, texts that may be found besides); the list has no line ends at a text's end."""
    folder = pathlib.Path(PICTURES)
    lines = (folder / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert lines, "expected.tsv names no picture"
    for line in lines:
        path, symbology, text, also, *_ = line.split("\t") + ["", ""]
        known = {unescape(word).rstrip() for word in also.split("|||")}
        yield folder / path, symbology, unescape(text).rstrip(), known


WORDS = {"CODE-128": "CODE128", "CODE-39": "CODE39", "I2/5": "ITF", "EAN-13": "EAN13", "QR-Code": "QR"}


def zbarimg(path):
    """(symbology, text) of each code that zbarimg finds by itself."""
    answer = subprocess.run(["zbarimg", "--quiet", "--xml", path], capture_output=True, timeout=60,
                            check=False).stdout.decode(errors="replace")
    found = re.findall(r"<symbol type='([^']*)'.*?<!\[CDATA\[(.*?)\]\]>", answer, re.S)
    return [(WORDS.get(word, word), text.rstrip()) for word, text in found]


def hoso(path):
    result = decode_json("--all", path)[0]
    return [(WORDS[code["symbology"]], code["text"].rstrip()) for code in result["codes"]]


@pytest.mark.skipif(not PICTURES, reason="HOSO_PICTURES names no folder with pictures and expected.tsv")
def test_pictures_of_strangers(capsys):
    """Prints the read rates; fails on a wrong text, or when zbarimg alone reads more."""
    counts = {name: collections.Counter() for name in ("hoso", "zbarimg")}
    wrong, pictures = [], collections.Counter()
    for path, symbology, text, also in expected_pictures():
        pictures[symbology] += 1
        for name, read in (("hoso", hoso), ("zbarimg", zbarimg)):
            found = read(path)
            counts[name][symbology] += (symbology, text) in found
            bad = [code for code in found if code[1] != text and code[1] not in also]
            counts[name][symbology, "wrong"] += bool(bad)
            if name == "hoso":
                wrong += [(path.name, code) for code in bad if code[0] in ("QR", "CODE128", "CODE39")]
    with capsys.disabled():
        print()
        for symbology, total in sorted(pictures.items()):
            print(f"{symbology:8} {total:4} pictures", *(
                f"{name}: {count[symbology]} read, {count[symbology, 'wrong']} with a wrong text;"
                for name, count in counts.items()))
    assert wrong == []
    for symbology in pictures:
        assert counts["hoso"][symbology] >= counts["zbarimg"][symbology], symbology
