"""Operators that normalise each record by its own mean and variance."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .values import AFTER_SOFTMAX, REORDERS, Value, attribute, is_whole, three


class Norms:
    """What a graph does with them: a norm without weights, behind which these are multiplied and added."""

    def _op_LayerNormalization(self, node):
        if len(node.output) > 1 and any(node.output[1:]):
            raise Unsupported(node, "its means or deviations are used")
        value = self._given(node, 0)
        first = attribute(node, "axis", -1) % value.index.ndim
        epsilon = attribute(node, "epsilon", 1e-5)
        if first == 0:
            raise Unsupported(node, "it normalises over the axis of the records")
        if first == 1 and value.index.ndim > 2:
            value = self._grouped(node, value, 1, epsilon)
        else:
            # what is normalised comes first, as channels, and where it is done last
            moved = value.index.reshape(1, -1, int(np.prod(value.shape[first:]))).transpose(0, 2, 1)
            ordered = self._channels_first(node, value, moved)
            self._add({"type": "layerNorm", "epsilon": float(epsilon)}, self.shapes[ordered.place])
            index = np.arange(moved.size).reshape(moved.shape).transpose(0, 2, 1).reshape(value.shape)
            value = Value(len(self.layers), index)
        return self._weighted(node, value, self._const(node, 1), self._const(node, 2))

    def _op_RMSNormalization(self, node):
        """Divides by the root of the mean of squares, which becomes a joint of what a pool and three functions make."""
        value = self._made(self._given(node, 0), node)
        if attribute(node, "axis", -1) % value.index.ndim != value.index.ndim - 1:
            raise Unsupported(node, "it is over more than the last axis")
        self.values[node.input[0]] = value
        mean = onnx.helper.make_node("ReduceMean", [node.input[0]], [f"{node.output[0]} mean"], axes=[-1], keepdims=1)
        inverse = self._reduce(mean, "averagePool", np.square)
        epsilon = attribute(node, "epsilon", 1e-5)
        for function in (lambda x: x + epsilon, np.sqrt, np.reciprocal):
            inverse = self._composed(node, inverse, function)
        return self._weighted(node, self._joined(node, "Mul", value, inverse), self._const(node, 1), None)

    def _op_Softmax(self, node):
        value = self._given(node, 0)
        dimensions = value.index.ndim
        old = self.opset < 13  # which took all axes from one on as one
        axis = attribute(node, "axis", 1 if old else -1) % dimensions
        index = value.index.reshape(*value.shape[:axis], -1) if old else value.index
        if axis == 0:
            raise Unsupported(node, "it is over the axis of the records")
        if self._ends(node, AFTER_SOFTMAX | REORDERS) and index.shape[axis] == index.size:
            value = self._last(self._ordered(node, value, (value.index.size, 1, 1)))
            self.logits = node.input[0]
            self.softmax = True
            return value
        value = self._made(value, node)
        self._remember(node, value)
        moved = np.moveaxis(index, axis, 1)
        ordered = self._channels_first(node, value, moved.reshape(1, moved.shape[1], -1))
        self._add({"type": "softmax"}, self.shapes[ordered.place])
        index = np.moveaxis(np.arange(moved.size).reshape(moved.shape), 1, axis).reshape(value.shape)
        return Value(len(self.layers), index)

    def _op_LogSoftmax(self, node):
        value = self._op_Softmax(node)
        return value if self.softmax else self._composed(node, value, np.log)

    def _remember(self, node, value):
        """Remembers what is compared, too: probabilities at the end hide differences of what they are made of."""
        if value.function is None and self._ends(node, AFTER_SOFTMAX | REORDERS):
            self.before = node.input[0], value

    def _ends(self, node, but=AFTER_SOFTMAX):
        """Returns whether what a node puts out is the output, with nothing but some operators in between."""
        name = node.output[0]
        while name != self.output:
            uses = self.uses.get(name, ())
            if len(uses) != 1 or uses[0].op_type not in but:
                return False
            name = uses[0].output[0]
        return True

    def _op_InstanceNormalization(self, node):
        value = self._given(node, 0)
        scale, bias = (np.asarray(self._const(node, i)).reshape(-1, *[1] * (value.index.ndim - 2)) for i in (1, 2))
        value = self._grouped(node, value, value.shape[1], attribute(node, "epsilon", 1e-5))
        return self._weighted(node, value, scale, bias)

    def _op_GroupNormalization(self, node):
        value = self._given(node, 0)
        groups, channels = attribute(node, "num_groups"), value.shape[1]
        scale, bias = (np.asarray(self._const(node, i)) for i in (1, 2))
        if scale.size != channels:  # older ones have one for each group
            scale, bias = (np.repeat(one, channels // one.size) for one in (scale, bias))
        sides = (-1, *[1] * (value.index.ndim - 2))
        value = self._grouped(node, value, groups, attribute(node, "epsilon", 1e-5))
        return self._weighted(node, value, scale.reshape(sides), bias.reshape(sides))

    def _grouped(self, node, value, groups, epsilon):
        """Normalises over so many groups of elements, one after the other."""
        if value.index.size % groups:
            raise Unsupported(node, f"its {groups} groups do not divide {value.index.size} elements")
        value = self._made(value, node)
        shape = self.shapes[value.place]
        whole = is_whole(value) and value.index.size == self._size(value)
        if not whole or shape is None or shape[0] % groups:
            shape = three(value.shape) if value.index.ndim in (3, 4) else (groups, 1, value.index.size // groups)
        value = self._last(self._ordered(node, value, shape))
        self._add({"type": "groupNorm", "groups": groups, "epsilon": float(epsilon)}, self.shapes[value.place])
        return replace(value, place=len(self.layers))

    def _weighted(self, node, value, scale, bias):
        if scale is not None:
            value = self._with_constant(node, value, np.asarray(scale, np.float64), lambda x, c: x * c)
        if bias is not None:
            value = self._with_constant(node, value, np.asarray(bias, np.float64), lambda x, c: x + c)
        return value
