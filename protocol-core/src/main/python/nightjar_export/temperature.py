"""One number that the last layer is divided by, so that probabilities are as often right as they say."""

from dataclasses import dataclass, replace

import numpy as np

from .errors import ExportError
from .evaluate import evaluate

DRAWS = 16
_COLDEST, _HOTTEST = np.log(0.05), np.log(20.0)


@dataclass
class Temperature:
    """What a model is divided by, and the expected error of its probabilities before and after, in 15 bins."""

    value: float
    records: int
    before: float
    after: float

    def __str__(self):
        return (
            f"temperature {self.value:.3g}, of {self.records} labelled records: probabilities are off by"
            f" {self.before:.1%} without, {self.after:.1%} with it (expected calibration error, 15 bins)"
        )


def tempered(artefact, elements, labels):
    """Returns a classifier with the temperature at which labels are most likely, and that temperature."""
    labels = np.asarray(labels)
    if artefact.task != "classification":
        raise ExportError("labels are for the temperature of a classification")
    if labels.shape != (len(elements),) or labels.dtype.kind not in "iu" or len(labels) == 0:
        raise ExportError(f"there must be a label for each of the {len(elements)} records, the number of its class")
    if labels.min() < 0 or labels.max() >= len(artefact.classes):
        raise ExportError(
            f"labels are from {labels.min()} to {labels.max()}: there are {len(artefact.classes)} classes"
        )
    last = next((one for one in reversed(artefact.layers) if one["type"] != "softmax"), None)
    if last is None or last["type"] != "dense":
        raise ExportError("a temperature needs a linear layer before the probabilities")
    logits = np.stack([evaluate(one, elements, logits=True) for one in _draws(artefact)])
    value = float(np.exp(_least(lambda log: _surprise(logits / np.exp(log), labels))))
    parts = tuple(f".{last['name']}.{part}" for part in ("weight.mean", "weight.std", "bias.mean", "bias.std"))
    tensors = {
        name: tensor / value if f".{name}".endswith(parts) else tensor for name, tensor in artefact.tensors.items()
    }
    errors = (_error(_probabilities(logits / scale), labels) for scale in (1.0, value))
    return replace(artefact, tensors=tensors), Temperature(value, len(labels), *errors)


def _draws(artefact):
    """Yields networks of an artefact's posterior: its members, or draws."""
    members = artefact.members()
    if len(members) > 1:
        yield from members
        return
    deviations = {name[:-3] + "mean": one for name, one in artefact.tensors.items() if name.endswith(".std")}
    random = np.random.default_rng(1)
    for _ in range(DRAWS if deviations else 1):
        drawn = {name: artefact.tensors[name] + random.standard_normal(s.shape) * s for name, s in deviations.items()}
        yield replace(artefact, tensors=artefact.tensors | drawn)


def _probabilities(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (powers / powers.sum(axis=-1, keepdims=True)).mean(axis=0)


def _surprise(logits, labels):
    return -np.log(np.maximum(_probabilities(logits)[np.arange(len(labels)), labels], 1e-300)).mean()


def _error(probabilities, labels, bins=15):
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    return float(sum(abs(np.sum(sure[bin_of == i]) - np.sum(right[bin_of == i])) for i in range(bins)) / len(labels))


def _least(function, steps=60):
    """Returns where a function with one valley is least, by golden sections."""
    low, high = _COLDEST, _HOTTEST
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(steps):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if function(left) <= function(right) else (left, high)
    return (low + high) / 2
