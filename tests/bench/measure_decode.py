#!/usr/bin/python3
"""
How much is read, how much of it is wrong, and how long it takes: hoso beside zbarimg, Debian's ZXingReader and the newest
zxing-wasm, on the same pictures in the same run.

    measure_decode.py [FOLDER ...] [--count 1000] [--seed 1] [--readers hoso zbarimg]
    measure_decode.py --frames 200 [--seed 1]        (a camera's frames of 1280 x 720: how many hoso reads in a second)

FOLDER has pictures and an expected.tsv (path, symbology, text, texts that may be found besides). Without one: the corpus
of tests/data, --count pictures of --seed, and its table by damage. Needs tools/setup build bench.
"""

import argparse
import pathlib
import random
import sys
import tempfile

import cv2
import numpy
import readers
from data import corpus, judging, labels

MS = "ms: hoso and zxing-wasm without, zbarimg and ZXingReader with the start of a process and the file's reading"


def measure(truths, names):
    judged = {}
    for name in names:
        answers = readers.READERS[name]([truth.path for truth in truths])
        judged[name] = [(*judging.judge(truth, codes), spent) for truth, (codes, spent) in zip(truths, answers)]
    return judged


def measure_folder(folder, names, misses=False):
    with tempfile.TemporaryDirectory(prefix="hoso-pictures-") as scratch:
        truths = judging.load(folder, scratch)
        judged = measure(truths, names)
        judging.print_all(truths, judged, corpus.STRENGTHS)
        if misses and "hoso" in names:
            judging.print_misses(truths, judged)


def measure_corpus(count, seed, names, misses=False):
    print(f"the corpus of tests/data: {count} pictures, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="hoso-corpus-") as folder:
        corpus.write(folder, corpus.make_many(count, seed))
        measure_folder(folder, names, misses)


def frame(picture, random):
    """The label somewhere before the camera, on a table; no larger than the frame."""
    height, width = (min(side, most) for side, most in zip(picture.shape, (720, 1280)))
    table = numpy.random.default_rng(random.randrange(2**32)).normal(int(picture[0, 0]), 4, (720, 1280))
    top, left = random.randrange(720 - height + 1), random.randrange(1280 - width + 1)
    table[top:top + height, left:left + width] = picture[:height, :width]
    return numpy.clip(table, 0, 255).astype(numpy.uint8)


def measure_frames(count, seed):
    """Half of the frames have a code that is hard to read: then each frame makes one attempt more."""
    draw = random.Random(f"frames {seed}")
    with tempfile.TemporaryDirectory(prefix="hoso-frames-") as folder:
        folder = pathlib.Path(folder)
        paths = [folder / f"{number:05d}.pgm" for number in range(count)]
        for number, path in enumerate(paths):
            picture = corpus.make(draw.choice(labels.WHATS), "all", (0.3, 1.0)[number % 2], f"{seed} {number}")
            cv2.imwrite(str(path), frame(picture.grey, draw))
        spent = [ms for _, ms in judging.answers_of([readers.hoso_reader(), "--frames"], paths)]
    print(f"{count} frames of 1280 x 720: {1000 * count / sum(spent):.1f} a second on one core; p50 {judging.share(spent, 0.5):.1f},"
          f" p95 {judging.share(spent, 0.95):.1f}, longest {max(spent):.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--misses", action="store_true", help="name what hoso misses")
    parser.add_argument("--readers", nargs="+", choices=list(readers.READERS), default=list(readers.READERS))
    parser.add_argument("--frames", type=int, help="so many frames of a camera, instead")
    options = parser.parse_args()
    readers.build()
    if options.frames:
        measure_frames(options.frames, options.seed)
        return 0
    print(MS)
    for folder in options.folders:
        print(f"\n{folder}")
        measure_folder(folder, options.readers, options.misses)
    if not options.folders:
        measure_corpus(options.count, options.seed, options.readers, options.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
