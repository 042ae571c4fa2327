"""Evaluates a model directory in the clear with NumPy, layer by layer as the format's description says.

It shares no code with what wrote the directory, so that a mistake there shows.
"""

import math

import numpy as np

from .artefact import Artefact


def evaluate(artefact: Artefact, records: np.ndarray, logits: bool = False, layers: int | None = None) -> np.ndarray:
    """Returns the outputs for records, one in each row, with the means as weights.

    With `logits` a softmax at the end is left out; of so many `layers` the last one's outputs are returned.
    """
    shape = artefact.shape if len(artefact.shape) == 3 else (artefact.shape[0], 1, 1)
    x = np.asarray(records, np.float64).reshape(len(records), *shape)
    seen = {"input": x}
    for layer in artefact.layers[:layers]:
        if logits and layer is artefact.layers[-1] and layer["type"] == "softmax":
            break
        x = _LAYERS[layer["type"]](layer, x, artefact.tensors, seen)
        seen[layer["name"]] = x
    return x.reshape(len(records), -1)


def _parameters(layer, tensors):
    weight = tensors[layer["name"] + ".weight.mean"].astype(np.float64)
    bias = tensors.get(layer["name"] + ".bias.mean")
    return weight, 0.0 if bias is None else bias.astype(np.float64)


def _dense(layer, x, tensors, _):
    weight, bias = _parameters(layer, tensors)
    return (x.reshape(len(x), -1) @ weight.T + bias)[:, :, None, None]


def _two(value):
    return value if isinstance(value, list) else [value, value]


def _window(layer):
    kernel = _two(layer["kernel"])
    stride = _two(layer.get("stride", 1 if layer["type"] == "conv2d" else layer["kernel"]))
    dilation = _two(layer.get("dilation", 1))
    padding = _two(layer.get("padding", 0))
    top, left, bottom, right = padding if len(padding) == 4 else padding * 2
    return kernel, stride, dilation, (top, left, bottom, right)


def _places(size, kernel, stride, dilation, before, after, ceil):
    room = size + before + after - (kernel - 1) * dilation - 1
    places = room // stride + 1
    if ceil and room % stride and places * stride < size + before:
        places += 1
    return places


def _taps(layer, x, fill):
    """Yields what each element of the window reads, at all places at once."""
    kernel, stride, dilation, (top, left, bottom, right) = _window(layer)
    ceil = layer.get("ceil", False)
    height = _places(x.shape[2], kernel[0], stride[0], dilation[0], top, bottom, ceil)
    width = _places(x.shape[3], kernel[1], stride[1], dilation[1], left, right, ceil)
    more = [
        max(0, (height - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1 - top - x.shape[2]),
        max(0, (width - 1) * stride[1] + (kernel[1] - 1) * dilation[1] + 1 - left - x.shape[3]),
    ]
    padded = np.pad(x, ((0, 0), (0, 0), (top, more[0]), (left, more[1])), constant_values=fill)
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            rows = slice(a * dilation[0], a * dilation[0] + (height - 1) * stride[0] + 1, stride[0])
            columns = slice(b * dilation[1], b * dilation[1] + (width - 1) * stride[1] + 1, stride[1])
            yield a, b, padded[:, :, rows, columns]


def _conv(layer, x, tensors, _):
    weight, bias = _parameters(layer, tensors)
    groups = layer.get("groups", 1)
    outputs, inputs = weight.shape[0] // groups, weight.shape[1]
    total = 0.0
    for a, b, read in _taps(layer, x, 0.0):
        parts = [
            np.einsum(
                "ncyx,mc->nmyx",
                read[:, g * inputs : (g + 1) * inputs],
                weight[g * outputs : (g + 1) * outputs, :, a, b],
                optimize=True,
            )
            for g in range(groups)
        ]
        total = total + np.concatenate(parts, axis=1)
    return total + np.reshape(bias, (1, -1, 1, 1))


def _batch_norm(layer, x, tensors, _):
    gamma, beta, mean, variance = (
        tensors[f"{layer['name']}.{part}"].astype(np.float64).reshape(1, -1, 1, 1)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    return (x - mean) / np.sqrt(variance + layer.get("epsilon", 1e-5)) * gamma + beta


def _max_pool(layer, x, *_):
    largest = None
    for _a, _b, read in _taps(layer, x, -np.inf):
        largest = read if largest is None else np.maximum(largest, read)
    return largest


def _counted(size, kernel, stride, dilation, before, after, ceil, padding_counts):
    """Returns how many elements of each window count, along one side."""
    low, high = (-before, size + after) if padding_counts else (0, size)
    places = _places(size, kernel, stride, dilation, before, after, ceil)
    elements = np.arange(places)[:, None] * stride - before + np.arange(kernel)[None, :] * dilation
    return ((elements >= low) & (elements < high)).sum(axis=1)


def _average_pool(layer, x, *_):
    kernel, stride, dilation, (top, left, bottom, right) = _window(layer)
    how = layer.get("ceil", False), layer.get("countPadding", True)
    down = _counted(x.shape[2], kernel[0], stride[0], dilation[0], top, bottom, *how)
    across = _counted(x.shape[3], kernel[1], stride[1], dilation[1], left, right, *how)
    return sum(read for _a, _b, read in _taps(layer, x, 0.0)) / np.outer(down, across)


def _prelu(layer, x, *_):
    slopes = np.asarray(layer["slopes"])
    shape = (-1, 1, 1) if slopes.size in (1, x.shape[1]) else x.shape[1:]
    return np.where(x < 0, x * slopes.reshape(shape), x)


def _matmul(layer, x, tensors, seen):
    return np.einsum("ncyk,nckx->ncyx", seen[layer["from"]], x, optimize=True)


def _elu(layer, x, *_):
    return np.where(x < 0, layer.get("alpha", 1) * np.expm1(np.minimum(x, 0)), x)


def _softmax(_, x, *__):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _gelu(_, x, *__):
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def _view(layer, x, *_):
    flat = x.reshape(len(x), -1)
    counters = np.indices(layer["sizes"]).reshape(len(layer["sizes"]), -1)
    elements = layer.get("offset", 0) + np.asarray(layer["strides"]) @ counters
    return flat[:, elements].reshape(len(x), *layer["shape"])


def _pad(layer, x, *_):
    padding = _two(layer["padding"])
    top, left, bottom, right = padding if len(padding) == 4 else padding * 2
    mode = layer.get("mode", "constant")
    more = {"constant_values": layer.get("value", 0)} if mode == "constant" else {}
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), mode=mode, **more)


def _standard(x, axis, epsilon):
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + epsilon)


def _group_norm(layer, x, *_):
    groups = x.reshape(len(x), layer["groups"], -1)
    return _standard(groups, 2, layer.get("epsilon", 1e-5)).reshape(x.shape)


_LAYERS = {
    "dense": _dense,
    "conv2d": _conv,
    "batchNorm": _batch_norm,
    "maxPool": _max_pool,
    "averagePool": _average_pool,
    "flatten": lambda layer, x, *_: x.reshape(len(x), -1, 1, 1),
    "residualAdd": lambda layer, x, tensors, seen: x + seen[layer["from"]],
    "subtract": lambda layer, x, tensors, seen: seen[layer["from"]] - x,
    "multiply": lambda layer, x, tensors, seen: x * seen[layer["from"]],
    "matMul": _matmul,
    "concat": lambda layer, x, tensors, seen: np.concatenate([seen[layer["from"]], x], axis=1),
    "recall": lambda layer, x, tensors, seen: seen[layer["from"]],
    "view": _view,
    "pad": _pad,
    "groupNorm": _group_norm,
    "layerNorm": lambda layer, x, *_: _standard(x, 1, layer.get("epsilon", 1e-5)),
    "relu": lambda layer, x, *_: np.maximum(x, 0),
    "leakyRelu": lambda layer, x, *_: np.where(x < 0, layer.get("slope", 0.01) * x, x),
    "prelu": _prelu,
    "clip": lambda layer, x, *_: np.clip(x, layer["low"], layer["high"]),
    "sigmoid": lambda layer, x, *_: 1 / (1 + np.exp(-x)),
    "hardSigmoid": lambda layer, x, *_: np.clip(layer.get("slope", 1 / 6) * x + layer.get("shift", 0.5), 0, 1),
    "silu": lambda layer, x, *_: x / (1 + np.exp(-x)),
    "hardSwish": lambda layer, x, *_: x * np.clip(x / 6 + 0.5, 0, 1),
    "tanh": lambda layer, x, *_: np.tanh(x),
    "elu": _elu,
    "softplus": lambda layer, x, *_: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "exp": lambda layer, x, *_: np.exp(x),
    "log": lambda layer, x, *_: np.log(x),
    "sqrt": lambda layer, x, *_: np.sqrt(x),
    "abs": lambda layer, x, *_: np.abs(x),
    "reciprocal": lambda layer, x, *_: 1 / x,
    "affine": lambda layer, x, *_: layer.get("slope", 1) * x + layer.get("shift", 0),
    "gelu": _gelu,
    "geluTanh": lambda layer, x, *_: x / 2 * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))),
    "square": lambda layer, x, *_: x * x,
    "quadratic": lambda layer, x, *_: layer["a"] * x * x + layer["b"] * x + layer["c"],
    "softmax": _softmax,
}
