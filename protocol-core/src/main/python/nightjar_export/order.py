"""Operators that only change which elements are there, and in which order."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .values import attribute, is_uniform


class Order:
    """What a graph does with them."""

    def _reordered(self, node, value, index, records=None):
        records = value.records if records is None else records
        if index.ndim <= records or index.shape[records] != 1:
            raise Unsupported(node, "it moves or joins the axis of the records")
        if value.function is not None and not is_uniform(value):
            value = self._made(value, node)
        return replace(value, index=index, records=records)

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
        value = self._given(node, 0, anywhere=True)
        order = [int(one) for one in attribute(node, "perm", range(value.index.ndim)[::-1])]
        return self._reordered(node, value, value.index.transpose(order), order.index(value.records))

    def _axes(self, node, i=1):
        axes = attribute(node, "axes", None)
        return axes if axes is not None else self._const(node, i)

    def _op_Squeeze(self, node):
        value = self._given(node, 0, anywhere=True)
        axes = self._axes(node)
        if axes is None:
            axes = [i for i, side in enumerate(value.shape) if side == 1 and i != value.records]
        axes = tuple(int(a) % value.index.ndim for a in axes)
        if value.records in axes:
            raise Unsupported(node, "it takes the axis of the records away")
        before = sum(axis < value.records for axis in axes)
        return self._reordered(node, value, value.index.squeeze(axes), value.records - before)

    def _op_Unsqueeze(self, node):
        value = self._given(node, 0, anywhere=True)
        axes = sorted(int(a) % (value.index.ndim + len(self._axes(node))) for a in self._axes(node))
        index = np.expand_dims(value.index, tuple(axes))
        others = [axis for axis in range(index.ndim) if axis not in axes]
        return self._reordered(node, value, index, others[value.records])

    def _op_Slice(self, node):
        value = self._given(node, 0, anywhere=True)
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

    def _op_Split(self, node):
        value = self._given(node, 0, anywhere=True)
        axis = attribute(node, "axis", 0) % value.index.ndim
        count, side = len(node.output), value.shape[axis]
        sizes = attribute(node, "split", None)
        sizes = self._const(node, 1) if sizes is None else sizes
        if sizes is None:
            each = -(-side // count)
            sizes = [min(each, side - i * each) for i in range(count)]
        ends = np.cumsum(np.asarray(sizes, np.int64))
        parts = np.split(value.index, ends[:-1], axis=axis)
        if ends[-1] != side or any(0 in part.shape for part in parts):
            raise Unsupported(node, f"{side} elements cannot be split into {[int(one) for one in sizes]}")
        return [self._reordered(node, value, part) for part in parts]

    def _op_Gather(self, node):
        value = self._given(node, 0, anywhere=True)
        axis = attribute(node, "axis", 0) % value.index.ndim
        wanted = np.asarray(self._const(node, 1), np.int64)
        if axis == value.records:
            raise Unsupported(node, "it chooses records")
        after = value.records + (wanted.ndim - 1 if axis < value.records else 0)
        return self._reordered(node, value, np.take(value.index, wanted, axis=axis), after)

    def _op_Expand(self, node):
        value = self._given(node, 0)
        shape = [int(side) for side in self._const(node, 1)]
        return self._reordered(
            node, value, np.broadcast_to(value.index, np.broadcast_shapes(value.shape, tuple(shape)))
        )

    def _op_Tile(self, node):
        value = self._given(node, 0)
        return self._reordered(node, value, np.tile(value.index, [int(one) for one in self._const(node, 1)]))

    def _op_DepthToSpace(self, node):
        value = self._given(node, 0)
        block = attribute(node, "blocksize")
        _, channels, height, width = value.shape
        if attribute(node, "mode", b"DCR") == b"DCR":
            parts = value.index.reshape(1, block, block, channels // block**2, height, width)
            parts = parts.transpose(0, 3, 4, 1, 5, 2)
        else:
            parts = value.index.reshape(1, channels // block**2, block, block, height, width)
            parts = parts.transpose(0, 1, 4, 2, 5, 3)
        return self._reordered(node, value, parts.reshape(1, -1, height * block, width * block))

    def _op_SpaceToDepth(self, node):
        value = self._given(node, 0)
        block = attribute(node, "blocksize")
        _, channels, height, width = value.shape
        parts = value.index.reshape(1, channels, height // block, block, width // block, block)
        parts = parts.transpose(0, 3, 5, 1, 2, 4)
        return self._reordered(node, value, parts.reshape(1, -1, height // block, width // block))

    def _op_Resize(self, node):
        value = self._given(node, 0)
        scales, sizes = self._const(node, 2), self._const(node, 3)
        if sizes is not None:
            scales = [size / side for size, side in zip(sizes, value.shape, strict=True)]
        plain = attribute(node, "mode", b"nearest") == b"nearest" and all(s == int(s) >= 1 for s in scales)
        if not plain:
            raise Unsupported(node, "only repeating the nearest element a whole number of times is supported")
        index = value.index
        for axis, scale in enumerate(scales):
            index = np.repeat(index, int(scale), axis=axis)
        return self._reordered(node, value, index)
