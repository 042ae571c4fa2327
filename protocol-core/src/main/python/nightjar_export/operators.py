"""Operators that mix elements, and so become layers."""

from dataclasses import replace

import numpy as np

from .errors import Unsupported
from .values import Value, attribute, short, three


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
        if node.input[0] in self.constants:
            weight = np.asarray(self._const(node, 0), np.float64)
            value = self._given(node, 1)
            while weight.ndim > 2 and weight.shape[0] == 1:
                weight = weight[0]
            if weight.ndim != 2 or value.index.ndim < 3:
                raise Unsupported(node, "a constant multiplies records from the left")
            turned = self._dense_everywhere(node, replace(value, index=value.index.swapaxes(-1, -2)), weight, None)
            return replace(turned, index=turned.index.swapaxes(-1, -2))
        if node.input[1] not in self.constants:
            return self._product(node, *(self._given(node, i) for i in (0, 1)))
        weight = np.asarray(self._const(node, 1), np.float64)
        if weight.ndim == 1:
            value = self._dense(node, self._given(node, 0), weight[None], None)
            return replace(value, index=value.index[..., 0])
        while weight.ndim > 2 and weight.shape[0] == 1:
            weight = weight[0]
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
            by_channel = [one[value.index].reshape(channels, -1) for one in (scale, shift)]
            even = all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel)
            padded = (
                any(attribute(node, "pads", []))
                or node.input[0] in self.padded
                or attribute(node, "auto_pad", b"NOTSET")
                not in (
                    b"NOTSET",
                    b"VALID",
                )
            )
            if even and attribute(node, "group", 1) == 1 and not (padded and np.any(shift)):
                value = replace(value, function=None, nodes=())
                scale, shift = (one[:, 0] for one in by_channel)
                more = np.tensordot(weight.reshape(*weight.shape[:2], -1).sum(axis=2), shift, 1)
                bias = more if bias is None else np.asarray(bias, np.float64) + more
                weight = weight * scale.reshape(1, -1, *[1] * (weight.ndim - 2))
        value = self._image(node, value)
        window, places = self._window(node, value, weight.shape[2:], self.padded.get(node.input[0], 0))
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

    def _op_ConvTranspose(self, node):
        """Each phase of the output is a convolution of its own; the phases are channels, which are then interleaved."""
        value = self._image(node, self._given(node, 0))
        weight, bias = np.asarray(self._const(node, 1), np.float64), self._const(node, 2)
        signal = weight.ndim == 3
        weight = weight[:, :, None, :] if signal else weight
        groups = attribute(node, "group", 1)
        ones = [1] * (1 if signal else 2)
        stride, more = list(attribute(node, "strides", ones)), list(attribute(node, "output_padding", [0] * len(ones)))
        pads = list(attribute(node, "pads", [0] * 2 * len(ones)))
        if attribute(node, "output_shape") is not None or attribute(node, "auto_pad", b"NOTSET") != b"NOTSET":
            raise Unsupported(node, "its padding follows from the shape of its output: say the padding instead")
        if list(attribute(node, "dilations", ones)) != ones:
            raise Unsupported(node, "its kernel has gaps")
        if signal:
            stride, more, pads = [1, *stride], [0, *more], [0, pads[0], 0, pads[1]]
        inputs, outputs = weight.shape[0] // groups, weight.shape[1]
        taps = [-(-kernel // step) for kernel, step in zip(weight.shape[2:], stride, strict=True)]
        channels, height, width = self.shapes[value.place]
        phases = np.zeros((groups, outputs, stride[0], stride[1], inputs, taps[0], taps[1]))
        split = weight.reshape(groups, inputs, outputs, *weight.shape[2:])
        for y in range(weight.shape[2]):
            for x in range(weight.shape[3]):
                place = (taps[0] - 1 - y // stride[0], taps[1] - 1 - x // stride[1])
                phases[:, :, y % stride[0], x % stride[1], :, *place] = split[..., y, x].transpose(0, 2, 1)
        count = groups * outputs * stride[0] * stride[1]
        places = (height + taps[0] - 1, width + taps[1] - 1)
        keys = {"type": "conv2d", "inputChannels": channels, "outputChannels": count, "kernel": short(taps)}
        keys |= {"padding": short([taps[0] - 1, taps[1] - 1] * 2), "groups": groups, "bias": bias is not None}
        name = self._add(keys, (count, *places))
        self.tensors[name + ".weight.mean"] = phases.reshape(count, inputs, *taps)
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.repeat(np.asarray(bias, np.float64), stride[0] * stride[1])
        index = np.arange(count * places[0] * places[1]).reshape(1, groups * outputs, *stride, *places)
        index = index.transpose(0, 1, 4, 2, 5, 3)
        index = index.reshape(1, groups * outputs, places[0] * stride[0], places[1] * stride[1])
        ends = [
            (side - 1) * step + kernel - after + extra
            for side, step, kernel, after, extra in zip(
                (height, width), stride, weight.shape[2:], pads[2:], more, strict=True
            )
        ]
        if any(end > side for end, side in zip(ends, index.shape[2:], strict=True)):
            raise Unsupported(node, "its output is padded beyond what its kernel reaches")
        index = index[:, :, pads[0] : ends[0], pads[1] : ends[1]]
        return Value(len(self.layers), index[:, :, 0] if signal else index)

    def _window(self, node, value, kernel, more=0):
        """Returns the keys of a window, and how many places it has; there is more padding before the node."""
        kernel = [int(side) for side in kernel]
        ones = [1] * len(kernel)
        stride = list(attribute(node, "strides", ones))
        dilation = list(attribute(node, "dilations", ones))
        pads = list(attribute(node, "pads", [0] * 2 * len(kernel)))
        ceil = bool(attribute(node, "ceil_mode", 0))
        auto = attribute(node, "auto_pad", b"NOTSET").decode()
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            pads = same_padding(value.shape[2:], kernel, stride, dilation, auto == "SAME_UPPER")
        elif np.any(more):
            pads = [int(one) for one in np.add(pads, more)]
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

    def _global(self, node, kind, keep=True, value=None):
        value = self._image(node, self._given(node, 0) if value is None else value)
        channels, height, width = three(value.shape)
        kernel = short([height, width])
        self._add({"type": kind, "kernel": kernel, "stride": kernel, "padding": 0}, (channels, 1, 1))
        shape = (1, channels, *[1] * (value.index.ndim - 2)) if keep else (1, channels)
        return Value(len(self.layers), np.arange(channels).reshape(shape))

    def _op_GlobalAveragePool(self, node):
        return self._global(node, "averagePool")

    def _op_GlobalMaxPool(self, node):
        return self._global(node, "maxPool")

    def _reduce(self, node, kind, before=None):
        value = self._given(node, 0)
        if before is not None:
            value = self._made(self._composed(node, value, before), node)
        axes = self._axes(node)
        dimensions = value.index.ndim
        found = sorted(int(a) % dimensions for a in (range(dimensions) if axes is None or len(axes) == 0 else axes))
        if 0 in found:
            raise Unsupported(node, f"it reduces axes {found}, of which the first is that of the records")
        keep = bool(attribute(node, "keepdims", 1))
        if found == list(range(2, dimensions)) and dimensions in (3, 4):
            return self._global(node, kind, keep, value)
        kept = [axis for axis in range(dimensions) if axis not in found]
        moved = value.index.transpose(kept + found)
        result = [1 if axis in found else value.shape[axis] for axis in (range(dimensions) if keep else kept)]
        rows = int(np.prod(result))
        value = replace(self._made(value, node), index=moved.reshape(1, rows, 1, -1))
        value = self._image(node, value)
        kernel = short([1, value.shape[3]])
        self._add({"type": kind, "kernel": kernel, "stride": kernel, "padding": 0}, (rows, 1, 1))
        return Value(len(self.layers), np.arange(rows).reshape(result))

    def _op_ReduceMean(self, node):
        return self._reduce(node, "averagePool")

    def _op_ReduceSum(self, node):
        return self._sum_of(node, None)

    def _sum_of(self, node, function):
        count = self._given(node, 0).index.size
        mean = self._reduce(node, "averagePool", function)
        return self._composed(node, mean, lambda x: x * (count / mean.index.size))

    def _op_ReduceSumSquare(self, node):
        return self._sum_of(node, np.square)

    def _op_ReduceL1(self, node):
        return self._sum_of(node, np.abs)

    def _op_ReduceL2(self, node):
        return self._composed(node, self._sum_of(node, np.square), np.sqrt)

    def _op_ReduceLogSum(self, node):
        return self._composed(node, self._op_ReduceSum(node), np.log)

    def _op_ReduceLogSumExp(self, node):
        return self._composed(node, self._sum_of(node, np.exp), np.log)

    def _op_ReduceMax(self, node):
        return self._reduce(node, "maxPool")

    def _op_ReduceMin(self, node):
        largest = self._reduce(node, "maxPool", np.negative)
        return self._composed(node, largest, np.negative)

    def _op_Pad(self, node):
        value = self._given(node, 0)
        dimensions = value.index.ndim
        pads = attribute(node, "pads", None)
        pads = np.asarray(self._const(node, 1) if pads is None else pads, np.int64)
        axes = [int(axis) % dimensions for axis in self._const(node, 3, np.arange(dimensions))]
        around = np.zeros((dimensions, 2), np.int64)
        around[axes] = pads.reshape(2, -1).T
        cut = tuple(slice(max(0, -a), side - max(0, -b)) for (a, b), side in zip(around, value.shape, strict=True))
        value = self._reordered(node, value, value.index[cut])
        around = np.maximum(around, 0)
        mode = attribute(node, "mode", b"constant").decode()
        number = float(np.reshape(self._const(node, 2, attribute(node, "value", 0.0)), -1)[0])
        if around[0].any():
            raise Unsupported(node, "it pads the axis of the records")
        if mode not in ("constant", "edge", "reflect"):
            raise Unsupported(node, f"its mode is {mode}: constant, edge and reflect are supported")
        if not around.any():
            return value
        used = {use.op_type for use in self.uses.get(node.output[0], ())}
        spatial = dimensions in (3, 4) and not around[:2].any()
        if spatial and used == {"Conv"} and mode == "constant" and number == 0:
            self.padded[node.output[0]] = [*around[2:, 0], *around[2:, 1]]
            return value  # these pad themselves
        keys = {"type": "pad", "mode": mode} | ({"value": number} if mode == "constant" else {})
        if spatial:
            value = self._image(node, value)
            above, aside = [[0, 0], *around[2:]][-2:]
            return self._padded(value, keys, above, aside, value.shape[:2])
        for axis in np.flatnonzero(around.any(axis=1)):
            moved = np.moveaxis(value.index, axis, -1)
            image = replace(value, index=moved.reshape(1, -1, 1, moved.shape[-1]))
            image = self._image(node, image)
            image = self._padded(image, keys, (0, 0), around[axis], image.shape[:2])
            value = replace(image, index=np.moveaxis(image.index.reshape(*moved.shape[:-1], -1), -1, axis))
        return value

    def _padded(self, value, keys, above, aside, first):
        channels, height, width = self.shapes[value.place]
        height, width = height + int(sum(above)), width + int(sum(aside))
        self._add(
            {**keys, "padding": [int(above[0]), int(aside[0]), int(above[1]), int(aside[1])]}, (channels, height, width)
        )
        sides = (height, width) if value.index.ndim == 4 else (width,)
        return Value(len(self.layers), np.arange(channels * height * width).reshape(*first, *sides))

    def _op_BatchNormalization(self, node):
        value = self._given(node, 0)
        gamma, beta, mean, variance = (np.asarray(self._const(node, i), np.float64) for i in range(1, 5))
        scale = gamma / np.sqrt(variance + attribute(node, "epsilon", 1e-5))
        shape = (1, -1, *[1] * (value.index.ndim - 2))
        value = self._with_constant(node, value, scale.reshape(shape), lambda x, c: x * c)
        return self._with_constant(node, value, (beta - mean * scale).reshape(shape), lambda x, c: x + c)


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
