"""Pictures of labels, and files that claim to be pictures. Labels are drawn by zint and worn by ImageMagick."""

import pathlib
import random
import shutil
import struct
import subprocess
import zlib

HAS_TOOLS = bool(shutil.which("zint") and shutil.which("convert"))


def zint(path, symbology, text, *more):
    subprocess.run(["zint", f"--barcode={symbology}", f"--output={path}", f"--data={text}",
                    "--scale=1.5", "--quietzones", *more], check=True, timeout=30)
    return path


def convert(*arguments):
    subprocess.run(["convert", *map(str, arguments)], check=True, timeout=60)
    return pathlib.Path(arguments[-1])


def with_exif(jpeg, orientation):
    """The same JPEG, with an EXIF block that says only this."""
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def png_head(width, height):
    """A PNG that claims a size and has no pixels."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) \
        + chunk(b"IEND", b"")


def noise(width, height, seed=1):
    """A PGM without any order: what costs a barcode reader most."""
    return b"P5 %d %d 255\n" % (width, height) + random.Random(seed).randbytes(width * height)


# -- PDF, as little of it as makes a page

def stream(data, more=b""):
    return b"<< /Length %d %s>>\nstream\n" % (len(data), more) + data + b"\nendstream"


def pdf(*objects):
    """The file of these objects; the first is the catalogue."""
    out, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + \
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


def pdf_page(content, resources=b"", *objects, box=(298, 420)):
    """A PDF of one page; @content is a stream() of drawing, @objects are numbered from 5 on."""
    return pdf_pages([content], resources, *objects, box=box)


def pdf_pages(contents, resources=b"", *objects, box=(298, 420)):
    """Each of @contents on a page of its own. With one, @objects are numbered from 5 on."""
    first = 3 + 2 * len(contents)
    assert not objects or first == 5
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(len(contents)))
    made = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents))]
    for number, content in enumerate(contents):
        made += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << %s >> >>"
                 % (*box, 4 + 2 * number, resources), content]
    return pdf(*made, *objects)


def image_object(jpeg, width, height, filters=b"/DCTDecode"):
    return stream(jpeg, b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
                        b"/BitsPerComponent 8 /Filter %s " % (width, height, filters))


def bars(path, point=1.0, left=40, bottom=300):
    """The bars of a picture of a Code 128, as a PDF's rectangles of @point points a module; see zint --scale."""
    row = subprocess.run(["convert", path, "-gravity", "center", "-crop", "0x1+0-20", "+repage", "-depth", "8",
                          "gray:-"], check=True, capture_output=True, timeout=60).stdout
    drawn = [b"%.2f %d %.2f 60 re" % (left + x * point, bottom, point) for x, grey in enumerate(row) if grey < 128]
    assert len(drawn) > 50, "no bars in the middle of the picture"
    return stream(b"\n".join(drawn) + b" f\n")
