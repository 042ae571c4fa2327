"""Values on their way through a graph, and what is asked of them."""

from dataclasses import dataclass

import numpy as np
import onnx


@dataclass
class Value:
    """Elements of a layer's output.

    `place` is how many layers there are up to that one, `index` which element stands where, `function` what becomes of
    them, and `nodes` which nodes made that function.
    """

    place: int
    index: np.ndarray
    function: object = None
    nodes: tuple = ()

    @property
    def shape(self):
        return self.index.shape

    def apply(self, array):
        return array if self.function is None else self.function(array)


class Elementwise:
    """An operation with a constant for each element of a layer's output."""

    def __init__(self, operation, constants):
        self.operation = operation
        self.constants = constants

    def __call__(self, x):
        if np.shape(x) != self.constants.shape[-1:]:
            raise Elements
        return self.operation(x, self.constants)


class Elements(Exception):
    """A function differs from element to element."""


SOME = np.linspace(-9, 9, 19)


def is_sigmoid(value):
    """Returns whether a value is one number, and that the logistic function of another."""
    if value.index.size != 1 or value.function is None or has_elements(value.function, 1):
        return False
    return np.allclose(value.apply(SOME), 1 / (1 + np.exp(-SOME)))


def has_elements(function, size):
    try:
        with np.errstate(all="ignore"):
            function(np.zeros(size + 1))
    except Elements:
        return True
    return False


def is_uniform(value):
    return not has_elements(value.function, value.index.size)


def is_whole(value):
    return value.index.size > 0 and np.array_equal(value.index.reshape(-1), np.arange(value.index.size))


def three(shape):
    sides = tuple(shape[1:])
    return (sides[0], 1, sides[1]) if len(sides) == 2 else sides


def short(numbers):
    if len(set(numbers)) == 1:
        return int(numbers[0])
    if len(numbers) == 4 and numbers[:2] == numbers[2:]:
        numbers = numbers[:2]
    return [int(one) for one in numbers]


def attribute(node, name, default=None):
    for one in node.attribute:
        if one.name == name:
            return onnx.helper.get_attribute_value(one)
    return default
