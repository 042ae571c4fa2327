"""Operators that only change which elements are there, and in which order."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .values import attribute, is_uniform


class Order:
    """What a graph does with them."""

    def _reordered(self, node, value, index):
        if index.shape[0] != 1:
            raise Unsupported(node, "it moves or joins the axis of the records")
        if value.function is not None and not is_uniform(value):
            value = self._made(value, node)
        return replace(value, index=index)

    def _op_Cast(self, node):
        if attribute(node, "to") not in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE):
            raise Unsupported(node, "only casts from numbers to numbers with a fraction are left out")
        return self._given(node, 0)

    def _op_Flatten(self, node):
        value = self._given(node, 0)
        if attribute(node, "axis", 1) % max(1, value.index.ndim) != 1:
            raise Unsupported(node, "it must keep the axis of the records, and no other")
        return self._reordered(node, value, value.index.reshape(1, -1))

    def _op_Reshape(self, node):
        value = self._given(node, 0)
        shape = [int(side) for side in self._const(node, 1)]
        shape = [value.shape[i] if side == 0 else side for i, side in enumerate(shape)]
        if shape and shape[0] == -1 and -1 not in shape[1:]:
            shape[0] = 1
        try:
            return self._reordered(node, value, value.index.reshape(shape))
        except ValueError as e:
            raise Unsupported(node, f"{value.shape} cannot become {tuple(shape)}") from e

    def _op_Transpose(self, node):
        value = self._given(node, 0)
        order = list(attribute(node, "perm", range(value.index.ndim)[::-1]))
        if order[0] != 0:
            raise Unsupported(node, "it moves the axis of the records")
        return self._reordered(node, value, value.index.transpose(order))

    def _axes(self, node, i=1):
        axes = attribute(node, "axes", None)
        return axes if axes is not None else self._const(node, i)

    def _op_Squeeze(self, node):
        value = self._given(node, 0)
        axes = self._axes(node)
        if axes is None:
            axes = [i for i, side in enumerate(value.shape) if side == 1 and i > 0]
        axes = tuple(int(a) % value.index.ndim for a in axes)
        if 0 in axes:
            raise Unsupported(node, "it takes the axis of the records away")
        return self._reordered(node, value, value.index.squeeze(axes))

    def _op_Unsqueeze(self, node):
        value = self._given(node, 0)
        axes = sorted(int(a) % (value.index.ndim + len(self._axes(node))) for a in self._axes(node))
        if 0 in axes:
            raise Unsupported(node, "it puts an axis before that of the records")
        return self._reordered(node, value, np.expand_dims(value.index, tuple(axes)))

    def _op_Slice(self, node):
        value = self._given(node, 0)
        starts, ends = self._const(node, 1), self._const(node, 2)
        axes = self._const(node, 3, np.arange(len(starts)))
        steps = self._const(node, 4, np.ones(len(starts), np.int64))
        cut = [slice(None)] * value.index.ndim
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            end = None if abs(int(end)) > 1 << 30 else int(end)
            cut[int(axis)] = slice(int(start), end, int(step))
        index = value.index[tuple(cut)]
        if 0 in index.shape:
            raise Unsupported(node, "nothing is left")
        return self._reordered(node, value, index)

    def _op_Concat(self, node):
        values = [self._given(node, i) for i in range(len(node.input))]
        first = values[0]
        if len(values) == 2 and self._is_logistic(values):
            return self._two_classes(node, values[1])
        if any(v.place != first.place or v.function is not first.function for v in values):
            raise Unsupported(node, "it joins outputs of different layers")
        if attribute(node, "axis") % first.index.ndim == 0:
            raise Unsupported(node, "it joins records")
        return self._reordered(node, first, np.concatenate([v.index for v in values], axis=attribute(node, "axis")))
