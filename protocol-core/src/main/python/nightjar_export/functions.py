"""Operators that are functions of one number, and arithmetic, from which such functions are made."""

from dataclasses import replace

import numpy as np

from .activations import erf
from .errors import Unsupported
from .values import Chosen, Composed, Constant, Elementwise, Paired, attribute

UNARY = {
    "Relu": lambda x: np.maximum(x, 0),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Tanh": np.tanh,
    "Erf": erf,
    "Exp": np.exp,
    "Sqrt": np.sqrt,
    "Abs": np.abs,
    "Neg": lambda x: -x,
    "Reciprocal": lambda x: 1 / x,
    "HardSwish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "Softplus": lambda x: np.logaddexp(x, 0),
    "Log": np.log,
    "Gelu": None,  # see _activation: it has an attribute
    "LeakyRelu": None,
    "HardSigmoid": None,
    "Elu": None,
}

BINARY = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b,
    "Pow": lambda a, b: a**b,
    "Max": np.maximum,
    "Min": np.minimum,
}


# What gives a truth value, as 0 or 1.
COMPARING = {
    "Greater": lambda a, b: a > b,
    "GreaterOrEqual": lambda a, b: a >= b,
    "Less": lambda a, b: a < b,
    "LessOrEqual": lambda a, b: a <= b,
}


class Functions:
    """What a graph does with them."""

    def _unary(self, node):
        function = UNARY[node.op_type] or _activation(node)
        value = self._settled(self._given(node, 0), node)
        if node.op_type == "Sigmoid":
            self._remember(node, value)
        return self._composed(node, value, function)

    def _settled(self, value, node):
        """Has the layer before take in what is only multiplied and added, unless it is wanted as it is, too."""
        if value.function is None or self._is_used(value) or self._affine(value) is None:
            return value
        before = [name for name, one in self.values.items() if one.place == value.place and one.function is None]
        made = self._made(value, node)
        for name in before:  # nobody needs it any more, and the layer puts out something else now
            del self.values[name]
        return made

    def _op_Clip(self, node):
        low = self._const(node, 1, np.float64(attribute(node, "min", -np.inf)))
        high = self._const(node, 2, np.float64(attribute(node, "max", np.inf)))
        low, high = float(low), float(high)
        value = self._settled(self._given(node, 0), node)
        if np.isfinite(low) != np.isfinite(high):
            at, sign = (low, 1.0) if np.isfinite(low) else (high, -1.0)
            value = self._composed(node, value, lambda x: sign * (x - at))
            value = self._composed(node, value, lambda x: np.maximum(x, 0))
            return self._composed(node, value, lambda x: sign * x + at)
        return self._composed(node, value, lambda x: np.clip(x, low, high))

    def _op_Where(self, node):
        """Chooses by what is constant, or as a function of one number, of which choice and both values are made."""
        names = list(node.input)
        if names[0] in self.constants:
            return self._masked(node, np.asarray(self.constants[names[0]], np.float64))
        values = [self._given(node, i) for i in range(3) if names[i] not in self.constants]
        first = values[0]
        alike = all(one.place == first.place and np.array_equal(one.index, first.index) for one in values)
        if not alike or any(name in self.constants and np.size(self.constants[name]) != 1 for name in names):
            raise Unsupported(node, "it chooses by more than one number")
        functions = [
            Constant(float(self.constants[name].item())) if name in self.constants else self.values[name].apply
            for name in names
        ]
        nodes = tuple(one for value in values for one in value.nodes)
        return replace(first, function=Chosen(*functions), nodes=(*nodes, node))

    def _masked(self, node, mask):
        """Takes elements of one input where a constant says so, and of the other elsewhere."""
        total, rest = None, 0.0
        for name, share in ((node.input[1], mask), (node.input[2], 1 - mask)):
            if name in self.constants:
                constant = np.asarray(self.constants[name], np.float64)
                rest = rest + np.where(share, constant, 0)
            else:
                part = self._with_constant(node, self.values[name], share, lambda x, c: x * c)
                total = part if total is None else self._of_two(node, "Add", total, part)
        return total if np.ndim(rest) == 0 else self._with_constant(node, total, rest, lambda x, c: x + c)

    def _op_Selu(self, node):
        alpha, gamma = attribute(node, "alpha", 1.6732631921768188), attribute(node, "gamma", 1.0507010221481323)
        value = self._settled(self._given(node, 0), node)
        value = self._composed(node, value, lambda x: np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x))
        return self._composed(node, value, lambda x: gamma * x)

    def _op_Celu(self, node):
        alpha = attribute(node, "alpha", 1.0)
        value = self._settled(self._given(node, 0), node)
        value = self._composed(node, value, lambda x: x / alpha)
        value = self._composed(node, value, lambda x: np.where(x < 0, np.expm1(np.minimum(x, 0)), x))
        return self._composed(node, value, lambda x: alpha * x)

    def _op_Mish(self, node):
        value = self._settled(self._given(node, 0), node)
        softly = self._composed(node, self._composed(node, value, UNARY["Softplus"]), np.tanh)
        return self._of_two(node, "Mul", value, softly)

    def _op_PRelu(self, node):
        value = self._settled(self._given(node, 0), node)
        slope = np.asarray(self._const(node, 1), np.float64)
        return self._with_constant(node, value, slope, lambda x, s: np.where(x < 0, x * s, x))

    def _composed(self, node, value, function):
        before = value.function
        return replace(
            value,
            function=function if before is None else Composed(before, function),
            nodes=(*value.nodes, node),
        )

    def _with_constant(self, node, value, constant, operation):
        """Composes with a constant, whose elements are brought into the order of the layer's."""
        if not np.all(np.isfinite(constant)):
            raise Unsupported(node, "a constant in it is infinite, as in masks of attention: these have no counterpart")
        try:
            shape = np.broadcast_shapes(value.shape, constant.shape)
        except ValueError as e:
            raise Unsupported(node, f"{constant.shape} does not fit {value.shape}") from e
        if shape != value.shape:
            if len(shape) == value.index.ndim and shape[0] == 1:
                value = self._reordered(node, value, np.broadcast_to(value.index, shape))
            else:
                raise Unsupported(node, f"its result has other axes than its input: {shape}")
        if constant.size == 1:
            number = float(constant.reshape(-1)[0])
            return self._composed(node, value, lambda x: operation(x, number))
        given = np.broadcast_to(constant, shape).reshape(-1)
        spread = self._spread(value, given)
        if spread is None:  # an element that is there twice gets two constants
            value = self._ordered(node, value, (value.index.size, 1, 1))
            spread = self._spread(value, given)
        return self._composed(node, value, Elementwise(operation, spread))

    def _spread(self, value, given):
        """Returns constants in the order of the layer's elements, if none gets two."""
        spread = np.full(self._size(value), np.nan)
        spread[value.index.reshape(-1)] = given
        if not np.array_equal(spread[value.index.reshape(-1)], given, equal_nan=True):
            return None
        shape = self.shapes[value.place]
        if shape is not None:  # what is not read may have any: that of its channel
            for channel in spread.reshape(shape[0], -1):
                free = np.isnan(channel)
                channel[free] = channel[~free][0] if free.any() and not free.all() else 0
        return np.nan_to_num(spread)

    def _op_Sum(self, node):
        total = self._given(node, 0)
        for i in range(1, len(node.input)):
            total = self._of_two(node, "Add", total, self._given(node, i))
        return total

    def _binary(self, node):
        if len(node.input) != 2:
            raise Unsupported(node, "it takes more than two tensors")
        operation = BINARY.get(node.op_type) or COMPARING[node.op_type]
        if node.op_type in COMPARING and not any(name in self.constants for name in node.input):
            raise Unsupported(node, "it compares two numbers that are both computed")
        if node.op_type == "Div" and node.input[0] in self.constants:
            inverse = self._composed(node, self._given(node, 1), np.reciprocal)
            constant = np.asarray(self.constants[node.input[0]], np.float64)
            return self._with_constant(node, inverse, constant, lambda x, c: x * c)
        if node.input[1] in self.constants:
            constant = np.asarray(self.constants[node.input[1]], np.float64)
            return self._with_constant(node, self._given(node, 0), constant, operation)
        if node.input[0] in self.constants:
            constant = np.asarray(self.constants[node.input[0]], np.float64)
            return self._with_constant(node, self._given(node, 1), constant, lambda x, c: operation(c, x))
        return self._of_two(node, node.op_type, *(self._given(node, i) for i in (0, 1)))

    def _of_two(self, node, operator, a, b):
        operation = BINARY[operator]
        if a.place == b.place and a.shape == b.shape and np.array_equal(a.index, b.index):
            function = Paired(operator, operation, a.function, b.function)
            return replace(a, function=function, nodes=(*a.nodes, *b.nodes, node))
        return self._joined(node, operator, a, b)


def _activation(node):
    if node.op_type == "LeakyRelu":
        slope = attribute(node, "alpha", 0.01)
        return lambda x: np.where(x < 0, slope * x, x)
    if node.op_type == "HardSigmoid":
        slope, shift = attribute(node, "alpha", 0.2), attribute(node, "beta", 0.5)
        return lambda x: np.clip(slope * x + shift, 0, 1)
    if node.op_type == "Elu":
        alpha = attribute(node, "alpha", 1.0)
        return lambda x: np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x)
    if attribute(node, "approximate", b"none") == b"none":
        return lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2)))
    return lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
