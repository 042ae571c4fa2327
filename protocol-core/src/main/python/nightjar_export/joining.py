"""Where branches begin and meet, and how elements are brought into the order in which a layer reads them."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .values import Value, attribute, is_whole, odometer, three

_MOST_PIECES = 64
_JOINTS = {"Add": "residualAdd", "Sub": "subtract", "Mul": "multiply"}


class Joining:
    """Adds the layers for it."""

    def _last(self, value):
        """Returns a value without a function as that of the last layer, recalled if others came between."""
        if value.place == len(self.layers):
            return value
        self._add({"type": "recall", "from": self._name(value)}, self.shapes[value.place])
        return replace(value, place=len(self.layers))

    def _name(self, value):
        return self.layers[value.place - 1]["name"] if value.place else "input"

    def _ordered(self, node, value, shape):
        """Returns a value as the whole output of a layer of that shape, which need not be the last."""
        value = self._made(value, node)
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        whole = is_whole(value) and value.index.size == self._size(value)
        if whole and self.shapes[value.place] == shape:
            return value
        known = self.views.get((value.place, value.index.tobytes(), shape))
        if known is None:
            known = self._view(node, value, shape, whole)
            self.views[(value.place, value.index.tobytes(), shape)] = known
        return replace(value, place=known, index=np.arange(value.index.size).reshape(value.shape))

    def _channels_first(self, node, value, index):
        """Returns a value with axis 1 of another order of its elements as the channels of the last layer."""
        value = self._made(value, node)
        shape = (index.shape[1], 1, index[0, 0].size)
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        own = self.shapes[value.place]
        if own[0] == shape[0] and np.array_equal(index.reshape(-1), np.arange(self._size(value))):
            shape = own  # as it is
        return self._last(self._ordered(node, replace(value, index=index), shape))

    def _view(self, node, value, shape, whole):
        if whole and shape[1:] == (1, 1):
            self._last(value)
            self._add({"type": "flatten"}, shape)
        elif (counters := odometer(value.index)) is not None:
            offset, sizes, strides = counters
            self._last(value)
            self._add(
                {"type": "view", "shape": list(shape), "offset": offset, "sizes": sizes, "strides": strides}, shape
            )
        else:
            self._pieces(node, value, shape)
        return len(self.layers)

    def _pieces(self, node, value, shape):
        """Joins views of an order that is none as a whole, cut along the axis, or anywhere, that makes the fewest."""
        ways = [(axis, np.moveaxis(value.index, axis, 1)) for axis in range(1, value.index.ndim)]
        ways = [(axis, way, _cuts(way)) for axis, way in [*ways, (1, value.index.reshape(1, -1))]]
        ways = [way for way in ways if way[2]]
        if not ways:
            raise Unsupported(node, "its elements come in an order that is neither a slice nor a transpose")
        axis, moved, cuts = min(ways, key=lambda way: len(way[2]))
        pieces = [replace(value, index=piece.reshape(1, -1)) for piece in np.split(moved, cuts, axis=1)]
        joined = self._concatenated(node, pieces, [(one.index.size, 1, 1) for one in pieces])
        back = np.moveaxis(joined.index.reshape(moved.shape), 1, axis).reshape(value.shape)
        self._last(self._ordered(node, replace(joined, index=back), shape))

    def _concatenated(self, node, values, shapes):
        """Joins the channels of several values, and returns those of the last layer."""
        whole = self._ordered(node, values[0], shapes[0])
        channels = shapes[0][0]
        for value, shape in zip(values[1:], shapes[1:], strict=True):
            other = self._last(self._ordered(node, value, shape))
            channels += shape[0]
            self._add({"type": "concat", "from": self._name(whole)}, (channels, *shape[1:]))
            whole = replace(other, place=len(self.layers))
        size = int(np.prod(self.shapes[whole.place]))
        return Value(whole.place, np.arange(size).reshape(1, size))

    def _op_Concat(self, node):
        if any(name in self.constants for name in node.input):
            return self._with_constants_beside(node)
        values = [self._given(node, i) for i in range(len(node.input))]
        first = values[0]
        axis = attribute(node, "axis") % first.index.ndim
        if axis == 0:
            raise Unsupported(node, "it joins records")
        if len(values) == 2 and self._is_logistic(values):
            return self._two_classes(node, values[1])
        if all(v.place == first.place and v.function is first.function for v in values):
            joined = np.concatenate([v.index for v in values], axis=axis)
            if joined.ndim == 2 or odometer(joined) is not None:
                return self._reordered(node, first, joined)
        moved = [replace(v, index=np.moveaxis(v.index, axis, 1)) for v in values]
        images = first.index.ndim in (3, 4) and axis == 1
        shapes = [three(v.shape) if images else (v.index.size, 1, 1) for v in moved]
        joined = self._concatenated(node, moved, shapes)
        sides = list(moved[0].shape)
        sides[1] = sum(v.shape[1] for v in moved)
        return replace(joined, index=np.moveaxis(joined.index.reshape(sides), 1, axis))

    def _with_constants_beside(self, node):
        """Joins what the records are in and what is the same for all: room for it is padded with 0, and it is added."""
        given = [name for name in node.input if name not in self.constants or self.constants[name].size]
        computed = [name for name in given if name not in self.constants]
        value = self.values[computed[0]]
        axis = attribute(node, "axis") % value.index.ndim
        if axis == 0:
            raise Unsupported(node, "it joins records")
        if len(computed) > 1:
            inner = onnx.helper.make_node("Concat", computed, [f"{node.output[0]} without constants"], axis=axis)
            value = self._op_Concat(inner)
        constants = {name: np.asarray(self.constants[name], np.float64) for name in given if name in self.constants}
        if not constants:
            return value
        value = self._made(value, node)
        moved = np.moveaxis(value.index, axis, -1)
        size, more = moved.shape[-1], sum(one.shape[axis] for one in constants.values())
        image = self._image(node, replace(value, index=moved.reshape(1, -1, 1, size)))
        pad = {"type": "pad", "mode": "constant", "value": 0.0}
        image = self._padded(image, pad, (0, 0), (0, more), image.shape[:2])
        padded = image.index.reshape(*moved.shape[:-1], size + more)
        order, parts, ends = [], [], [0, size]  # where the next computed and the next constant elements are
        for name in given:
            shape = list(value.shape)
            shape[axis] = (constants[name] if name in constants else self.values[name].index).shape[axis]
            kind = int(name in constants)
            order += range(ends[kind], ends[kind] + shape[axis])
            ends[kind] += shape[axis]
            parts.append(np.broadcast_to(constants.get(name, 0.0), shape))
        value = replace(image, index=np.moveaxis(padded[..., order], -1, axis))
        return self._with_constant(node, value, np.concatenate(parts, axis=axis), lambda x, c: x + c)

    def _product(self, node, a, b):
        """Multiplies the matrices of two outputs of layers."""
        if min(a.index.ndim, b.index.ndim) < 3:
            raise Unsupported(
                node, f"its inputs have shapes {a.shape} and {b.shape}: each must have matrices of its own"
            )
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        count, rows, columns = int(np.prod(batch)), a.shape[-2], b.shape[-1]
        a, b = self._made(a, node), self._made(b, node)
        a, b = (
            self._ordered(node, replace(one, index=np.broadcast_to(one.index, (*batch, *sides))), (count, *sides))
            for one, sides in ((a, a.shape[-2:]), (b, b.shape[-2:]))
        )
        b = self._last(b)
        shape = (count, rows, columns)
        self._add({"type": "matMul", "from": self._name(a)}, shape)
        return Value(len(self.layers), np.arange(int(np.prod(shape))).reshape(*batch, rows, columns))

    def _joined(self, node, operator, a, b):
        """Adds, subtracts or multiplies what two layers put out."""
        if operator == "Div":
            operator, b = "Mul", self._composed(node, b, np.reciprocal)
        if operator in ("Max", "Min"):  # b + relu(a - b), a - relu(a - b)
            more = self._composed(node, self._joined(node, "Sub", a, b), lambda x: np.maximum(x, 0))
            return self._joined(node, *(("Add", b, more) if operator == "Max" else ("Sub", a, more)))
        if operator not in _JOINTS:
            raise Unsupported(
                node, "it takes two outputs of layers, which can be added, subtracted, multiplied and divided"
            )
        if a.index.ndim != b.index.ndim:
            raise Unsupported(node, f"its inputs have shapes {a.shape} and {b.shape}: they must have as many axes")
        shape = np.broadcast_shapes(a.shape, b.shape)
        # the later one first, so that it still is the last when the earlier one needs a layer
        if a.place > b.place:
            a = self._made(a, node)
        b = self._made(b, node)
        a = self._made(a, node)
        alike = a.shape == b.shape and np.array_equal(a.index, b.index)
        if not alike or self.shapes[a.place] != self.shapes[b.place]:
            if a.index.ndim > 4 and a.shape != b.shape:
                a, b = (replace(one, index=np.broadcast_to(one.index, shape)) for one in (a, b))
            a, b = (
                self._ordered(node, one, three(one.shape) if one.index.ndim in (3, 4) else (one.index.size, 1, 1))
                for one in (a, b)
            )
        if a.place > b.place and operator != "Sub":
            a, b = b, a
        b = self._last(b)
        both = zip(self.shapes[a.place], self.shapes[b.place], strict=True)
        self._add({"type": _JOINTS[operator], "from": self._name(a)}, tuple(max(sides) for sides in both))
        if alike:
            return replace(b, place=len(self.layers))
        return Value(len(self.layers), np.arange(int(np.prod(shape))).reshape(shape))


def _cuts(index):
    """Returns where axis 1 is cut, so that each piece is counted through; nothing if that takes too many."""
    cuts, begin, end = [], 0, index.shape[1]
    while True:
        least, beyond = begin, end + 1
        while beyond - least > 1:  # the longest piece from here
            middle = (least + beyond) // 2
            least, beyond = (middle, beyond) if odometer(index[:, begin:middle]) else (least, middle)
        if least == begin or len(cuts) == _MOST_PIECES:
            return None
        if least == end:
            return cuts
        cuts.append(least)
        begin = least
