"""Operators that mix elements, and so become layers."""

from dataclasses import replace

import numpy as np

from .errors import Unsupported
from .values import Value, attribute, is_whole, short, three


class Operators:
    """What a graph does with them."""

    def _op_Gemm(self, node):
        if attribute(node, "transA", 0):
            raise Unsupported(node, "it transposes the records")
        weight = np.asarray(self._const(node, 1), np.float64) * attribute(node, "alpha", 1.0)
        bias = self._const(node, 2)
        if bias is not None:
            bias = np.asarray(bias, np.float64) * attribute(node, "beta", 1.0)
        return self._dense(node, self._given(node, 0), weight if attribute(node, "transB", 0) else weight.T, bias)

    def _op_MatMul(self, node):
        weight = np.asarray(self._const(node, 1), np.float64)
        if weight.ndim != 2:
            raise Unsupported(node, f"its constant has shape {weight.shape}: it must be a matrix")
        return self._dense(node, self._given(node, 0), weight.T, None)

    def _op_Conv(self, node):
        value = self._given(node, 0)
        weight = np.asarray(self._const(node, 1), np.float64)
        bias = self._const(node, 2)
        value = self._split(value, node)
        scale, shift = self._ahead(value)
        if scale is not None:
            channels = value.shape[1]
            by_channel = [one.reshape(channels, -1) for one in (scale, shift)]
            even = all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel)
            padded = any(attribute(node, "pads", [])) or attribute(node, "auto_pad", b"NOTSET") not in (
                b"NOTSET",
                b"VALID",
            )
            if even and attribute(node, "group", 1) == 1 and not (padded and np.any(shift)):
                value = replace(value, function=None, nodes=())
                scale, shift = (one[:, 0] for one in by_channel)
                more = np.tensordot(weight.reshape(*weight.shape[:2], -1).sum(axis=2), shift, 1)
                bias = more if bias is None else np.asarray(bias, np.float64) + more
                weight = weight * scale.reshape(1, -1, *[1] * (weight.ndim - 2))
        value = self._image(node, value)
        window, places = self._window(node, value, weight.shape[2:])
        groups = attribute(node, "group", 1)
        keys = {
            "type": "conv2d",
            "inputChannels": value.shape[1],
            "outputChannels": weight.shape[0],
            **window,
            "groups": groups,
            "bias": bias is not None,
        }
        name = self._add(keys, (weight.shape[0], *places))
        self.tensors[name + ".weight.mean"] = weight if weight.ndim == 4 else weight[:, :, None, :]
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.asarray(bias, np.float64)
        return self._result(weight.shape[0], *places, value.index.ndim)

    def _window(self, node, value, kernel):
        """Returns the keys of a window, and how many places it has."""
        kernel = [int(side) for side in kernel]
        ones = [1] * len(kernel)
        stride = list(attribute(node, "strides", ones))
        dilation = list(attribute(node, "dilations", ones))
        pads = list(attribute(node, "pads", [0] * 2 * len(kernel)))
        ceil = bool(attribute(node, "ceil_mode", 0))
        auto = attribute(node, "auto_pad", b"NOTSET").decode()
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            pads = same_padding(value.shape[2:], kernel, stride, dilation, auto == "SAME_UPPER")
        if any(p < 0 for p in pads):
            raise Unsupported(node, "its padding is negative: slice instead")
        if len(kernel) == 1:
            kernel, stride, dilation, pads = [1, *kernel], [1, *stride], [1, *dilation], [0, pads[0], 0, pads[1]]
        height, width = three(value.shape)[1:]
        places = [
            places_of(height, kernel[0], stride[0], dilation[0], pads[0], pads[2], ceil),
            places_of(width, kernel[1], stride[1], dilation[1], pads[1], pads[3], ceil),
        ]
        if min(places) < 1:
            raise Unsupported(node, f"its kernel does not fit an input of {value.shape[1:]}")
        window = {"kernel": short(kernel), "stride": short(stride), "padding": short(pads)}
        if dilation != [1, 1]:
            window["dilation"] = short(dilation)
        if ceil:
            window["ceil"] = True
        return window, tuple(places)

    def _pool(self, node, kind, more):
        value = self._image(node, self._given(node, 0))
        window, places = self._window(node, value, attribute(node, "kernel_shape"))
        self._add({"type": kind, **window, **more}, (value.shape[1], *places))
        return self._result(value.shape[1], *places, value.index.ndim)

    def _op_MaxPool(self, node):
        return self._pool(node, "maxPool", {})

    def _op_AveragePool(self, node):
        counts = bool(attribute(node, "count_include_pad", 0))
        return self._pool(node, "averagePool", {} if counts else {"countPadding": False})

    def _global(self, node, kind, keep=True):
        value = self._image(node, self._given(node, 0))
        channels, height, width = three(value.shape)
        kernel = short([height, width])
        self._add({"type": kind, "kernel": kernel, "stride": kernel, "padding": 0}, (channels, 1, 1))
        shape = (1, channels, *[1] * (value.index.ndim - 2)) if keep else (1, channels)
        return Value(len(self.layers), np.arange(channels).reshape(shape))

    def _op_GlobalAveragePool(self, node):
        return self._global(node, "averagePool")

    def _op_GlobalMaxPool(self, node):
        return self._global(node, "maxPool")

    def _reduce(self, node, kind):
        value = self._given(node, 0)
        axes = self._axes(node)
        dimensions = value.index.ndim
        found = sorted(int(a) % dimensions for a in (range(dimensions) if axes is None else axes))
        if found != list(range(2, dimensions)):
            raise Unsupported(
                node, f"it reduces axes {found}: only over all positions of an image or signal can be reduced"
            )
        return self._global(node, kind, bool(attribute(node, "keepdims", 1)))

    def _op_ReduceMean(self, node):
        return self._reduce(node, "averagePool")

    def _op_ReduceMax(self, node):
        return self._reduce(node, "maxPool")

    def _op_BatchNormalization(self, node):
        value = self._given(node, 0)
        gamma, beta, mean, variance = (np.asarray(self._const(node, i), np.float64) for i in range(1, 5))
        scale = gamma / np.sqrt(variance + attribute(node, "epsilon", 1e-5))
        shape = (1, -1, *[1] * (value.index.ndim - 2))
        value = self._with_constant(node, value, scale.reshape(shape), lambda x, c: x * c)
        return self._with_constant(node, value, (beta - mean * scale).reshape(shape), lambda x, c: x + c)

    def _op_Softmax(self, node):
        value = self._given(node, 0)
        if value.index.ndim != 2 or attribute(node, "axis", -1) % 2 != 1:
            raise Unsupported(
                node, f"its input has shape {value.shape}: a softmax is over the classes of a record, at the end"
            )
        value = self._vector(node, value)
        if not is_whole(value):
            raise Unsupported(node, "it takes some of the outputs of a layer only")
        self.logits = node.input[0]
        self.softmax = True
        return value

    def _op_LogSoftmax(self, node):
        return self._op_Softmax(node)


def places_of(size, kernel, stride, dilation, before, after, ceil):
    room = size + before + after - (kernel - 1) * dilation - 1
    if room < 0:
        return 0
    places = room // stride + 1
    return places + 1 if ceil and room % stride and places * stride < size + before else places


def same_padding(sides, kernel, stride, dilation, upper):
    before, after = [], []
    for side, k, s, d in zip(sides, kernel, stride, dilation, strict=True):
        total = max(0, (-(-side // s) - 1) * s + (k - 1) * d + 1 - side)
        small, large = total // 2, total - total // 2
        before.append(small if upper else large)
        after.append(large if upper else small)
    return before + after
