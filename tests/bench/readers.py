"""Readers of barcodes, all asked the same: here are PGM pictures; what is in each, and how long did it take?"""

import os
import re
import subprocess

import place as places

from data import judging

ZXING_WORDS = {"Code128": "CODE-128", "Code39": "CODE-39", "ITF": "I2/5", "EAN-13": "EAN-13", "EAN13": "EAN-13",
               "UPC-A": "EAN-13", "UPCA": "EAN-13", "QRCode": "QR-Code"}


def build():
    if not (places.BUILD / "build.ninja").exists():
        places.run("meson", "setup", places.BUILD, "--buildtype=release", cwd=places.ROOT, stdout=subprocess.DEVNULL)
    places.run("ninja", "-C", places.BUILD, "tests/bench/read_pictures", stdout=subprocess.DEVNULL)
    places.install_peers()


def hoso_reader():
    return os.environ.get("HOSO_READER", places.BUILD / "tests/bench/read_pictures")


def hoso(paths):
    """One process for all pictures: what is timed is barcode_read() alone."""
    return judging.answers_of([hoso_reader(), "--all"], paths)


def zxing_wasm(paths):
    """One process for all pictures: what is timed is readBarcodes() alone."""
    return judging.answers_of(["node", "read_pictures.mjs"], paths, cwd=places.BUILD / "peer")


def parse_zxing(text):
    found = re.findall(r'^Text: +"(.*?)"\n(?:.*\n)*?Format: +(\S+)', text, re.M)
    return [(ZXING_WORDS[word], re.sub("<GS>|<U\\+1D>", "\x1d", data)) for data, word in found if word in ZXING_WORDS]


def zxing_reader(paths):
    """Debian's aborts on some pictures: then it has read nothing."""
    return [judging.of_process(["ZXingReader", "-escape"], path, parse_zxing) for path in paths]


READERS = {"hoso": hoso, "zbarimg": judging.zbarimg, "ZXingReader": zxing_reader, "zxing-wasm": zxing_wasm}
