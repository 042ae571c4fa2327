"""Draws the data set `readmission`: hospital stays, and who came back within 30 days.

No patient is behind it. Each stay has a frailty that is in no column and moves most of them; `_stays` has how
the columns come about. The risk is a logistic function of terms in the columns (`true_risk`), and the label is
drawn with it, so the probability behind every label is known. The terms were chosen so that a network is worth its
cost: much of the risk is in U-shapes and interactions, which a logistic regression on the columns cannot see. Then
values get lost (`_lose`), some of them for reasons: blood is taken less often in short planned stays of patients
who look well, and whether somebody lives alone is written down less often in emergencies and for those who go on
to a nursing home. The risk is that of the stay as it was, before anything was lost, so nobody who reads the table
can know it exactly.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

SEED = 20240301
TRAIN = 10_000
TEST = 2_000
# The number of a part's random stream, and the first number of its ids.
PARTS = {"train": (0, 100_001), "test": (1, 200_001), "further": (2, 300_001)}
LABELS = ["no", "yes"]

# As in model.json, where tables.py says what features they give. The ends of a number hold nearly all of its values.
COLUMNS = [
    {"name": "age", "type": "number", "low": 18, "high": 100},
    {"name": "sex", "type": "category", "values": ["f", "m"]},
    {
        "name": "ward",
        "type": "category",
        "values": ["medical", "surgical", "cardiology", "respiratory", "geriatric"],
    },
    {"name": "admission", "type": "category", "values": ["emergency", "elective", "transfer"]},
    {"name": "stay_days", "type": "number", "low": 1, "high": 21},
    {"name": "prior_admissions", "type": "number", "low": 0, "high": 6},
    {"name": "medications", "type": "number", "low": 0, "high": 16},
    {"name": "creatinine", "type": "number", "low": 0.3, "high": 4, "missing": 0.9},
    {"name": "haemoglobin", "type": "number", "low": 6, "high": 18, "missing": 13.2},
    {"name": "systolic", "type": "number", "low": 70, "high": 200, "missing": 132},
    {"name": "living", "type": "category", "values": ["alone", "with_others"], "missing": True},
    {"name": "discharge", "type": "category", "values": ["home", "home_care", "nursing"]},
]
# How many digits after the point a number has; without an entry it is an integer.
DIGITS = {"creatinine": 2, "haemoglobin": 1}
RISK_DIGITS = 6

# Column name -> values: floating-point numbers, or indexes into the values of a category.
Stays = dict[str, np.ndarray]


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _choose(scores: list[np.ndarray], random: np.random.Generator) -> np.ndarray:
    """For each row an index, drawn with probabilities in proportion to exp(score)."""
    weights = np.exp(np.stack(np.broadcast_arrays(*scores)))
    ends = np.cumsum(weights, axis=0) / weights.sum(0)
    return (random.random(weights.shape[1]) > ends[:-1]).sum(0)


def _values(name: str) -> list[str]:
    return next(column["values"] for column in COLUMNS if column["name"] == name)


def _is(stays: Stays, name: str, value: str) -> np.ndarray:
    """1 where a category has a value, else 0."""
    return (stays[name] == _values(name).index(value)).astype(np.float64)


def _stays(count: int, random: np.random.Generator) -> tuple[Stays, np.ndarray]:
    """Stays as they were, and the frailty of each, which is in no column."""
    stays: Stays = {}

    def noise() -> np.ndarray:
        return random.standard_normal(count)

    def bounded(values: np.ndarray, low: float, high: float, digits: int = 0) -> np.ndarray:
        return np.clip(np.round(values, digits), low, high)

    age = stays["age"] = bounded(18 + 82 * random.beta(2.8, 1.8, count), 18, 99)
    old = (age - 65) / 15
    frailty = noise() + 0.35 * old
    stays["sex"] = (random.random(count) < 0.49).astype(np.int64)
    stays["ward"] = _choose([1.2, 1.1, 0.4 + 0.2 * old, 0.1, np.where(age >= 75, 0.6, -6.0)], random)
    surgical, cardiology, respiratory, geriatric = (
        _is(stays, "ward", ward) for ward in ("surgical", "cardiology", "respiratory", "geriatric")
    )
    stays["admission"] = _choose([1.1 + 0.4 * frailty - 1.3 * surgical, 0.2 * surgical, -1.1 + 0.2 * frailty], random)
    emergency = _is(stays, "admission", "emergency")
    days = np.exp(1.05 + 0.25 * frailty + 0.30 * emergency + 0.40 * geriatric + 0.60 * noise())
    stays["stay_days"] = np.clip(np.ceil(days), 1, 60)
    rate = np.exp(-0.9 + 0.60 * frailty + 0.45 * respiratory) * random.gamma(1.5, 1 / 1.5, count)
    stays["prior_admissions"] = np.clip(random.poisson(rate), 0, 15).astype(np.float64)
    stays["medications"] = np.clip(random.poisson(np.exp(1.60 + 0.25 * frailty + 0.10 * old)), 0, 25).astype(float)
    male = _is(stays, "sex", "m")
    kidneys = -0.18 + 0.14 * male + 0.12 * np.maximum(old, 0) + 0.24 * frailty + 0.08 * cardiology
    stays["creatinine"] = bounded(np.exp(kidneys + 0.28 * noise()), 0.3, 9, DIGITS["creatinine"])
    blood = 13.0 + 1.2 * male - 0.65 * frailty - 0.50 * surgical + 1.4 * noise()
    stays["haemoglobin"] = bounded(blood, 4.5, 19.5, DIGITS["haemoglobin"])
    stays["systolic"] = bounded(133 + 4 * old - 3 * frailty - 6 * cardiology + 19 * noise(), 65, 230)
    alone = _logistic(-0.7 + 0.5 * old + 0.2 * (1 - male)) > random.random(count)
    stays["living"] = np.where(alone, _values("living").index("alone"), _values("living").index("with_others"))
    stays["discharge"] = _choose([1.6, 0.3 + 0.45 * frailty + 0.3 * old, -0.9 + 0.6 * frailty + 0.7 * old], random)
    return stays, frailty


def true_risk(stays: Stays) -> np.ndarray:
    """The probability of a readmission, from the columns as they were before values got lost."""
    age, days, prior = stays["age"], stays["stay_days"], stays["prior_admissions"]
    drugs, creatinine, haemoglobin = stays["medications"], stays["creatinine"], stays["haemoglobin"]
    male = _is(stays, "sex", "m")
    surgical, cardiology, respiratory = (_is(stays, "ward", ward) for ward in ("surgical", "cardiology", "respiratory"))
    emergency, elective = (_is(stays, "admission", kind) for kind in ("emergency", "elective"))
    home = _is(stays, "discharge", "home")
    old = _logistic((age - 70) / 4)
    failing_kidneys = np.tanh(np.maximum(creatinine - 1.2, 0))
    score = (
        -4.85
        # What a straight line sees too.
        + 1.3 * np.log1p(prior)
        + 1.7 * failing_kidneys
        + 0.8 * np.maximum(np.log(days / 7), 0)
        + 0.3 * respiratory
        - 0.6 * elective
        - 0.3 * surgical
        # Too low and too high are dangerous alike: shock and hypertension, anaemia and thick blood.
        + 0.8 * np.minimum(((stays["systolic"] - 134) / 20) ** 2, 5)
        + 0.5 * np.minimum(((haemoglobin - 12.9 - 1.1 * male) / 1.8) ** 2, 5)
        # An emergency sent home too soon, which the old bear less well.
        + 1.6 * emergency * np.exp(-(days - 1) / 1.5) * (1 + old)
        # Old, and alone at home.
        + 1.8 * _is(stays, "living", "alone") * home * old
        # Many drugs are a danger to the old; few of them leave a weak heart untreated.
        + 2.0 * _logistic((drugs - 8.5) / 0.8) * old
        + 1.2 * cardiology * _logistic((3.5 - drugs) / 0.8)
        # A weak heart with failing kidneys.
        + 1.6 * cardiology * failing_kidneys
        # Airways that have been here before.
        + 0.7 * respiratory * (prior >= 2)
        # Care after the stay protects the old; the young get it only where something went badly.
        + (1 - home) * (0.8 - 2.2 * old)
    )
    return _logistic(score)


def _lose(stays: Stays, frailty: np.ndarray, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Which values of which columns get lost."""
    count = len(frailty)
    short = (stays["stay_days"] <= 2).astype(np.float64)
    emergency, elective, transfer = (_is(stays, "admission", kind) for kind in _values("admission"))
    no_blood = random.random(count) < _logistic(
        -3.6 + 2.4 * elective + 1.2 * short - 0.8 * frailty - 0.3 * (stays["age"] - 65) / 15
    )
    unknown_home = _logistic(-3.0 + 0.9 * emergency + 1.3 * _is(stays, "discharge", "nursing"))
    return {
        "creatinine": no_blood | (random.random(count) < 0.01),
        "haemoglobin": no_blood | (random.random(count) < 0.03),
        "systolic": random.random(count) < 0.02 + 0.10 * transfer,
        "living": random.random(count) < unknown_home,
    }


def generate(part: str, count: int, seed: int = SEED) -> tuple[dict[str, list], list[str], np.ndarray]:
    """A part's columns, with None for what is missing, its labels, and its true risks."""
    stream, first = PARTS[part]
    random = np.random.Generator(np.random.PCG64([seed, stream]))
    stays, frailty = _stays(count, random)
    risk = np.round(true_risk(stays), RISK_DIGITS)
    labels = [LABELS[readmitted] for readmitted in (random.random(count) < risk).astype(int)]
    lost = _lose(stays, frailty, random)
    table: dict[str, list] = {"id": [f"E{number}" for number in range(first, first + count)]}
    for column in COLUMNS:
        name = column["name"]
        if column["type"] == "category":
            values = [column["values"][index] for index in stays[name]]
        else:
            values = stays[name].tolist() if name in DIGITS else stays[name].astype(int).tolist()
        gone = lost.get(name, np.zeros(count, bool))
        table[name] = [None if missing else value for value, missing in zip(values, gone, strict=True)]
    return table, labels, risk


def csv_text(table: dict[str, list]) -> str:
    """A table as CSV, in which None is an empty field."""

    def field(name: str, value: object) -> str:
        if value is None:
            return ""
        return f"{value:.{DIGITS[name]}f}" if name in DIGITS else str(value)

    lines = [",".join(table)]
    lines += [",".join(map(field, table, row)) for row in zip(*table.values(), strict=True)]
    return "\n".join(lines) + "\n"


def _parquet(table: dict[str, list]) -> bytes:
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(table), sink)
    return sink.getvalue().to_pybytes()


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Draws the data set readmission. Without options it makes the files in data/readmission."
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "readmission")
    parser.add_argument("--train", type=int, default=TRAIN, help="training stays (default: %(default)s)")
    parser.add_argument("--test", type=int, default=TEST, help="test stays (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    arguments = parser.parse_args()
    if arguments.train < 1 or arguments.test < 1:
        parser.error("each part needs at least one stay")
    train, train_labels, _ = generate("train", arguments.train, arguments.seed)
    test, test_labels, test_risk = generate("test", arguments.test, arguments.seed)
    risks = [f"{risk:.{RISK_DIGITS}f}" for risk in test_risk]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("train.csv", csv_text(train | {"label": train_labels}).encode()),
        ("test.csv", csv_text(test).encode()),
        ("test.parquet", _parquet(test)),
        ("test-labels.csv", csv_text({"id": test["id"], "label": test_labels}).encode()),
        ("test-risk.csv", csv_text({"id": test["id"], "risk": risks}).encode()),
    ):
        (arguments.out / name).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
