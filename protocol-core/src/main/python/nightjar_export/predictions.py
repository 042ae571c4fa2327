"""Compares with what a network's own library predicts, which may have written something else as ONNX."""

import numpy as np

from .comparing import TOLERANCE
from .errors import ExportError
from .evaluate import evaluate

_MOST_RECORDS = 256
_ALONE = 3


def compare(source, artefact, graph, records, elements, target):
    """Raises `ExportError` if a source's own predictions for records, together or alone, are others."""
    if records is None or not hasattr(source, "predict") and not hasattr(source, "state_dict"):
        return
    found = evaluate(artefact, elements[:_MOST_RECORDS])
    records = np.asarray(records[: len(found)], np.float32)
    for some in (slice(None), *(slice(i, i + 1) for i in range(min(_ALONE, len(records))))):
        own = _predictions(source, records[some]) * target[0] + target[1]
        wanted = found[some]
        if graph.softmax and np.all(own <= 0):
            wanted = np.log(np.maximum(wanted, 1e-30))
        if wanted.shape[1] == 2 and own.shape[1] == 1:
            wanted = wanted[:, 1:]
        apart = float(np.max(np.abs(wanted - own))) if wanted.shape == own.shape else np.inf
        if not apart <= TOLERANCE * max(1.0, float(np.max(np.abs(own)))):
            raise ExportError(
                f"a {type(source).__name__} says something else than the ONNX that its library wrote of it, by"
                f" {apart:.3g}: it draws, decides by what it is given, mixes the records of a batch, or its library"
                " has a mistake"
            )


def _predictions(source, records):
    """Returns the first output for records, with a row for each."""
    if hasattr(source, "state_dict"):
        import torch

        kind = next((one.dtype for one in source.parameters() if one.dtype.is_floating_point), torch.float32)
        with torch.no_grad():
            own = source(torch.from_numpy(records).to(kind))
        while isinstance(own, (tuple, list, dict)):
            own = next(iter(own.values())) if isinstance(own, dict) else own[0]
        own = own.detach().numpy()
    elif hasattr(source, "predict_proba"):
        own = source.predict_proba(records)
    else:
        own = source.predict(records)
    own = np.asarray(own, np.float64)
    return own.reshape(len(records), -1) if own.size and own.size % len(records) == 0 else own.reshape(1, -1)
