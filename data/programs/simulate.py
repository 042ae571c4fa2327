"""Scoring with weights drawn for whole batches, in floating point or in the integers of an encrypted run.

Fixed point is as Nightjar's planner has it at its defaults: inputs and activations are unsigned 8-bit
integers over their range, or signed ones if that has negative numbers; weights are signed 8-bit
integers with one scale per output,

    scale = max over the row of (|mu| + 4 sigma) / 127,

draws are cut off at 4 sigma, and an average pool after a convolution is folded into the drawn kernel
before it is rounded.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

import measures
from networks import Convolution, Dense, Layer, activation_names

BATCH = 2048
CLIP = 4.0
ACTIVATION_STEPS = 255
SIGNED_STEPS = 127
WEIGHT_STEPS = 127

# Layer name -> "weight" or "bias" -> (mean, deviation).
Posterior = dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]
# Of the outputs of a pool or an activation, by its name.
Ranges = dict[str, tuple[float, float]]


@dataclasses.dataclass(frozen=True)
class Quantiser:
    """Real numbers of a range around 0 as integers; 0 is 0."""

    low: float
    high: float

    @property
    def scale(self) -> float:
        """What one step is worth."""
        return max(-self.low, self.high) / (SIGNED_STEPS if self.low < 0 else ACTIVATION_STEPS)

    def integers(self, x: np.ndarray) -> np.ndarray:
        """The nearest integers for numbers, which are cut off at the range's ends."""
        return np.clip(np.rint(x / self.scale), np.rint(self.low / self.scale), np.rint(self.high / self.scale))


@dataclasses.dataclass(frozen=True)
class Scorer:
    """A posterior and how to score with it.

    draws: 0 scores with the posterior means.
    ranges: for fixed point; None scores in floating point.
    """

    layers: tuple[Layer, ...]
    posterior: Posterior
    draws: int
    ranges: Ranges | None = None

    def probabilities(self, records: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """[draws, records, classes]; every batch of 2048 has its own draws."""
        result = np.zeros((max(self.draws, 1), len(records), self.layers[-1].outputs))
        for first in range(0, len(records), BATCH):
            batch = records[first : first + BATCH]
            for draw in range(len(result)):
                *_, (_, logits) = self.outputs(batch, random)
                result[draw, first : first + BATCH] = measures.softmax(logits)
        return result

    def outputs(self, records: np.ndarray, random: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
        """The name and the real outputs of each layer and of each activation, for one draw."""
        x = _inputs(records)
        quantiser = Quantiser(0, 1)
        names = activation_names(self.layers)
        for layer in self.layers:
            weight, bias = (self._drawn(layer, kind, random) for kind in ("weight", "bias"))
            if isinstance(layer, Convolution):
                weight = pooled_kernel(weight, layer.pool)
            if self.ranges is None:
                x = _linear(x, layer, weight) + _per_channel(bias, layer)
            else:
                steps, scale = quantiser.integers(x), quantiser.scale
                rows = self._row_scales(layer)
                integers = np.clip(np.rint((weight.T / rows).T), -WEIGHT_STEPS, WEIGHT_STEPS)
                sums = _linear(steps, layer, integers) + _per_channel(np.rint(bias / (rows * scale)), layer)
                x = sums * _per_channel(rows * scale, layer)
            yield layer.name, x
            if layer.activation is not None:
                x = layer.activation(x)
                yield names[layer.name], x
                if self.ranges is not None:
                    quantiser = Quantiser(*self.ranges[names[layer.name]])

    def _drawn(self, layer: Layer, kind: str, random: np.random.Generator) -> np.ndarray:
        mean, deviation = self.posterior[layer.name][kind]
        if self.draws == 0:
            return mean
        normal = random.standard_normal(mean.shape)
        while (outside := np.abs(normal) > CLIP).any():
            normal[outside] = random.standard_normal(outside.sum())
        return mean + deviation * normal

    def _row_scales(self, layer: Layer) -> np.ndarray:
        mean, deviation = self.posterior[layer.name]["weight"]
        if isinstance(layer, Convolution):
            mean, deviation = pooled_kernel(mean, layer.pool), pooled_kernel(deviation, layer.pool)
        return (np.abs(mean) + CLIP * deviation).reshape(layer.outputs, -1).max(1) / WEIGHT_STEPS


def _inputs(records: np.ndarray) -> np.ndarray:
    """Byte images [records, 28, 28] as [records, 1, 28, 28] in [0, 1]; features, which are in [0, 1], as they are."""
    return records[:, None].astype(np.float64) / ACTIVATION_STEPS if records.dtype == np.uint8 else records


def pooled_kernel(weight: np.ndarray, pool: int) -> np.ndarray:
    """The kernel of a convolution and the average pool after it in one."""
    size = weight.shape[2]
    pooled = np.zeros((*weight.shape[:2], size + pool - 1, size + pool - 1))
    for y in range(pool):
        for x in range(pool):
            pooled[:, :, y : y + size, x : x + size] += weight / pool**2
    return pooled


def _per_channel(values: np.ndarray, layer: Layer) -> np.ndarray:
    return values if isinstance(layer, Dense) else values[:, None, None]


def _linear(x: np.ndarray, layer: Layer, weight: np.ndarray) -> np.ndarray:
    if isinstance(layer, Dense):
        return x.reshape(len(x), -1) @ weight.T
    padding = layer.padding
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kernel = weight.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(2, 3))
    windows = windows[:, :, :: layer.step, :: layer.step].transpose(0, 2, 3, 1, 4, 5)
    flat = windows.reshape(-1, layer.inputs * kernel[0] * kernel[1]) @ weight.reshape(layer.outputs, -1).T
    return flat.reshape(*windows.shape[:3], layer.outputs).transpose(0, 3, 1, 2)
