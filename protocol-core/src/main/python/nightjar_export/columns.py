"""Columns of a table, for pipelines of scikit-learn that begin with a `ColumnTransformer`.

The transformer is asked what it makes of tables, and never looked into: what comes out has to be a line in each column
of numbers, and anything in each column of categories.
"""

from dataclasses import dataclass, replace

import numpy as np

from .errors import ExportError, line

_MOST_VALUES = 1000
_MOST_ASKED = 256


@dataclass
class Table:
    """How a table becomes elements from 0 to 1, and these what the rest of a pipeline reads."""

    columns: list
    elements: np.ndarray
    matrix: np.ndarray
    offset: np.ndarray
    transformed: np.ndarray
    rest: object
    ends: tuple[float, float] = (0.0, 1.0)

    def applied(self, artefact):
        """Returns a network that reads the elements of the columns."""
        first = artefact.layers[0]
        if first["type"] != "dense":
            raise ExportError(f"columns of a table need a linear layer first, and there is a {first['type']}")
        tensors = dict(artefact.tensors)
        for name in artefact.tensors:
            if f".{name}".endswith(f".{first['name']}.weight.mean"):
                bias = name.replace(".weight.", ".bias.")
                tensors[bias] = tensors.get(bias, 0.0) + tensors[name] @ self.offset
                tensors[name] = tensors[name] @ self.matrix
            elif f".{name}".endswith(f".{first['name']}.weight.std"):
                tensors[name] = tensors[name] @ np.abs(self.matrix)
        size = self.matrix.shape[1]
        layers = [{**first, "inputs": size, "bias": True}, *artefact.layers[1:]]
        return replace(
            artefact, shape=(size,), value_range=self.ends, layers=layers, tensors=tensors, columns=self.columns
        )


def unwrapped(source):
    """Returns the fitted estimator within a search, and a pipeline without pipelines as steps."""
    while hasattr(source, "best_estimator_"):
        source = source.best_estimator_
    if not getattr(source, "steps", None):
        return source
    from sklearn.pipeline import Pipeline

    steps = []
    for name, step in source.steps:
        step = unwrapped(step)
        if step is None or isinstance(step, str):
            continue
        steps += [(f"{name}__{a}", b) for a, b in step.steps] if hasattr(step, "steps") else [(name, step)]
    return Pipeline(steps)


def is_table(source, records):
    """Returns whether a source is a pipeline that begins with what reads a table: a transformer of columns, or another
    of a data frame with more than numbers."""
    steps = getattr(source, "steps", None)
    if not steps or hasattr(steps[0][1], "transformers_"):
        return bool(steps)
    if not hasattr(records, "columns") or not hasattr(steps[0][1], "transform"):
        return False
    return bool(records.isna().any(axis=None)) or any(kind.kind not in "biuf" for kind in records.dtypes)


def table(source, frame):
    """Returns the table of a pipeline, whose numbers are from what they are at the least in a frame to the most."""
    if not hasattr(frame, "columns") or len(frame) == 0:
        raise ExportError("a pipeline of columns needs records as a data frame")
    transformer = source.steps[0][1]
    steps = [
        (step, _names(names, frame))
        for _, step, names in getattr(transformer, "transformers_", [("", transformer, list(frame.columns))])
        if not isinstance(step, str) or step != "drop"
    ]
    used = {str(one) for _, names in steps for one in names}
    seen = getattr(transformer, "feature_names_in_", ())
    frame = frame[[one for one in frame.columns if str(one) in used or one in seen]]
    if not used:
        raise ExportError("the pipeline uses no column of the records")

    def made(rows):
        try:
            out = transformer.transform(rows)
        except Exception as e:  # whatever an estimator throws
            raise ExportError(f"the pipeline does not take the records ({type(e).__name__}: {line(e)})") from e
        try:
            return np.asarray(out.toarray() if hasattr(out, "toarray") else out, np.float64)
        except (TypeError, ValueError) as e:
            raise ExportError(f"the pipeline begins with what makes no numbers of the records ({line(e)})") from e

    base = frame.iloc[[0]].copy()
    kinds = {name: _kind(name, frame[name], steps) for name in frame.columns if str(name) in used}
    for name, (_, values) in kinds.items():
        base[name] = _of_kind([values[0]], frame[name], base.index)
    offset = made(base)[0]
    columns, elements, parts = [], [], []
    for name, (kind, values) in kinds.items():
        rows = base.loc[base.index.repeat(len(values))].copy()
        rows[name] = _of_kind(values, frame[name], rows.index)
        differences = made(rows) - offset
        column, read, part = (_category if kind == "category" else _number)(str(name), values, differences, frame[name])
        rows = base.loc[base.index.repeat(min(len(frame), _MOST_ASKED))].copy()
        rows[name] = frame[name].iloc[: len(rows)].set_axis(rows.index)
        if not _are_close(read[: len(rows)] @ part.T + offset, made(rows)):
            raise ExportError(
                f"column {name!r} becomes something other than a line or a choice: no more than scaling, filling in and"
                " encoding is supported"
            )
        columns.append(column)
        elements.append(read)
        parts.append(part)
    found = Table(columns, np.concatenate(elements, axis=1), np.concatenate(parts, axis=1), offset, made(frame), None)
    if not _are_close(found.elements @ found.matrix.T + offset, found.transformed):
        raise ExportError("columns become something of several of them: each has to become something of its own")
    from sklearn.pipeline import Pipeline

    return replace(found, rest=Pipeline(source.steps[1:]) if len(source.steps) > 2 else source.steps[1][1])


def _are_close(found, wanted):
    apart = np.abs(found - wanted).max(axis=0)
    return bool(np.all(apart <= 1e-5 * np.maximum(1, np.abs(wanted).max(axis=0))))


def numbers(frame, features, centred):
    """Returns the table of columns of numbers, each of which has a range of its own: what it has in a data frame.

    If it is `centred`, 0 stays 0, so that nothing is added to what weights multiply, which may have deviations.
    """
    frame = frame.set_axis([str(one) for one in frame.columns], axis=1)
    features = [str(one) for one in features]
    missing = [one for one in features if one not in frame.columns]
    if missing:
        raise ExportError(f"the records have no column {missing[0]!r}")
    try:
        given = frame[features].to_numpy(np.float64)
    except (TypeError, ValueError) as e:
        raise ExportError(
            f"the records have columns that are no numbers ({e}): name those that are features, or put a"
            " ColumnTransformer first"
        ) from e
    if not np.all(np.isfinite(given)):
        raise ExportError("the records must be finite numbers: fill in what is missing, by a ColumnTransformer first")
    low, high = given.min(axis=0), given.max(axis=0)
    if centred:
        high = np.maximum(np.abs(low), np.abs(high))
        high[high == 0] = 1
        low, width = -high, high
    else:
        high = np.where(high > low, high, low + 1)
        width = high - low
    columns = [
        {"name": name, "type": "number", "low": float(a), "high": float(b)}
        for name, a, b in zip(features, low, high, strict=True)
    ]
    offset = 0 * low if centred else low
    elements = (given - offset) / width
    return Table(columns, elements, np.diag(width), offset, given, None, (-1.0, 1.0) if centred else (0.0, 1.0))


def _of_kind(values, column, index):
    """Returns values as a column of the same type, in which what is missing is what it is there."""
    import pandas as pd

    if column.dtype.kind in "iuf" and None not in values:
        return values
    gaps = column[column.isna()]
    values = [gaps.iloc[0] if one is None else one for one in values]
    kind = column.dtype if column.dtype.kind not in "iu" or all(one == int(one) for one in values) else np.float64
    return pd.Series(values, index=index, dtype=kind)


def _names(names, frame):
    if isinstance(names, (str, int)):
        names = [names]
    if isinstance(names, slice):
        by_name = isinstance(names.start or names.stop, str)
        return list((frame.loc if by_name else frame.iloc)[:, names].columns)
    if len(names) and isinstance(names[0], (bool, np.bool_)):
        return list(frame.columns[list(names)])
    return [frame.columns[one] if isinstance(one, (int, np.integer)) else one for one in names]


def _kind(name, column, steps):
    """Returns whether a column has numbers or categories, and the values to ask for."""
    gaps = column.isna().any()
    numbers = column.dtype.kind in "iuf" and not _encodes(steps, name)
    if numbers:
        low, high = float(column.min()), float(column.max())
        if not np.isfinite([low, high]).all():
            raise ExportError(f"column {name!r} has no finite numbers: its range cannot be told")
        high = high if high > low else low + 1
        return "number", [low, high, *([np.nan] if gaps else [])]
    values = sorted(column.dropna().unique().tolist(), key=str)
    if not 0 < len(values) <= _MOST_VALUES:
        raise ExportError(f"column {name!r} has {len(values)} values: from 1 to {_MOST_VALUES} can be categories")
    if any(isinstance(one, float) and not one.is_integer() for one in values):
        raise ExportError(f"column {name!r} has fractions as categories")
    return "category", [*([None] if gaps else []), *values]


def _encodes(steps, name):
    """Returns whether a column goes to an encoder of categories."""
    for step, names in steps:
        parts = [one for _, one in step.steps] if hasattr(step, "steps") else [step]
        if name in names and any(hasattr(one, "categories_") for one in parts):
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
    filled = min(max(filled, low), high)  # what is beyond, an element of its own adds
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
