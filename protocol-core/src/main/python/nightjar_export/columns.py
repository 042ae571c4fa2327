"""Columns of a table, for pipelines of scikit-learn that begin with a `ColumnTransformer`.

The transformer is asked what it makes of tables, and never looked into: what comes out has to be a line in each column
of numbers, and anything in each column of categories.
"""

from dataclasses import dataclass, replace

import numpy as np

from .errors import ExportError

_MOST_VALUES = 1000


@dataclass
class Table:
    """How a table becomes elements from 0 to 1, and these what the rest of a pipeline reads."""

    columns: list
    elements: np.ndarray
    matrix: np.ndarray
    offset: np.ndarray
    transformed: np.ndarray
    rest: object

    def applied(self, artefact):
        """Returns a network that reads the elements of the columns."""
        first = artefact.layers[0]
        if first["type"] != "dense":
            raise ExportError(f"columns of a table need a linear layer first, and there is a {first['type']}")
        tensors = dict(artefact.tensors)
        for name in artefact.tensors:
            if not f".{name}".endswith(f".{first['name']}.weight.mean"):
                continue
            bias = name.replace(".weight.", ".bias.")
            tensors[bias] = tensors.get(bias, 0.0) + tensors[name] @ self.offset
            tensors[name] = tensors[name] @ self.matrix
        size = self.matrix.shape[1]
        layers = [{**first, "inputs": size, "bias": True}, *artefact.layers[1:]]
        return replace(
            artefact, shape=(size,), value_range=(0.0, 1.0), layers=layers, tensors=tensors, columns=self.columns
        )


def is_table(source):
    """Returns whether a source is a pipeline that begins with a transformer of columns."""
    return bool(getattr(source, "steps", None)) and hasattr(source.steps[0][1], "transformers_")


def table(source, frame):
    """Returns the table of a pipeline, whose numbers are from what they are at the least in a frame to the most."""
    if not hasattr(frame, "columns") or len(frame) == 0:
        raise ExportError("a pipeline of columns needs records as a data frame")
    transformer = source.steps[0][1]
    used = {str(one) for _, step, names in transformer.transformers_ if step != "drop" for one in _names(names, frame)}
    frame = frame[[one for one in frame.columns if str(one) in used or one in transformer.feature_names_in_]]

    def made(rows):
        out = transformer.transform(rows)
        return np.asarray(out.toarray() if hasattr(out, "toarray") else out, np.float64)

    base = frame.iloc[[0]].copy()
    kinds = {name: _kind(name, frame[name], transformer) for name in frame.columns if str(name) in used}
    for name, (_, values) in kinds.items():
        base[name] = values[0]
    offset = made(base)[0]
    columns, elements, parts = [], [], []
    for name, (kind, values) in kinds.items():
        rows = base.loc[base.index.repeat(len(values))].copy()
        rows[name] = values
        differences = made(rows) - offset
        column, read, part = (_category if kind == "category" else _number)(str(name), values, differences, frame[name])
        columns.append(column)
        elements.append(read)
        parts.append(part)
    found = Table(columns, np.concatenate(elements, axis=1), np.concatenate(parts, axis=1), offset, made(frame), None)
    apart = np.abs(found.elements @ found.matrix.T + offset - found.transformed).max(axis=0)
    if not np.all(apart <= 1e-5 * np.maximum(1, np.abs(found.transformed).max(axis=0))):
        raise ExportError(
            "the columns become something other than lines of single numbers and choices of single categories:"
            " no more than scaling, filling in and encoding is supported"
        )
    from sklearn.pipeline import Pipeline

    return replace(found, rest=Pipeline(source.steps[1:]) if len(source.steps) > 2 else source.steps[1][1])


def _names(names, frame):
    if isinstance(names, (str, int)):
        names = [names]
    return [frame.columns[one] if isinstance(one, (int, np.integer)) else one for one in names]


def _kind(name, column, transformer):
    """Returns whether a column has numbers or categories, and the values to ask for."""
    gaps = column.isna().any()
    numbers = column.dtype.kind in "iuf" and not _encodes(transformer, name)
    if numbers:
        low, high = float(column.min()), float(column.max())
        if not np.isfinite([low, high]).all() or low == high:
            raise ExportError(f"column {name!r} has no numbers, or only one: its range cannot be told")
        return "number", [low, high, *([np.nan] if gaps else [])]
    values = sorted(column.dropna().unique().tolist(), key=str)
    if not 0 < len(values) <= _MOST_VALUES:
        raise ExportError(f"column {name!r} has {len(values)} values: from 1 to {_MOST_VALUES} can be categories")
    if any(isinstance(one, float) and not one.is_integer() for one in values):
        raise ExportError(f"column {name!r} has fractions as categories")
    return "category", [*([None] if gaps else []), *values]


def _encodes(transformer, name):
    """Returns whether a column goes to an encoder of categories."""
    for _, step, names in transformer.transformers_:
        given = [names] if isinstance(names, str) else list(names)
        steps = [one for _, one in step.steps] if hasattr(step, "steps") else [step]
        if name in given and any(hasattr(one, "categories_") for one in steps):
            return True
    return False


def _number(name, values, differences, column):
    low, high = values[:2]
    column_of = {"name": name, "type": "number", "low": low, "high": high}
    share = ((column.to_numpy(np.float64) - low) / (high - low)).reshape(-1, 1)
    line = differences[1].reshape(-1, 1)
    if len(values) == 2:
        return column_of, share, line
    steepest = int(np.argmax(np.abs(line)))
    filled = low if line[steepest, 0] == 0 else low + differences[2][steepest] / line[steepest, 0] * (high - low)
    if not low <= filled <= high:
        raise ExportError(f"column {name!r}: what is missing counts as {filled:.6g}, which is none of {low} to {high}")
    gaps = column.isna().to_numpy().reshape(-1, 1)
    share[gaps] = (filled - low) / (high - low)
    beyond = differences[2].reshape(-1, 1) - line * (filled - low) / (high - low)  # an indicator, if there is one
    return (
        {**column_of, "missing": float(filled)},
        np.concatenate([share, gaps.astype(np.float64)], axis=1),
        np.concatenate([line, beyond], axis=1),
    )


def _category(name, values, differences, column):
    gaps = values[0] is None
    known = values[1:] if gaps else values
    texts = [_text(one) for one in known]
    if len(set(texts)) != len(texts):
        raise ExportError(f"column {name!r} has values that are the same as text")
    column_of = {"name": name, "type": "category", "values": texts} | ({"missing": True} if gaps else {})
    read = np.stack([(column == one).to_numpy(np.float64) for one in known], axis=1)
    return column_of, read, differences[1 if gaps else 0 :].T


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) else str(value)
