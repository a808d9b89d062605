"""What readers of barcodes say about pictures whose text is known, and how it is counted and printed."""

import base64
import collections
import json
import pathlib
import re
import subprocess
import time

import cv2

WORDS = {"CODE-128": "CODE128", "CODE-39": "CODE39", "I2/5": "ITF", "EAN-13": "EAN13", "QR-Code": "QR"}
NONE = "NEG"  # the name of pictures without a code

Truth = collections.namedtuple("Truth", "path symbology text also damage strength")


def unescape(text):
    known = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    return re.sub(r"\\(x[0-9a-f]{2}|.)",
                  lambda match: known.get(match[1]) or chr(int(match[1][1:], 16)), text)


def load(folder, scratch):
    """The pictures of a folder as PGM, so that all readers are given the same grey."""
    truths = []
    for line in (pathlib.Path(folder) / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        path, symbology, text, also, damage, strength, *_ = line.split("\t") + [""] * 5
        source = pathlib.Path(folder) / path
        if source.suffix != ".pgm":
            picture = cv2.imread(str(source), cv2.IMREAD_GRAYSCALE)
            source = pathlib.Path(scratch) / f"{len(truths):05d}.pgm"
            cv2.imwrite(str(source), picture)
        known = {unescape(word).rstrip() for word in also.split("|||")} - {""}
        truths.append(Truth(source, symbology if text else NONE, unescape(text).rstrip(), known, damage, strength))
    return truths


def bare(text):
    """Readers show the separators of GS1 in their own ways; that ours is exact is asserted in a test of its own."""
    return re.sub(r"[\x1d()]", "", text).rstrip()


def judge(truth, codes):
    """(was it read, which other texts were read)"""
    found = [(WORDS[word], bare(text)) for word, text in codes]
    known = {bare(text) for text in (truth.text, *truth.also)}
    wrong = [code for code in found if code[1] not in known]
    return bool(truth.text) and (truth.symbology, bare(truth.text)) in found, wrong


def answers_of(command, paths, **options):
    """[(codes, ms)] of a reader that is given all paths on its standard input and answers each with a line of JSON."""
    answer = subprocess.run([str(word) for word in command], input="".join(f"{path}\n" for path in paths).encode(),
                            stdout=subprocess.PIPE, check=True, timeout=36000, **options)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    return [([tuple(code) for code in line["codes"]], line["wall_ms"]) for line in lines]


def of_process(command, path, parse):
    """The same of a reader that is started for each picture: its start, and reading the file, count."""
    begun = time.monotonic()
    try:
        answer = subprocess.run([*command, str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60,
                                check=False)
        text = answer.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        text = ""
    return parse(text), (time.monotonic() - begun) * 1e3


def parse_zbarimg(text):
    found = re.findall(r"<symbol type='([^']*)'.*?<data([^>]*)><!\[CDATA\[(.*?)\]\]></data>", text, re.S)
    return [(word, base64.b64decode(data).decode(errors="replace") if "base64" in kind else data)
            for word, kind, data in found if word in WORDS]


def zbarimg(paths):
    return [of_process(["zbarimg", "--quiet", "--xml"], path, parse_zbarimg) for path in paths]


def share(numbers, part):
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * part))]


def print_table(title, key, truths, judged):
    """One line per group; judged: {reader: [(read, wrong texts, ms), …] in the order of truths}."""
    groups = collections.defaultdict(list)
    for index, truth in enumerate(truths):
        groups[key(truth)].append(index)
    print(f"\n{title:24} {'n':>5}   " + "   ".join(f"{name + ': read, wrong, p50, p95':25}" for name in judged))
    for group, indices in sorted(groups.items()):
        cells = []
        for rows in judged.values():
            spent = [rows[index][2] for index in indices]
            wrong = sum(bool(rows[index][1]) for index in indices)
            cells.append(f"{sum(rows[index][0] for index in indices):5} {wrong or '':>3} {share(spent, 0.5):7.1f}"
                         f" {share(spent, 0.95):7.1f}")
        print(f"{group:24} {len(indices):5}   " + "   ".join(f"{cell:25}" for cell in cells))


def print_sum(truths, judged):
    coded = sum(bool(truth.text) for truth in truths)
    print(f"\n{'all':24} {coded:5}")
    for name, rows in judged.items():
        reads = sum(row[0] for row in rows)
        spent = [row[2] for row in rows]
        print(f"  {name:14} {reads:5} read, {100 * reads / max(coded, 1):5.1f} %;"
              f" {sum(bool(row[1]) for row in rows)} pictures with a wrong text;"
              f" p50 {share(spent, 0.5):.1f}, p95 {share(spent, 0.95):.1f}, longest {max(spent):.1f} ms")


def print_all(truths, judged, damages=()):
    order = {name: place for place, name in enumerate(damages)}
    print_table("symbology", lambda truth: truth.symbology, truths, judged)
    print_sum(truths, judged)
    if any(truth.damage in order for truth in truths):
        print_table("damage, strength", lambda truth: f"{order[truth.damage]:2} {truth.damage} {truth.strength:>6}", truths,
                    judged)


def print_misses(truths, judged):
    for index, (truth, (read, wrong, _)) in enumerate(zip(truths, judged["hoso"])):
        if truth.text and not read:
            others = [name for name, rows in judged.items() if rows[index][0]]
            print(f"missed {truth.path.name} {truth.symbology} {truth.damage} {truth.strength} {truth.text!r} {' '.join(others)}")
        if wrong:
            print(f"WRONG  {truth.path.name} {truth.symbology} {truth.damage} {truth.strength} {truth.text!r} {wrong}")
