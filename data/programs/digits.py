"""Draws the data set `digits`: 28 x 28 grey images of the ten digits, from strokes.

A digit is one of a few variants, each a list of strokes through control points. An image is made by
moving the control points at random, joining them by splines, warping the curves (an affine map, then a
sum of slow sine waves), drawing them with a pen of random width, strength and softness, and adding
noise. Every image comes from a random stream that only the seed, the part and the image's block
decide, so a shorter part is the beginning of a longer one.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

import idx

SIDE = 28
SEED = 20240229
TRAIN_FULL = 30_000
TRAIN_BUNDLED = 6_000
TEST = 2_000
# Images that share one random stream.
BLOCK = 500
# Pixels are multiples of this: 16 levels of grey, which keep the files small.
GREY_STEP = 17
PARTS = {"train": 0, "test": 1, "held-out": 2}

# How much each source of variation may do. Lengths are in units of the digit's box unless named pixels.
JITTER = 0.03
ROTATION_DEGREES = 8.0
SHEAR = 0.15
HEIGHT_PIXELS = (15.0, 22.0)
ASPECT = (0.55, 0.90)
SHIFT_PIXELS = 2.4
WAVES = 3
WAVE_AMPLITUDE = 0.03
PEN_PIXELS = (1.3, 3.6)
SOFTNESS_PIXELS = (0.8, 1.6)
STRENGTH = (0.55, 1.0)
INK_NOISE = 0.12
SPECKS = 4

Point = tuple[float, float]


def _ellipse(x: float, y: float, rx: float, ry: float, start: float, end: float, points: int = 9) -> list[Point]:
    """Points on an ellipse between two angles in degrees; 0 is to the right, 90 is down."""
    angles = np.radians(np.linspace(start, end, points))
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angles]


# Strokes of each variant of each digit in a unit box, x to the right and y down. Strokes of two points are
# straight; where two of them meet there is a corner.
VARIANTS: list[list[list[list[Point]]]] = [
    [  # 0
        [_ellipse(0.5, 0.5, 0.45, 0.5, -90, 270, 11)],
        [_ellipse(0.5, 0.5, 0.40, 0.5, -60, 290, 11)],
        [_ellipse(0.5, 0.5, 0.42, 0.5, -120, 265, 12)],
    ],
    [  # 1
        [[(0.5, 0.0), (0.5, 0.5), (0.5, 1.0)]],
        [[(0.25, 0.25), (0.55, 0.0)], [(0.55, 0.0), (0.55, 0.5), (0.55, 1.0)]],
        [[(0.25, 0.22), (0.5, 0.0)], [(0.5, 0.0), (0.5, 1.0)], [(0.2, 1.0), (0.8, 1.0)]],
    ],
    [  # 2
        [_ellipse(0.48, 0.28, 0.42, 0.28, -170, 30, 7) + [(0.5, 0.72), (0.05, 1.0)], [(0.05, 1.0), (0.95, 1.0)]],
        [
            _ellipse(0.45, 0.27, 0.40, 0.27, -150, 20, 6)
            + [(0.55, 0.75), (0.22, 0.97), (0.08, 0.86), (0.25, 0.78), (0.6, 0.95), (0.98, 0.92)]
        ],
        [_ellipse(0.45, 0.3, 0.45, 0.3, -180, 10, 6) + [(0.55, 0.7), (0.1, 0.97)], [(0.1, 0.97), (0.9, 0.9)]],
    ],
    [  # 3
        [_ellipse(0.42, 0.25, 0.42, 0.25, -160, 90, 7), _ellipse(0.42, 0.75, 0.48, 0.25, -90, 160, 7)],
        [[(0.1, 0.0), (0.85, 0.0)], [(0.85, 0.0), (0.45, 0.4)], _ellipse(0.42, 0.70, 0.48, 0.30, -90, 150, 7)],
        [_ellipse(0.45, 0.25, 0.38, 0.25, -150, 75, 6) + [(0.40, 0.5)] + _ellipse(0.45, 0.74, 0.42, 0.26, -70, 150, 6)],
    ],
    [  # 4
        [[(0.6, 0.0), (0.05, 0.68)], [(0.05, 0.68), (0.98, 0.68)], [(0.7, 0.35), (0.7, 1.0)]],
        [[(0.7, 0.0), (0.05, 0.66)], [(0.05, 0.66), (0.98, 0.66)], [(0.7, 0.0), (0.7, 1.0)]],
        [[(0.15, 0.0), (0.1, 0.3), (0.15, 0.52), (0.5, 0.58), (0.85, 0.52)], [(0.85, 0.05), (0.82, 0.5), (0.8, 1.0)]],
    ],
    [  # 5
        [
            [(0.85, 0.0), (0.2, 0.0)],
            [(0.2, 0.0), (0.15, 0.45)],
            [(0.15, 0.45)] + _ellipse(0.42, 0.68, 0.46, 0.32, -100, 150, 7),
        ],
        [[(0.9, 0.02), (0.3, 0.02)], [(0.3, 0.02), (0.18, 0.42)] + _ellipse(0.45, 0.70, 0.40, 0.30, -80, 140, 6)],
        [[(0.15, 0.05), (0.15, 0.45)] + _ellipse(0.45, 0.68, 0.44, 0.32, -80, 150, 6), [(0.15, 0.05), (0.9, 0.0)]],
    ],
    [  # 6
        [[(0.75, 0.0), (0.35, 0.25), (0.12, 0.6)] + _ellipse(0.5, 0.72, 0.40, 0.28, -180, -540, 10)],
        [[(0.85, 0.1), (0.55, 0.0), (0.2, 0.25), (0.08, 0.65)] + _ellipse(0.5, 0.70, 0.42, 0.30, 160, -170, 9)],
        [[(0.4, 0.0), (0.15, 0.4), (0.1, 0.7)] + _ellipse(0.48, 0.76, 0.38, 0.24, 150, -200, 9)],
    ],
    [  # 7
        [[(0.05, 0.0), (0.95, 0.0)], [(0.95, 0.0), (0.35, 1.0)]],
        [[(0.05, 0.05), (0.92, 0.0)], [(0.92, 0.0), (0.35, 1.0)], [(0.3, 0.5), (0.85, 0.5)]],
        [[(0.05, 0.2), (0.08, 0.02)], [(0.08, 0.02), (0.92, 0.02)], [(0.92, 0.02), (0.6, 0.4), (0.48, 1.0)]],
    ],
    [  # 8
        [_ellipse(0.5, 0.25, 0.36, 0.25, 90, 450, 9), _ellipse(0.5, 0.75, 0.45, 0.25, -90, 270, 9)],
        [
            [(0.85, 0.15), (0.5, 0.0), (0.15, 0.2), (0.5, 0.48), (0.88, 0.78), (0.5, 1.0), (0.12, 0.78)]
            + [(0.5, 0.48), (0.82, 0.22), (0.72, 0.05)]
        ],
        [_ellipse(0.5, 0.27, 0.40, 0.27, 90, 450, 9), _ellipse(0.5, 0.77, 0.40, 0.23, -90, 270, 9)],
    ],
    [  # 9
        [_ellipse(0.48, 0.28, 0.40, 0.28, 0, -360, 9), [(0.88, 0.2), (0.86, 0.6), (0.8, 1.0)]],
        [_ellipse(0.5, 0.28, 0.40, 0.28, 0, -360, 9), [(0.9, 0.28), (0.85, 0.75), (0.55, 1.0), (0.2, 0.92)]],
        [_ellipse(0.45, 0.27, 0.38, 0.27, -30, -370, 9) + [(0.75, 0.65), (0.55, 1.0)]],
    ],
]


def _spline(points: int) -> np.ndarray:
    """The matrix that turns control points into points of the Catmull-Rom spline through them."""
    if points == 2:
        return np.eye(2)
    steps = 3
    rows = []
    for segment in range(points - 1):
        for t in np.arange(steps) / steps:
            weights = [
                (-t + 2 * t**2 - t**3) / 2,
                (2 - 5 * t**2 + 3 * t**3) / 2,
                (t + 4 * t**2 - 3 * t**3) / 2,
                (-(t**2) + t**3) / 2,
            ]
            row = np.zeros(points)
            for offset, weight in enumerate(weights, start=-1):
                row[min(max(segment + offset, 0), points - 1)] += weight
            rows.append(row)
    last = np.zeros(points)
    last[-1] = 1
    return np.array([*rows, last])


def _distances(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The distance of each pixel's centre to the nearest of the segments: [images, pixels]."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].reshape(2, -1).astype(np.float64)
    nearest = np.full((starts.shape[0], x.size), np.inf)
    for k in range(starts.shape[1]):
        ax, ay = starts[:, k, 0, None], starts[:, k, 1, None]
        dx, dy = ends[:, k, 0, None] - ax, ends[:, k, 1, None] - ay
        length = np.maximum(dx * dx + dy * dy, 1e-9)
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / length, 0, 1)
        np.minimum(nearest, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2, out=nearest)
    return np.sqrt(nearest)


def _warp(points: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """From the unit box to pixels: waves, then shear, rotation, size and shift, for each image its own."""
    images = points.shape[0]

    def draw(low: float, high: float) -> np.ndarray:
        return random.uniform(low, high, (images, 1))

    centred = points - 0.5
    for _ in range(WAVES):
        frequency = random.uniform(-1.3, 1.3, (images, 1, 2))
        phase = draw(0, 2 * np.pi)
        amplitude = random.normal(0, WAVE_AMPLITUDE, (images, 1, 2))
        centred = centred + amplitude * np.sin(2 * np.pi * (centred * frequency).sum(-1) + phase)[..., None]
    height = draw(*HEIGHT_PIXELS)
    x = centred[..., 0] * height * draw(*ASPECT)
    y = centred[..., 1] * height
    x = x - draw(-SHEAR, SHEAR) * y
    angle = np.radians(draw(-ROTATION_DEGREES, ROTATION_DEGREES))
    middle = (SIDE - 1) / 2
    return np.stack(
        [
            np.cos(angle) * x - np.sin(angle) * y + middle + draw(-SHIFT_PIXELS, SHIFT_PIXELS),
            np.sin(angle) * x + np.cos(angle) * y + middle + draw(-SHIFT_PIXELS, SHIFT_PIXELS),
        ],
        axis=-1,
    )


def _draw(variant: list[list[Point]], images: int, random: np.random.Generator) -> np.ndarray:
    """Draws so many images of one variant: [images, 28, 28] in [0, 1]."""
    control = np.array([point for stroke in variant for point in stroke])
    moved = control + random.normal(0, JITTER, (images, *control.shape))
    starts, ends, first = [], [], 0
    for stroke in variant:
        curve = np.einsum("pc,icd->ipd", _spline(len(stroke)), moved[:, first : first + len(stroke)])
        first += len(stroke)
        starts.append(curve[:, :-1])
        ends.append(curve[:, 1:])
    joined = np.concatenate([*starts, *ends], axis=1)
    half = joined.shape[1] // 2
    placed = _warp(joined, random)
    distance = _distances(placed[:, :half], placed[:, half:])
    pen = random.uniform(*PEN_PIXELS, (images, 1)) / 2
    softness = random.uniform(*SOFTNESS_PIXELS, (images, 1))
    ink = np.clip((pen - distance) / softness + 0.5, 0, 1)
    ink *= random.uniform(*STRENGTH, (images, 1))
    ink *= 1 + INK_NOISE * random.standard_normal(ink.shape)
    pictures = ink.reshape(images, SIDE, SIDE)
    return np.clip(pictures + _specks(images, random), 0, 1)


def _specks(images: int, random: np.random.Generator) -> np.ndarray:
    """A few faint blots anywhere in each image."""
    specks = np.zeros((images, SIDE, SIDE))
    image = np.repeat(np.arange(images), SPECKS)
    place = random.integers(0, SIDE, (2, images * SPECKS))
    specks[image, place[0], place[1]] = random.uniform(0, 1.5, images * SPECKS)
    return ndimage.gaussian_filter(specks, (0, 0.6, 0.6))


def _block(part: str, block: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.Generator(np.random.PCG64([seed, PARTS[part], block]))
    labels = random.integers(0, 10, BLOCK).astype(np.uint8)
    styles = random.integers(0, 3, BLOCK)
    images = np.zeros((BLOCK, SIDE, SIDE))
    for digit, variants in enumerate(VARIANTS):
        for style, variant in enumerate(variants):
            chosen = np.flatnonzero((labels == digit) & (styles == style))
            images[chosen] = _draw(variant, len(chosen), random)
    levels = np.rint(images * (255 // GREY_STEP)).astype(np.uint8) * np.uint8(GREY_STEP)
    return levels, labels


def generate(part: str, count: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Returns the first images of a part, uint8 [count, 28, 28], and their labels, uint8 [count]."""
    blocks = [_block(part, block, seed) for block in range(-(-count // BLOCK))]
    images = np.concatenate([block[0] for block in blocks])[:count]
    return images, np.concatenate([block[1] for block in blocks])[:count]


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Draws the data set digits as IDX files. Without options it makes the files in data/digits; "
        f"--train {TRAIN_FULL} --out ../digits-full makes the whole training part."
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "digits")
    parser.add_argument("--train", type=int, default=TRAIN_BUNDLED, help="training images (default: %(default)s)")
    parser.add_argument("--test", type=int, default=TEST, help="test images (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    arguments = parser.parse_args()
    if arguments.train < 1 or arguments.test < 1:
        parser.error("each part needs at least one image")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", arguments.train), ("test", arguments.test)):
        images, labels = generate(part, count, arguments.seed)
        for path, array in (
            (arguments.out / f"{part}-images-idx3-ubyte.gz", images),
            (arguments.out / f"{part}-labels-idx1-ubyte.gz", labels),
        ):
            length = idx.write(path, array)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            print(f"{digest}  {path.name}  {length} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
