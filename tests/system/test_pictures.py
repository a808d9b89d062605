"""What `hoso decode` makes of a stranger's files: documents, bombs, and what a broken decoder may cost."""

import json
import os
import subprocess
import time
import zlib

import pytest

from lib import pictures, places
from lib.pictures import bars, convert, image_object, noise, pdf, pdf_page, pdf_pages, png_head, stream, zint

S10 = "RR123456785VN"
CODE_128 = f"CODE-128\t{S10}\n".encode()
PATIENCE_S = 60  # on a busy machine, under sanitizers

pytestmark = [
    pytest.mark.skipif(not places.HOSO.exists(), reason=f"{places.HOSO} is not built"),
    pytest.mark.skipif(not pictures.HAS_TOOLS, reason="zint and ImageMagick draw the labels"),
]


def decode(content, *options, folder, language="C.UTF-8"):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": language, "TMPDIR": str(folder)}
    return subprocess.run([places.HOSO, "decode", *options, "-"], input=content, env=environment, cwd=folder,
                          capture_output=True, timeout=PATIENCE_S, check=False)


@pytest.fixture(scope="module", name="label")
def fixture_label(tmp_path_factory):
    return zint(tmp_path_factory.mktemp("label") / "label.png", "CODE128", S10)


@pytest.fixture(scope="module", name="thin")
def fixture_thin(tmp_path_factory):
    """A label of one pixel a module."""
    return zint(tmp_path_factory.mktemp("label") / "thin.png", "CODE128", S10, "--scale=0.5")


@pytest.fixture(name="empty")
def fixture_empty(tmp_path):
    """The only place where a decoder could leave something, and it may not."""
    folder = tmp_path / "empty"
    folder.mkdir()
    yield folder
    assert os.listdir(folder) == []


def test_a_pdf_with_vector_bars(thin, empty):
    assert decode(pdf_page(bars(thin)), folder=empty).stdout == CODE_128


def test_a_pdf_that_is_only_a_scan(label, empty, tmp_path):
    scan = convert("-size", "1240x1754", "xc:white", label, "-geometry", "+300+400", "-composite", "-colorspace", "gray",
                   tmp_path / "scan.jpg")
    page = pdf_page(stream(b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject << /I 5 0 R >>",
                    image_object(scan.read_bytes(), 1240, 1754), box=(595, 842))
    assert decode(page, folder=empty).stdout == CODE_128


@pytest.mark.parametrize("font", [b"/Subtype /Type1 /BaseFont /Helvetica", b"/Subtype /TrueType /BaseFont /NoSuchFont"])
def test_a_font_that_is_not_in_the_file_costs_only_its_text(thin, empty, font):
    drawing = bars(thin).replace(b"stream\n", b"stream\nBT /F 24 Tf 40 200 Td (RR123456785VN) Tj ET\n", 1)
    page = pdf_page(drawing, b"/Font << /F 5 0 R >>", b"<< /Type /Font %s >>" % font)
    assert decode(page, folder=empty).stdout == CODE_128


def test_all_pages_up_to_the_bound_and_each_code_says_its_page(thin, empty):
    blank = stream(b"0 0 1 1 re f")
    document = pdf_pages([blank, bars(thin), blank, bars(thin)])
    answer = json.loads(decode(document, "--all", "--json", folder=empty).stdout)
    assert {code["place"]["page"] for code in answer["codes"]} <= {2, 4}
    first = json.loads(decode(document, "--json", folder=empty).stdout)
    assert [(code["text"], code["place"]["page"]) for code in first["codes"]] == [(S10, 2)]
    beyond = pdf_pages([blank] * 16 + [bars(thin)])
    assert json.loads(decode(beyond, "--json", folder=empty).stdout)["error"] == "no_code"


def bad_documents():
    good = pdf_page(stream(b"0 0 1 1 re f"))
    yield "head", b"%PDF-1.7\n"
    yield "cut", good[:len(good) // 2]
    yield "no pages", pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield "no size", pdf_page(stream(b""), box=(0, 0))
    yield "line", pdf_page(stream(b""), box=(2000000000, 3))
    yield "loop", pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in bad_documents()])
def test_a_broken_pdf_is_one_error(empty, content):
    answer = decode(content, "--json", folder=empty)
    assert (answer.returncode, answer.stderr) == (1, b"")
    assert json.loads(answer.stdout)["error"] in ("bad_picture", "no_code")  # Poppler mends some of it


def bombs():
    bomb = zlib.compress(b"0 0 298 420 re f\n" * 3000000, 9)
    empty_image = image_object(zlib.compress(b"\0" * 1000), 60000, 60000, b"/FlateDecode")
    yield "noise of 12 megapixels", noise(4000, 3000), {"no_code"}
    yield "huge.png", png_head(60000, 60000), {"bad_picture"}
    yield "hollow.png", png_head(5000, 5000), {"bad_picture"}
    yield "huge.pgm", b"P5 8192 8192 255\n", {"bad_picture"}
    yield "endless.pdf", pdf_page(stream(bomb, b"/Filter /FlateDecode ")), {"bad_picture", "no_code"}
    yield "poster.pdf", pdf_page(stream(b"0 0 1 1 re f"), box=(200000, 200000)), {"no_code"}
    yield "picture.pdf", pdf_page(stream(b"q 298 0 0 420 0 0 cm /I Do Q"), b"/XObject << /I 5 0 R >>", empty_image), \
        {"no_code", "bad_picture"}


@pytest.mark.parametrize("content, errors", [pytest.param(*rest, id=name) for name, *rest in bombs()])
def test_a_bomb_ends_at_the_hard_stop(empty, content, errors):
    begin = time.monotonic()
    answer = decode(content, "--json", folder=empty)
    assert time.monotonic() - begin < 40, "the hard stop is at 4 s of processor time, 15 s in all"
    assert (answer.returncode, answer.stderr) == (1, b"")
    assert json.loads(answer.stdout)["error"] in errors


def test_errors_are_in_the_users_language(empty, tmp_path):
    words = tmp_path / "words"
    words.write_text("no picture")
    for language, word in (("vi", "Không đọc được ảnh"), ("en", "could not be read")):
        answer = subprocess.run([places.HOSO, "--lang", language, "decode", words, tmp_path / "missing"], check=False,
                                capture_output=True, text=True, timeout=PATIENCE_S, cwd=empty)
        lines = answer.stderr.splitlines()
        assert word in lines[0] and str(words) in lines[0]
        assert len(lines) == 2 and "missing" in lines[1]


def peak_bytes(command):
    """The most memory that one process of the command had, as the kernel tells."""
    probe = "import resource,subprocess,sys; subprocess.run(sys.argv[1:], check=False, stdout=subprocess.DEVNULL); " \
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    done = subprocess.run(["/usr/bin/python3", "-c", probe, *map(str, command)], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(b"__asan_init" in (places.HOSO.read_bytes() if places.HOSO.exists() else b""),
                    reason="the sanitizer's shadow is memory, too")
def test_the_largest_picture_stays_within_its_memory(tmp_path):
    path = tmp_path / "large.pgm"
    path.write_bytes(b"P5 5000 5000 255\n" + bytes(25000000))
    assert peak_bytes([places.HOSO, "decode", path]) < 600 * 1024 * 1024
