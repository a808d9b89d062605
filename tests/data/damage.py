"""What printing, the road, light and a camera do to a label. Each takes a picture and a strength; random is seeded."""

import math

import cv2
import numpy


def ink(sheet, box, strength, random):
    """A worn print head: white lines across the label (along the paper's way), and faded patches. 0 to 1."""
    left, top, width, height = box
    out = sheet.astype(numpy.float32)
    for _ in range(int(12 * strength)):
        y = top + random.randrange(height)
        out[y:y + max(1, int(height * random.uniform(0.01, 0.05))), :] = 255
    fade = cv2.resize(numpy.array([[random.random() for _ in range(6)] for _ in range(4)], numpy.float32),
                      (sheet.shape[1], sheet.shape[0]), interpolation=cv2.INTER_CUBIC)
    return clip(out + (255 - out) * numpy.clip(fade, 0, 1) * 0.8 * strength)


def tape(sheet, box, strength, random):
    """A strip of tape over the bars: milky, with bright edges. The strength is how much of the contrast it takes."""
    left, top, width, height = box
    out = sheet.astype(numpy.float32)
    y = top + int(height * random.uniform(0.1, 0.5))
    strip = slice(y, y + int(height * 0.45))
    out[strip] = out[strip] * (1 - strength) + 210 * strength
    for edge in (strip.start, strip.stop):
        out[edge:edge + max(1, height // 40)] = 250
    return clip(out)


def torn(sheet, box, strength, random):
    """The lower part of the bars is gone; the strength is how much. Bars still cross what is left."""
    left, top, width, height = box
    out = sheet.copy()
    cut = top + int(height * (1 - strength))
    for x in range(left, left + width):
        out[cut + int(height * 0.02 * math.sin(x * 0.05 + random.random())):top + height, x] = 200
    return out


def cut_off(sheet, box, strength, random):
    """An end of the code is gone, so that nothing may be read; the strength is how much of the width."""
    left, top, width, height = box
    out = sheet.copy()
    if random.random() < 0.5:
        out[:, :left + int(width * strength)] = 235
    else:
        out[:, left + int(width * (1 - strength)):] = 235
    return out


def crumple(sheet, box, strength, random):
    """Folds: the paper goes up and down, which shifts and shades it. The strength is the shift in modules."""
    left, top, width, height = box
    rows, columns = sheet.shape
    y, x = numpy.mgrid[0:rows, 0:columns].astype(numpy.float32)
    shift_x, shift_y = numpy.zeros_like(x), numpy.zeros_like(y)
    shade = numpy.ones_like(x)
    for _ in range(4):
        angle, phase = random.uniform(0, math.pi), random.uniform(0, 2 * math.pi)
        wave = 2 * math.pi / (width * random.uniform(0.25, 0.8))
        along = (x * math.cos(angle) + y * math.sin(angle)) * wave + phase
        fold = numpy.abs(numpy.sin(along)) * strength * height / 30
        shift_x += fold * math.cos(angle)
        shift_y += fold * math.sin(angle)
        shade *= 1 - 0.08 * min(strength, 3) * numpy.cos(along)
    bent = cv2.remap(sheet, x + shift_x, y + shift_y, cv2.INTER_LINEAR, borderValue=200)
    return clip(bent.astype(numpy.float32) * shade)


def camera(sheet, box, module, view, random):
    """
    The sheet as a camera sees it: turned, tilted away, so many pixels per module, on a table. view has turn and tilt
    (degrees) and pixels (per module); module is the sheet's.
    """
    left, top, width, height = box
    scale = view["pixels"] / module
    turn, tilt = math.radians(view["turn"]), math.radians(view["tilt"])
    around = random.uniform(0, 2 * math.pi) if view["tilt"] else 0
    distance = 3.0 * max(width, height)
    middle = (left + width / 2, top + height / 2)

    def project(x, y):
        u, v = x - middle[0], y - middle[1]
        # tilted about an axis in the paper at the angle `around`, then seen from `distance`
        along = u * math.cos(around) + v * math.sin(around)
        across = -u * math.sin(around) + v * math.cos(around)
        depth = 1 + across * math.sin(tilt) / distance
        along, across = along / depth, across * math.cos(tilt) / depth
        u, v = along * math.cos(around) - across * math.sin(around), along * math.sin(around) + across * math.cos(around)
        return (u * math.cos(turn) - v * math.sin(turn)) * scale, (u * math.sin(turn) + v * math.cos(turn)) * scale

    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    seen = numpy.array([project(*corner) for corner in corners])
    low, high = seen.min(axis=0), seen.max(axis=0)
    size = numpy.maximum(high - low + 60, (420, 320)).astype(int)
    offset = size / 2 - (low + high) / 2 + numpy.array([random.uniform(-15, 15), random.uniform(-15, 15)])
    fine = 3  # a sensor's pixel is an area, not a point
    matrix = cv2.getPerspectiveTransform(numpy.float32(corners), numpy.float32((seen + offset) * fine))
    # No need for more of the sheet than twice what is seen; a fine sheet seen small would alias.
    picture = cv2.warpPerspective(sheet, matrix, tuple(int(side) * fine for side in size), flags=cv2.INTER_LINEAR,
                                  borderMode=cv2.BORDER_CONSTANT, borderValue=random.randrange(60, 190))
    return cv2.resize(picture, tuple(int(side) for side in size), interpolation=cv2.INTER_AREA)


def blur(picture, sigma_pixels):
    return cv2.GaussianBlur(picture, (0, 0), sigma_pixels) if sigma_pixels > 0 else picture


def motion(picture, length_pixels, degrees):
    side = int(length_pixels) * 2 + 5
    kernel = numpy.zeros((side * 8, side * 8), numpy.float32)
    middle, half = side * 4, length_pixels * 4
    step = (math.cos(math.radians(degrees)) * half, math.sin(math.radians(degrees)) * half)
    cv2.line(kernel, (round(middle - step[0]), round(middle - step[1])), (round(middle + step[0]), round(middle + step[1])), 1.0, 8)
    kernel = cv2.resize(kernel, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def contrast(picture, share, random):
    """What is left of the span from black to white."""
    low = random.uniform(20, 235 - 215 * share)
    return clip(low + picture.astype(numpy.float32) / 255 * 215 * share)


def shadow(picture, strength, random):
    """Something stands before the lamp: one side is darker by so much."""
    rows, columns = picture.shape
    angle = random.uniform(0, 2 * math.pi)
    y, x = numpy.mgrid[0:rows, 0:columns].astype(numpy.float32)
    distance = (x - columns / 2) * math.cos(angle) + (y - rows / 2) * math.sin(angle)
    softness = random.uniform(1.5, 20)
    return clip(picture * (1 - strength / (1 + numpy.exp(numpy.clip(distance / softness, -50, 50)))))


def glare(picture, strength, random):
    """A lamp's reflection; the strength is its size over the picture's height."""
    rows, columns = picture.shape
    y, x = numpy.mgrid[0:rows, 0:columns].astype(numpy.float32)
    at = (columns * random.uniform(0.3, 0.7), rows * random.uniform(0.25, 0.75))
    radius = strength * min(rows, columns) * 0.4
    spot = numpy.exp(-(((x - at[0]) / (1.6 * radius)) ** 2 + ((y - at[1]) / radius) ** 2) * 0.7)
    return clip(picture + 300 * spot)


def noise(picture, sigma, seed):
    return clip(picture + numpy.random.default_rng(seed).normal(0, sigma, picture.shape))


def jpeg(picture, quality):
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)


def clip(picture):
    return numpy.clip(picture, 0, 255).astype(numpy.uint8)
