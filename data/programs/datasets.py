"""The records that models are trained on and measured on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

import digits
import idx
import readmission
import tables
from networks import DIGITS, SIDE

DATA = Path(__file__).resolve().parent.parent
MNIST_HELD_OUT = 10_000
DIGITS_HELD_OUT = 10_000
READMISSION_HELD_OUT = 2_000
READMISSION_FURTHER = 50_000


@dataclasses.dataclass(frozen=True)
class Interface:
    """What a network reads and answers: `input` and `classes` of model.json."""

    input: dict
    classes: list[str]


IMAGES = Interface({"shape": [1, SIDE, SIDE], "range": [0, 1]}, [str(digit) for digit in range(DIGITS)])
STAYS = Interface(
    {
        "shape": [sum(map(tables.width, readmission.COLUMNS))],
        "range": [0, 1],
        "columns": readmission.COLUMNS,
    },
    readmission.LABELS,
)


@dataclasses.dataclass(frozen=True)
class Part:
    """Records with labels [records], and where they are from, for people.

    records: byte images [records, 28, 28], or features of a table [records, features].
    risk: the true probability of the last class, [records], where it is known.
    """

    records: np.ndarray
    labels: np.ndarray
    about: str
    risk: np.ndarray | None = None

    def divided(self, parts: int) -> tuple[Part, Part]:
        """The records without the last of so many equal parts of them, and that part."""
        split = len(self.records) - len(self.records) // parts
        return (
            Part(self.records[:split], self.labels[:split], f"the first {split:,} of {self.about}"),
            Part(self.records[split:], self.labels[split:], f"the rest of {self.about}"),
        )


@dataclasses.dataclass(frozen=True)
class Dataset:
    """What to train on, what to measure on, and, if there are, a test part and a large one that is in no file."""

    interface: Interface
    train: Part
    held_out: Part
    test: Part | None
    further: Part | None = None


def _digits() -> Dataset:
    train = Part(*digits.generate("train", digits.TRAIN_FULL), f"the {digits.TRAIN_FULL:,} training images of digits")
    held_out = Part(
        *digits.generate("held-out", DIGITS_HELD_OUT), f"{DIGITS_HELD_OUT:,} further images of digits, held out"
    )
    test = Part(*digits.generate("test", digits.TEST), f"the {digits.TEST:,} test images of digits")
    return Dataset(IMAGES, train, held_out, test)


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
        IMAGES,
        Part(images[:split], labels[:split], f"the first {split:,} training images of MNIST"),
        Part(images[split:], labels[split:], f"the last {MNIST_HELD_OUT:,} training images of MNIST, held out"),
        test,
    )


def _readmission() -> Dataset:
    folder = DATA / "readmission"
    columns = STAYS.input["columns"]

    def indexes(labels: list[str]) -> np.ndarray:
        return np.array([STAYS.classes.index(label) for label in labels])

    table = tables.read(folder / "train.csv")
    records, known = tables.encode(columns, table), indexes(table["label"])
    split = len(records) - READMISSION_HELD_OUT
    test, answers, risks = (tables.read(folder / f"{name}.csv") for name in ("test", "test-labels", "test-risk"))
    if not test["id"] == answers["id"] == risks["id"]:
        raise ValueError(f"the files of the test part in {folder} have different ids")
    further, outcomes, risk = readmission.generate("further", READMISSION_FURTHER)
    return Dataset(
        STAYS,
        Part(records[:split], known[:split], f"the first {split:,} training stays of readmission"),
        Part(records[split:], known[split:], f"the last {READMISSION_HELD_OUT:,} training stays, held out"),
        Part(
            tables.encode(columns, test),
            indexes(answers["label"]),
            f"the {len(test['id']):,} test stays of readmission",
            np.array(risks["risk"], np.float64),
        ),
        Part(
            tables.encode(columns, tables.parse(readmission.csv_text(further).splitlines())),
            indexes(outcomes),
            f"{READMISSION_FURTHER:,} further stays of readmission, drawn by the same program",
            risk,
        ),
    )


def load(name: str, mnist: Path) -> Dataset:
    """Returns `digits`, which is drawn, `readmission`, whose files are here, or `mnist`, read from a folder."""
    match name:
        case "digits":
            return _digits()
        case "readmission":
            return _readmission()
        case _:
            return _mnist(mnist)
