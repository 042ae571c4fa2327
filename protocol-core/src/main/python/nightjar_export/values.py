"""Values on their way through a graph, and what is asked of them."""

from dataclasses import dataclass

import numpy as np
import onnx


@dataclass
class Value:
    """Elements of a layer's output.

    `place` is how many layers there are up to that one, `index` which element stands where, `function` what becomes of
    them, `nodes` which nodes made that function, and `records` which axis is that of the records.
    """

    place: int
    index: np.ndarray
    function: object = None
    nodes: tuple = ()
    records: int = 0

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


@dataclass
class Composed:
    """A function of what another one gives."""

    before: object
    after: object

    def __call__(self, x):
        return self.after(self.before(x))


@dataclass
class Paired:
    """An operation of what two functions give for the same number, of which one may be none."""

    operator: str
    operation: object
    first: object
    second: object

    def __call__(self, x):
        one, other = (x if function is None else function(x) for function in (self.first, self.second))
        return self.operation(one, other)


@dataclass
class Constant:
    """A function that gives one number whatever it is given."""

    number: float

    def __call__(self, x):
        return np.full(np.shape(x), self.number)


@dataclass
class Chosen:
    """What one of two functions gives for a number, as a third one says."""

    choice: object
    one: object
    other: object

    def __call__(self, x):
        return np.where(self.choice(x), self.one(x), self.other(x))


class Elements(Exception):
    """A function differs from element to element."""


# Operators whose result is some of what they are given, and those that may follow a softmax at the end.
SAME = {"Identity", "Dropout", "CastLike"}
REORDERS = {"Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze"}
AFTER_SOFTMAX = {*SAME, "Normalizer", "ZipMap", "Cast"}

MOST_COUNTERS = 12
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


def odometer(index):
    """Returns offset, sizes and strides that count through an index, each counter faster than the one before it.

    Returns nothing if there are none.
    """
    flat = index.reshape(-1)
    offset, rest = int(flat[0]), flat - flat[0]
    sizes, strides = [], []
    while rest.size > 1:
        step = int(rest[1])
        breaks = np.flatnonzero(np.diff(rest) != step)
        run = int(breaks[0]) + 1 if breaks.size else rest.size
        if rest.size % run:
            return None
        blocks = rest.reshape(-1, run)
        if not np.array_equal(blocks - blocks[:, :1], np.broadcast_to(np.arange(run) * step, blocks.shape)):
            return None
        sizes.insert(0, run)
        strides.insert(0, step)
        rest = blocks[:, 0]
    return (offset, sizes or [1], strides or [1]) if len(sizes) <= MOST_COUNTERS else None


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
