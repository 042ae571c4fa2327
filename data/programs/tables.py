"""Tables as a network reads them: the columns of model.json, and the features that they give.

A number gives (value - low) / (high - low), clipped to [0, 1]. If it may be missing, an empty field counts as
the column's `missing`, and a second feature follows: 1 where it was empty, else 0. A category gives one feature
for each of its values, 1 for the one that is there, else 0. If it may be missing, an empty field gives zeros.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np

# An entry of "columns" in model.json.
Column = dict


def width(column: Column) -> int:
    """How many features a column gives."""
    if column["type"] == "category":
        return len(column["values"])
    return 2 if "missing" in column else 1


def read(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file, as `parse` has them."""
    with path.open(encoding="utf-8", newline="") as stream:
        try:
            return parse(stream)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None


def parse(lines: Iterable[str]) -> dict[str, list[str]]:
    """The columns of CSV with a header, as text; an empty field is empty text."""
    rows = list(csv.reader(lines))
    if len(rows) < 2:
        raise ValueError("there is no header, or no row after it")
    header = rows[0]
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} fields, and the header {len(header)}")
    return dict(zip(header, map(list, zip(*rows[1:], strict=True)), strict=True))


def encode(columns: list[Column], table: dict[str, list[str]]) -> np.ndarray:
    """The features of a table's rows, [rows, features] in [0, 1]. Columns that are not asked for do not count."""
    blocks = []
    for column in columns:
        name = column["name"]
        if name not in table:
            raise ValueError(f"there is no column '{name}'")
        block = np.zeros((len(table[name]), width(column)))
        for row, field in enumerate(table[name]):
            try:
                block[row] = _features(column, field)
            except ValueError as error:
                raise ValueError(f"row {row + 1}, column '{name}': {error}") from None
        blocks.append(block)
    return np.concatenate(blocks, axis=1)


def _features(column: Column, field: str) -> list[float]:
    if column["type"] == "category":
        if field not in column["values"] and not (field == "" and column.get("missing", False)):
            raise ValueError(f"'{field}' is none of {', '.join(column['values'])}")
        return [float(field == value) for value in column["values"]]
    empty = field == "" and "missing" in column
    value = column["missing"] if empty else _number(field)
    share = (value - column["low"]) / (column["high"] - column["low"])
    clipped = min(max(share, 0.0), 1.0)
    return [clipped, float(empty)] if "missing" in column else [clipped]


def _number(field: str) -> float:
    try:
        value = float(field)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"'{field}' is not a number")
    return value
