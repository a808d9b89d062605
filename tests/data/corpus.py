#!/usr/bin/python3
"""
Labels in all states of wear, made anew each time, the same for the same seed. Nothing of it is kept in the project.

    corpus.py FOLDER [--count 1000] [--seed 1] [--only blur noise]

writes PGM pictures and expected.tsv: path, symbology, text, texts that may be found besides, damage and strength.
"""

import argparse
import collections
import pathlib
import random as randoms
import sys

import cv2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from data import damage, labels  # noqa: E402

SHEET_MODULE = 8  # pixels; a module of the sheet before the camera

# damage: strengths, mild to harsh. What they mean stands in damage.py; modules and degrees where it is not a share.
STRENGTHS = {
    "none": (0,),
    "turn": (10, 30, 45, 180),
    "tilt": (25, 40, 55),
    "blur": (0.4, 0.55, 0.7),
    "motion": (1.0, 1.5, 1.9),
    "noise": (8, 15, 30),
    "contrast": (0.4, 0.25, 0.12),
    "pixels": (2.0, 1.6, 1.35),
    "jpeg": (50, 25, 10),
    "shadow": (0.4, 0.65, 0.85),
    "glare": (0.3, 0.5, 0.8),
    "crumple": (0.5, 1.0, 2.0),
    "ink": (0.3, 0.6, 1.0),
    "tape": (0.3, 0.6, 0.85),
    "torn": (0.4, 0.7, 0.88),
    "cut off": (0.15, 0.3, 0.5),  # no text may come of it
    "all": (0.3, 0.6, 1.0),
}

Picture = collections.namedtuple("Picture", "grey symbology text damage strength")


def plain_view(random):
    """A label held well: what is not damaged in a picture."""
    return {"pixels": 2.5, "turn": random.uniform(-5, 5), "tilt": 0, "blur": 0.3, "motion": 0, "noise": 4, "contrast": 0.8,
            "jpeg": 92, "shadow": 0, "glare": 0}


def view_of(name, strength, random):
    view = plain_view(random)
    if name == "turn":
        view["turn"] = random.uniform(0, 360) if strength == 180 else random.choice((-1, 1)) * strength + random.uniform(-2, 2)
    elif name == "all":
        view.update(turn=random.uniform(0, 360), tilt=strength * random.uniform(0, 35), blur=random.uniform(0.25, 0.3 + 0.3 * strength),
                    motion=strength * random.uniform(0, 1.2), noise=random.uniform(2, 4 + 16 * strength),
                    contrast=random.uniform(0.85 - 0.55 * strength, 0.85), jpeg=int(random.uniform(90 - 50 * strength, 92)),
                    shadow=strength * random.uniform(0, 0.6), pixels=random.uniform(2.8 - strength, 4.0))
    elif name in view:
        view[name] = strength
    return view


def photograph(sheet, box, view, random, seed):
    picture = damage.camera(sheet, box, SHEET_MODULE, view, random)
    if view["shadow"]:
        picture = damage.shadow(picture, view["shadow"], random)
    if view["glare"]:
        picture = damage.glare(picture, view["glare"], random)
    picture = damage.blur(picture, view["blur"] * view["pixels"])
    if view["motion"]:
        # across the bars, more or less: along them it would do no harm
        picture = damage.motion(picture, view["motion"] * view["pixels"], view["turn"] + random.uniform(-25, 25))
    picture = damage.contrast(picture, view["contrast"], random)
    return damage.jpeg(damage.noise(picture, view["noise"], seed), view["jpeg"])


ON_PAPER = {"ink": damage.ink, "tape": damage.tape, "torn": damage.torn, "cut off": damage.cut_off, "crumple": damage.crumple}


def make(what, name, strength, seed):
    random = randoms.Random(f"{what} {name} {strength} {seed}")
    symbology, text, code = labels.make(what, random)
    sheet, box = labels.paper(code, random, SHEET_MODULE)
    if name in ON_PAPER:
        sheet = ON_PAPER[name](sheet, box, strength, random)
    elif name == "all":
        for wear in random.sample(("ink", "tape", "crumple"), 1):
            sheet = ON_PAPER[wear](sheet, box, 0.5 * strength, random)
    grey = photograph(sheet, box, view_of(name, strength, random), random, random.randrange(2**32))
    return Picture(grey, symbology, "" if name == "cut off" else text, name, strength)


def plan(only=None):
    """(what, damage, strength), so that any beginning of it has something of everything."""
    cells = [(name, strength) for name, strengths in STRENGTHS.items() for strength in strengths
             if not only or name in only]
    # A torn QR code survives by its own means or not at all, and any even part of an ITF may be an ITF.
    senseless = {("qr-url", "torn"), ("qr-name", "torn"), ("qr-url", "cut off"), ("qr-name", "cut off"), ("itf", "cut off")}
    every = [(what, name, strength) for name, strength in cells for what in labels.WHATS if (what, name) not in senseless]
    randoms.Random(1).shuffle(every)
    return every


def make_within(what, random):
    """A label as it must always be read: any rotation, and nothing else over the limits that are promised."""
    symbology, text, code = labels.make(what, random)
    sheet, box = labels.paper(code, random, SHEET_MODULE)
    view = plain_view(random)
    view.update(turn=random.uniform(0, 360), pixels=random.uniform(2, 4), blur=random.uniform(0, 0.4),
                noise=random.uniform(0, 15), contrast=random.uniform(0.25, 1), jpeg=95)
    return Picture(photograph(sheet, box, view, random, random.randrange(2**32)), symbology, text, "within", 0)


def make_many(count, seed, only=None):
    every = plan(only)
    for number in range(count):
        yield make(*every[number % len(every)], f"{seed} {number // len(every)}")


def escape(text):
    return "".join(character if character.isprintable() and character != "\\" else f"\\x{ord(character):02x}" for character in text)


def write(folder, pictures):
    """Writes them as they come; returns [(path, Picture without pixels)]."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with (folder / "expected.tsv").open("w", encoding="utf-8") as table:
        table.write("path\tsymbology\ttext\talso_present\tdamage\tstrength\n")
        for number, picture in enumerate(pictures):
            path = folder / f"{number:05d}.pgm"
            cv2.imwrite(str(path), picture.grey)
            table.write(f"{path.name}\t{picture.symbology}\t{escape(picture.text)}\t\t{picture.damage}\t{picture.strength}\n")
            written.append((path, picture._replace(grey=None)))
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", nargs="+", choices=list(STRENGTHS))
    options = parser.parse_args()
    written = write(options.folder, make_many(options.count, options.seed, options.only))
    print(f"{len(written)} pictures, seed {options.seed}, in {options.folder}")


if __name__ == "__main__":
    main()
