"""The images that models are trained on and measured on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

import digits
import idx

DATA = Path(__file__).resolve().parent.parent
MNIST_HELD_OUT = 10_000
DIGITS_HELD_OUT = 10_000


@dataclasses.dataclass(frozen=True)
class Part:
    """Byte images [records, 28, 28] with labels [records], and where they are from, for people."""

    images: np.ndarray
    labels: np.ndarray
    about: str


@dataclasses.dataclass(frozen=True)
class Dataset:
    """What to train on, what to measure on, and, if there is one, a test part."""

    train: Part
    held_out: Part
    test: Part | None


def _digits() -> Dataset:
    train = Part(*digits.generate("train", digits.TRAIN_FULL), f"the {digits.TRAIN_FULL:,} training images of digits")
    held_out = Part(
        *digits.generate("held-out", DIGITS_HELD_OUT), f"{DIGITS_HELD_OUT:,} further images of digits, held out"
    )
    test = Part(*digits.generate("test", digits.TEST), f"the {digits.TEST:,} test images of digits")
    return Dataset(train, held_out, test)


def _mnist(folder: Path) -> Dataset:
    images = idx.read(folder / "train-images-idx3-ubyte.gz")
    labels = idx.read(folder / "train-labels-idx1-ubyte.gz")
    split = len(images) - MNIST_HELD_OUT
    test = None
    if (folder / "t10k-images-idx3-ubyte.gz").exists():
        test = Part(
            idx.read(folder / "t10k-images-idx3-ubyte.gz"),
            idx.read(folder / "t10k-labels-idx1-ubyte.gz"),
            "the 10,000 test images of MNIST",
        )
    return Dataset(
        Part(images[:split], labels[:split], f"the first {split:,} training images of MNIST"),
        Part(images[split:], labels[split:], f"the last {MNIST_HELD_OUT:,} training images of MNIST, held out"),
        test,
    )


def load(name: str, mnist: Path) -> Dataset:
    """Returns the data set `digits`, which is drawn, or `mnist`, which is read from a folder."""
    return _digits() if name == "digits" else _mnist(mnist)
