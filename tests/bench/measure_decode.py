#!/usr/bin/python3
"""
How much is read, how much of it is wrong, and how long it takes: hoso beside zbarimg, Debian's ZXingReader and the newest
zxing-wasm, on the same pictures in the same run.

    measure_decode.py [FOLDER ...] [--count 1000] [--seed 1] [--readers hoso zbarimg]

FOLDER has pictures and an expected.tsv (path, symbology, text, texts that may be found besides). Without one: the corpus
of tests/data, --count pictures of --seed, and its table by damage. Needs tools/setup build bench.
"""

import argparse
import pathlib
import sys
import tempfile

import readers
from data import corpus, judging

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--misses", action="store_true", help="name what hoso misses")
    parser.add_argument("--readers", nargs="+", choices=list(readers.READERS), default=list(readers.READERS))
    options = parser.parse_args()
    readers.build()
    print(MS)
    for folder in options.folders:
        print(f"\n{folder}")
        measure_folder(folder, options.readers, options.misses)
    if not options.folders:
        measure_corpus(options.count, options.seed, options.readers, options.misses)


if __name__ == "__main__":
    sys.exit(main())
