"""Label pictures, as a counter's printer would make them; two of them as a bad camera would see them."""

import subprocess

CONVERT = "/usr/bin/convert"  # ImageMagick's, not another program of that name
HARM = [[], ["-background", "white", "-rotate", "17"], ["-gaussian-blur", "0x1.6"]]


def zint(path, kind, text):
    subprocess.run(["zint", f"--barcode={kind}", "--scale=2", "--quietzones", f"--output={path}", f"--data={text}"],
                   check=True)
    return path


def item_label(folder, code):
    return zint(folder / f"{code}.png", "CODE128", code)


def slip(folder, item, dossier):
    """The one-stop unit's slip: the item's bars above, the dossier code as QR below."""
    bars = zint(folder / f"{item}-bars.png", "CODE128", item)
    square = zint(folder / f"{item}-square.png", "QRCODE", dossier)
    path = folder / f"{item}-slip.png"
    subprocess.run([CONVERT, str(bars), str(square), "-background", "white", "-gravity", "center", "-bordercolor",
                    "white", "-border", "30", "-append", str(path)], check=True)
    return path


def draw(folder, dossiers):
    """{item code or dossier code: picture} for all dossiers."""
    folder.mkdir()
    pictures = {}
    for (item, result, code, *_), harm in zip(dossiers, HARM):
        pictures[item] = item_label(folder, item)
        if harm:
            subprocess.run([CONVERT, str(pictures[item]), *harm, str(pictures[item])], check=True)
        pictures[result] = item_label(folder, result)
        pictures[code] = slip(folder, item, code)
    return pictures
