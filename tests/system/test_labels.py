"""
The reader on labels in all states of wear, made anew from a seed (tests/data). What is asserted is what is read, never how
fast: that is tests/bench/run decode. HOSO_LONG=n takes n times as many; HOSO_SEED=word other ones.
"""

import os
import random
import shutil
import unicodedata

import pytest

from lib import places

cv2 = pytest.importorskip("cv2", reason="python3-opencv makes the pictures")
numpy = pytest.importorskip("numpy")

from data import corpus, judging, labels  # noqa: E402

READER = places.BUILD / "tests" / "bench" / "read_pictures"
LONG = int(os.environ.get("HOSO_LONG", "1"))
SEED = os.environ.get("HOSO_SEED", "1")
DPIS = (100, 150, 200, 203, 300)
MODULE_MM = 0.33

pytestmark = [
    pytest.mark.skipif(not READER.exists(), reason=f"{READER} is not built"),
    pytest.mark.skipif(not shutil.which("zint") or not shutil.which("zbarimg"), reason="zint draws, zbarimg stands beside"),
]


def read(paths):
    return judging.answers_of([READER, "--all"], paths)


def judge_all(folder, pictures):
    """(truths, {"hoso": [(read, wrong, ms)]})"""
    print(f"HOSO_SEED={SEED}")
    corpus.write(folder, pictures)
    truths = judging.load(folder, folder)
    assert truths
    answers = read([truth.path for truth in truths])
    return truths, {"hoso": [(*judging.judge(truth, codes), ms) for truth, (codes, ms) in zip(truths, answers)]}


def wrong_texts(truths, rows):
    return [(truth.path.name, truth.damage, truth.strength, truth.text, wrong) for truth, (_, wrong, _) in zip(truths, rows)
            if wrong]


def missed(truths, rows):
    return [(truth.path.name, truth.symbology, truth.text) for truth, row in zip(truths, rows) if not row[0]]


def test_the_same_seed_is_the_same_picture():
    first, again, other = (corpus.make("s10", "all", 0.6, seed) for seed in ("1", "1", "2"))
    assert numpy.array_equal(first.grey, again.grey) and first.text == again.text
    assert first.text != other.text


def test_the_judge_bites(tmp_path):
    """A wrong expectation must be found, as unread and as a wrong text."""
    truths, _ = judge_all(tmp_path, [corpus.make("s10", "none", 0, SEED)])
    ((codes, _),) = read([truths[0].path])
    assert judging.judge(truths[0], codes) == (True, [])
    lie = truths[0]._replace(text="RR000000005VN")
    assert judging.judge(lie, codes) == (False, [("CODE128", truths[0].text)])


def test_worn_labels_beside_zbarimg(tmp_path, capsys):
    """The damage table. No wrong text, and of every symbology and all damages together more than zbarimg."""
    truths, judged = judge_all(tmp_path, corpus.make_many(110 * LONG, SEED))
    answers = judging.zbarimg([truth.path for truth in truths])
    judged["zbarimg"] = [(*judging.judge(truth, codes), ms) for truth, (codes, ms) in zip(truths, answers)]
    with capsys.disabled():
        judging.print_all(truths, judged, corpus.STRENGTHS)
    assert wrong_texts(truths, judged["hoso"]) == []
    for symbology in judging.WORDS.values():
        counts = {name: sum(row[0] for truth, row in zip(truths, rows) if truth.symbology == symbology)
                  for name, rows in judged.items()}
        assert counts["hoso"] > counts["zbarimg"], (symbology, counts)
    # A damage that is mild leaves everything to be read.
    mild = [(truth, row) for truth, row in zip(truths, judged["hoso"]) if truth.damage in ("none", "turn", "contrast")
            and truth.symbology != "QR" and truth.strength != "0.12"]
    assert missed(*zip(*mild)) == []


def test_qr_codes_whose_squares_cannot_be_seen_are_read(tmp_path):
    """Smeared by motion, or narrow by a tilt: where the code ends can still be seen. Most are read."""
    cells = (("motion", 1.9), ("tilt", 55))
    truths, judged = judge_all(tmp_path, (corpus.make(what, *cell, f"{SEED} {number}") for cell in cells
                                          for number in range(3 * LONG) for what in ("qr-url", "qr-name")))
    assert wrong_texts(truths, judged["hoso"]) == []
    assert sum(row[0] for row in judged["hoso"]) > 8 * LONG, missed(truths, judged["hoso"])


def test_item_codes_within_the_limits_are_all_read(tmp_path):
    """Any rotation, 2 pixels per module and more, blur to 0.4 module, noise to 15, contrast from 25 %: every one."""
    draw = random.Random(f"within {SEED}")
    truths, judged = judge_all(tmp_path, (corpus.make_within(what, draw) for what in ("s10", "s10-39") * 20 * LONG))
    assert missed(truths, judged["hoso"]) == []
    assert wrong_texts(truths, judged["hoso"]) == []


def printed(what, dpi, draw):
    """A label as a rasterizer makes it: exact areas, at real size, wherever the modules fall on the pixels."""
    symbology, text, code = labels.make(what, draw)
    sheet, _ = labels.paper(code, draw, 12)
    pixels_per_module = (0.6 if symbology == "QR" else MODULE_MM) / 25.4 * dpi
    scale = pixels_per_module / 12
    shift = draw.randrange(12), draw.randrange(12)
    size = [max(1, round(side * scale)) for side in reversed(sheet.shape)]
    grey = cv2.resize(numpy.roll(sheet, shift, (0, 1)), size, interpolation=cv2.INTER_AREA)
    return corpus.Picture(grey, symbology, text, f"{dpi} dpi", what)


def test_own_labels_are_all_read_at_any_resolution(tmp_path):
    """1,000 with HOSO_LONG=20: item and dossier codes and QR codes, as they are printed, at 100 to 300 dpi."""
    draw = random.Random(f"print {SEED}")
    truths, judged = judge_all(tmp_path, (printed(what, dpi, draw) for _ in range(2 * LONG) for dpi in DPIS
                                          for what in ("s10", "dossier", "qr-url", "qr-name", "gs1")))
    assert missed(truths, judged["hoso"]) == []
    assert wrong_texts(truths, judged["hoso"]) == []


def neighbour(text):
    """A code as like to this one as two on a sheet of labels."""
    if len(text) == 13:
        serial = f"{(int(text[2:10]) + 1) % 10**8:08d}"
        rest = 11 - sum(weight * int(digit) for weight, digit in zip(labels.WEIGHTS, serial)) % 11
        return text[:2] + serial + str({10: 0, 11: 5}.get(rest, rest)) + text[11:]
    return text[:-1] + str((int(text[-1]) + 1) % 10)


def sheet_of(codes, gap, is_under):
    """Both on one label, so many modules from each other."""
    height, width = codes[0].shape
    between = numpy.full((gap, width) if is_under else (height, gap), 255, numpy.uint8)
    both = (numpy.vstack if is_under else numpy.hstack)([codes[0], between, codes[1]])
    both = cv2.copyMakeBorder(both, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=255)
    side = corpus.SHEET_MODULE
    large = cv2.resize(both, None, fx=side, fy=side, interpolation=cv2.INTER_NEAREST)
    return large, (12 * side, 12 * side, large.shape[1] - 24 * side, large.shape[0] - 24 * side)


def test_two_codes_that_are_nearly_the_same_are_both_told(tmp_path):
    """Beside or under each other, hardly apart, at any angle."""
    draw = random.Random(f"pairs {SEED}")
    paths, texts = [], []
    for number in range(12 * LONG):
        one = (labels.s10, labels.dossier)[number % 2](draw)
        both = [one, neighbour(one)]
        sheet, box = sheet_of([labels.modules("CODE128", text) for text in both], draw.choice((2, 4, 8, 16)), number % 4 < 2)
        view = {**corpus.plain_view(draw), "turn": draw.choice((0, 3, 20, 45, 90)), "pixels": 2.2}
        paths.append(tmp_path / f"{number}.pgm")
        cv2.imwrite(str(paths[-1]), corpus.photograph(sheet, box, view, draw, number))
        texts.append(sorted(("CODE-128", text) for text in both))
    assert [sorted(codes) for codes, _ in read(paths)] == texts


def test_a_code_that_is_not_wholly_seen_or_known_is_not_told(tmp_path):
    """An ITF cut off between its letters is as good an ITF but for its end; and ZBar drops FNC4, with what it meant."""
    draw = random.Random(f"cut {SEED}")
    paths = []
    for number in range(16 * LONG):
        code = labels.modules("ITF", labels.with_check_digit(labels.digits(draw, 13)))
        dark = numpy.flatnonzero(code[0] < 128)
        cut = dark[0] + 4 + (dark[-1] - dark[0] - 8) * draw.choice((6, 8, 10)) // 14
        edge = (cut, cut, cut + 3, cut + 3)[number % 4]
        code = code[:, :edge] if number % 4 == 0 else numpy.where(numpy.arange(code.shape[1]) < edge, code, (255, 90)[number % 2])
        paths.append(tmp_path / f"{number}.pgm")
        paper = cv2.copyMakeBorder(code.astype(numpy.uint8), 20, 20, 20, 20 * bool(number % 4), cv2.BORDER_CONSTANT, value=255)
        cv2.imwrite(str(paths[-1]), cv2.GaussianBlur(cv2.resize(paper, None, fx=3, fy=3, interpolation=cv2.INTER_AREA), (0, 0), 0.8))
    for number, text in enumerate(("óóóó1234", "Số 12-é-7", "RR123456785VN")):
        paths.append(tmp_path / f"foreign{number}.pgm")
        paper = cv2.copyMakeBorder(labels.modules("CODE128", text.replace("ố", "ó")), 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=255)
        cv2.imwrite(str(paths[-1]), cv2.resize(paper, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST))
    *answers, (known, _) = read(paths)
    assert [codes for codes, _ in answers if codes] == []
    assert known == [("CODE-128", "RR123456785VN")]  # the same without a foreign letter is read


def test_vietnamese_qr_codes_are_exact(tmp_path):
    """Byte for byte what was encoded, in NFC, also when it was encoded decomposed."""
    draw = random.Random(f"names {SEED}")
    paths, texts = [], []
    for number in range(40 * LONG):
        text = labels.citizen(draw)
        given = unicodedata.normalize("NFD", text) if number % 4 == 0 else text
        code = labels.modules("QR", given, "--binary", *(["--eci=26"] if number % 2 else []))
        path = tmp_path / f"{number}.pgm"
        cv2.imwrite(str(path), cv2.resize(code, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))
        paths.append(path)
        texts.append(unicodedata.normalize("NFC", text))
    assert [codes for codes, _ in read(paths)] == [[("QR-Code", text)] for text in texts]
