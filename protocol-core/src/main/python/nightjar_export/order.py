"""Operators that only change which elements are there, and in which order."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .values import attribute, is_uniform

# The axis of the records is none where it has been joined with another.
SAME_AXIS = -1


class Order:
    """What a graph does with them."""

    def _reordered(self, node, value, index, records=SAME_AXIS):
        records = value.records if records == SAME_AXIS else records
        if records is None and index.ndim and index.shape[0] == 1:
            records = 0  # with others or without: what is first counts records
        if records is not None and (index.ndim <= records or index.shape[records] != 1):
            raise Unsupported(node, "it moves or joins the axis of the records")
        if value.function is not None and not is_uniform(value):
            value = self._made(value, node)
        return replace(value, index=index, records=records)

    def _op_Dropout(self, node):
        if np.any(self._const(node, 2, False)):
            raise Unsupported(node, "it draws at random: export the network for evaluation, or drawn masks as members")
        return self._given(node, 0, anywhere=True)

    def _op_Cast(self, node):
        if attribute(node, "to") not in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE):
            raise Unsupported(node, "only casts from numbers to numbers with a fraction are left out")
        return self._given(node, 0)

    def _op_Flatten(self, node):
        value = self._given(node, 0, anywhere=True)
        first = attribute(node, "axis", 1) % max(1, value.index.ndim)
        index = value.index.reshape(int(np.prod(value.shape[:first])), -1)
        return self._reordered(node, value, index, _records_of(value, index))

    def _op_Reshape(self, node):
        value = self._given(node, 0, anywhere=True)
        shape = [int(side) for side in self._const(node, 1)]
        shape = [value.shape[i] if side == 0 else side for i, side in enumerate(shape)]
        try:
            index = value.index.reshape(shape)
        except ValueError as e:
            raise Unsupported(node, f"{value.shape} cannot become {tuple(shape)}") from e
        return self._reordered(node, value, index, _records_of(value, index))

    def _op_Transpose(self, node):
        value = self._given(node, 0, anywhere=True)
        order = [int(one) for one in attribute(node, "perm", range(value.index.ndim)[::-1])]
        records = None if value.records is None else order.index(value.records)
        return self._reordered(node, value, value.index.transpose(order), records)

    def _axes(self, node, i=1):
        axes = attribute(node, "axes", None)
        return axes if axes is not None else self._const(node, i)

    def _op_Squeeze(self, node):
        value = self._given(node, 0, anywhere=True)
        axes = self._axes(node)
        if axes is None:
            axes = [i for i, side in enumerate(value.shape) if side == 1 and i != value.records]
        axes = tuple(int(a) % value.index.ndim for a in axes)
        records = None
        if value.records is not None and value.records not in axes:
            records = value.records - sum(axis < value.records for axis in axes)
        return self._reordered(node, value, value.index.squeeze(axes), records)

    def _op_Unsqueeze(self, node):
        value = self._given(node, 0, anywhere=True)
        axes = sorted(int(a) % (value.index.ndim + len(self._axes(node))) for a in self._axes(node))
        index = np.expand_dims(value.index, tuple(axes))
        others = [axis for axis in range(index.ndim) if axis not in axes]
        records = None if value.records is None else others[value.records]
        return self._reordered(node, value, index, records)

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
        if node.input[0] in self.constants:
            raise Unsupported(
                node, "it looks up rows by numbers of the records: give columns of 0 and 1 for each instead"
            )
        value = self._given(node, 0, anywhere=True)
        axis = attribute(node, "axis", 0) % value.index.ndim
        wanted = np.asarray(self._const(node, 1), np.int64)
        if axis == value.records:
            raise Unsupported(node, "it chooses records")
        if value.records is None:
            return self._reordered(node, value, np.take(value.index, wanted, axis=axis))
        after = value.records + (wanted.ndim - 1 if axis < value.records else 0)
        return self._reordered(node, value, np.take(value.index, wanted, axis=axis), after)

    def _op_ArrayFeatureExtractor(self, node):
        value = self._given(node, 0)
        wanted = np.asarray(self._const(node, 1), np.int64).reshape(-1)
        return self._reordered(node, value, np.take(value.index, wanted, axis=-1))

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
        axes = attribute(node, "axes", range(value.index.ndim))
        if attribute(node, "mode", b"nearest") == b"linear":
            return self._between(node, value, axes, scales, sizes)
        if attribute(node, "mode", b"nearest") != b"nearest":
            raise Unsupported(node, "only taking the nearest element, or what is in between, is supported")
        index = value.index
        for i, axis in enumerate(axes):
            side = index.shape[axis]
            scale = sizes[i] / side if sizes is not None else float(scales[i])
            count = int(sizes[i]) if sizes is not None else int(np.floor(side * scale))
            index = np.take(index, _nearest(node, side, count, scale), axis=axis)
        return self._reordered(node, value, index)

    def _between(self, node, value, axes, scales, sizes):
        """Doubles axes linearly: each element is three quarters of the nearest and one of the next."""
        if attribute(node, "coordinate_transformation_mode", b"half_pixel") not in (
            b"half_pixel",
            b"pytorch_half_pixel",
        ):
            raise Unsupported(node, "what is in between is supported without aligned corners only")
        for i, axis in enumerate(axes):
            side = value.shape[axis]
            scale = sizes[i] / side if sizes is not None else float(scales[i])
            if scale == 1:
                continue
            if scale != 2:
                raise Unsupported(
                    node, f"what is in between is supported for twice the size, not for {scale:g} times it"
                )
            near = np.repeat(np.arange(side), 2)
            next_to = np.clip(near + np.tile([-1, 1], side), 0, side - 1)
            value = self._made(value, node)
            nearest, other = (
                self._reordered(node, value, np.take(value.index, one, axis=axis)) for one in (near, next_to)
            )
            step = self._composed(node, self._joined(node, "Sub", other, nearest), lambda x: x * 0.25)
            value = self._joined(node, "Add", nearest, step)
        return value


def _records_of(value, index):
    """Returns which axis of a reshaped index is that of the records: one behind as many elements as before."""
    if value.records is not None:
        before = int(np.prod(value.shape[: value.records]))
        steps = np.cumprod([1, *index.shape])[:-1]
        found = [i for i, side in enumerate(index.shape) if side == 1 and steps[i] == before]
        if found:
            return found[0]
    return None


_ROUNDED = {
    b"floor": np.floor,
    b"ceil": np.ceil,
    b"round_prefer_floor": lambda x: np.ceil(x - 0.5),
    b"round_prefer_ceil": lambda x: np.floor(x + 0.5),
}


def _nearest(node, side, count, scale):
    """Returns which of so many elements are nearest to those of an axis with another number of them."""
    places = np.arange(count, dtype=np.float64)
    how = attribute(node, "coordinate_transformation_mode", b"half_pixel")
    if how == b"asymmetric":
        places /= scale
    elif how == b"half_pixel" or how == b"pytorch_half_pixel" and count > 1:
        places = (places + 0.5) / scale - 0.5
    elif how == b"pytorch_half_pixel":
        places *= 0
    elif how == b"align_corners":
        places *= (side - 1) / max(1, count - 1)
    else:
        raise Unsupported(node, f"its coordinates are {how.decode()}")
    rounded = _ROUNDED[attribute(node, "nearest_mode", b"round_prefer_floor")](places)
    return np.clip(rounded, 0, side - 1).astype(int)
