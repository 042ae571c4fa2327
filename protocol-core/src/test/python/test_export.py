"""Tests nightjar_export on graphs as exporters write them: `python test_export.py`, with the package on the path.

Graphs are small and random. What is exported is compared by `export` itself with onnxruntime, before the softmax, and
here once more by hand; what is refused names the node. With a directory as argument, models and records for Nightjar
are left there, with what onnxruntime says of them.
"""

import contextlib
import io
import json
import math
import random
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from nightjar_export import ExportError, cli, export
from nightjar_export.artefact import Artefact
from nightjar_export.evaluate import evaluate

GRAPHS = 250
RANDOM = np.random.default_rng(7)


class Builder:
    """Writes a graph node by node; each method returns the name of its result."""

    def __init__(self, *sides):
        self.nodes, self.constants, self.sides = [], [], sides

    def constant(self, array, dtype=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array, dtype), name))
        return name

    def add(self, operator, *inputs, domain=None, **attributes):
        name = f"t{len(self.nodes)}"
        given = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        self.nodes.append(
            helper.make_node(operator, given, [name], name=f"n{len(self.nodes)}", domain=domain, **attributes)
        )
        return name

    def reshape(self, x, *shape):
        return self.add("Reshape", x, self.constant(shape, np.int64))

    def dense(self, x, inputs, outputs):
        return self.add(
            "Gemm", x, RANDOM.normal(size=(outputs, inputs)) / math.sqrt(inputs), RANDOM.normal(size=outputs), transB=1
        )

    def conv(self, x, inputs, outputs, *kernel, **attributes):
        weight = RANDOM.normal(size=(outputs, inputs // attributes.get("group", 1), *kernel)) / math.sqrt(
            inputs * math.prod(kernel)
        )
        return self.add("Conv", x, weight, RANDOM.normal(size=outputs), **attributes)

    def save(self, path, output, first="n", opset=17):
        graph = helper.make_graph(
            self.nodes,
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [first, *self.sides])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        model.ir_version = 8 if opset < 20 else 10
        onnx.save(model, path)
        return path


def any_node(g, known, chance):
    """Adds a node that fits, and returns its result with its shape without that of the records."""
    x, sides = chance.choice(list(known.items()))
    channels, height, width = sides
    alike = [name for name, other in known.items() if other == sides]
    gates = [name for name, other in known.items() if other == (channels, 1, 1)]
    kind = chance.randrange(28)
    if kind == 0:
        outputs, kernel, stride = chance.randrange(1, 6), chance.choice([1, 2, 3]), chance.choice([1, 1, 2])
        if min(height, width) < 2:
            return None
        places = [(side + 2 - kernel) // stride + 1 for side in (height, width)]
        made = g.conv(x, channels, outputs, kernel, kernel, strides=[stride] * 2, pads=[1] * 4)
        return made, (outputs, *places)
    if kind == 1:
        return g.add(chance.choice(["Relu", "Tanh", "Sigmoid", "HardSwish", "Elu", "Softplus", "Selu"]), x), sides
    if kind == 2:
        return g.add(chance.choice(["Add", "Sub", "Mul"]), x, chance.choice(alike)), sides
    if kind == 3 and gates:
        return g.add(chance.choice(["Add", "Mul"]), *chance.sample([x, chance.choice(gates)], 2)), sides
    if kind == 4:
        axis = chance.randrange(1, 4)
        fit = [n for n, o in known.items() if all(o[i] == sides[i] for i in range(3) if i != axis - 1)]
        others = [chance.choice(fit) for _ in range(chance.randrange(1, 3))]
        joined = list(sides)
        joined[axis - 1] += sum(known[name][axis - 1] for name in others)
        return g.add("Concat", x, *others, axis=axis), tuple(joined)
    if kind == 5:
        order = chance.sample([1, 2, 3], 3)
        return g.add("Transpose", x, perm=[0, *order]), tuple(sides[i - 1] for i in order)
    if kind == 6:
        axis = chance.randrange(3)
        start = chance.randrange(sides[axis])
        step = chance.choice([1, 2])
        ends = [g.constant([one], np.int64) for one in (start, 1 << 40, axis + 1, step)]
        cut = list(sides)
        cut[axis] = -(-(sides[axis] - start) // step)
        return g.add("Slice", x, *ends), tuple(cut)
    if kind == 7:
        return g.add("Mul", x, RANDOM.normal(size=chance.choice([(1,), (channels, 1, 1), sides]))), sides
    if kind == 8:
        return g.add("Add", x, RANDOM.normal(size=chance.choice([(1,), (channels, 1, 1), sides]))), sides
    if kind == 9:
        return g.add("GlobalAveragePool", x), (channels, 1, 1)
    if kind == 10:
        outputs = chance.randrange(1, 6)
        return g.add("MatMul", x, RANDOM.normal(size=(width, outputs))), (channels, height, outputs)
    if kind == 11:
        return g.add("LayerNormalization", x, RANDOM.normal(size=width), axis=-1, epsilon=0.1), sides
    if kind == 12 and channels % 2 == 0:
        y = g.reshape(x, 0, 2, channels // 2, height, width)
        return g.reshape(g.add("Transpose", y, perm=[0, 2, 1, 3, 4]), 0, channels, height, width), sides
    if kind == 13:
        return g.reshape(x, 0, width, channels, height), (width, channels, height)
    if kind == 14:
        axis = chance.randrange(1, 4)
        return g.add("ReduceMean", x, axes=[axis]), tuple(1 if i + 1 == axis else s for i, s in enumerate(sides))
    if kind == 15:
        pads = [0, *(chance.randrange(2) for _ in range(3)), 0, *(chance.randrange(2) for _ in range(3))]
        mode = chance.choice(["constant", "edge"])
        padded = tuple(s + pads[i + 1] + pads[i + 5] for i, s in enumerate(sides))
        return g.add("Pad", x, g.constant(pads, np.int64), mode=mode), padded
    if kind == 17:
        return g.add("Softmax", x, axis=chance.randrange(1, 4)), sides
    if kind == 18:
        rights = [name for name, other in known.items() if (other[0], other[1]) == (channels, width)]
        right = chance.choice(rights) if rights else g.add("Transpose", x, perm=[0, 1, 3, 2])
        return g.add("MatMul", x, right), (channels, height, known[right][2] if rights else height)
    if kind == 19:
        outputs, (top, left, bottom, right) = chance.randrange(1, 4), (chance.randrange(2) for _ in range(4))
        kernel, stride = ([chance.randrange(2, 4), chance.randrange(2, 4)], [chance.randrange(1, 4) for _ in range(2)])
        places = (
            (height - 1) * stride[0] + kernel[0] - top - bottom,
            (width - 1) * stride[1] + kernel[1] - left - right,
        )
        if min(places) < 1 or any(s > k for s, k in zip(stride, kernel, strict=True)):
            return None
        weight = RANDOM.normal(size=(channels, outputs, *kernel)) / channels
        pads = [top, left, bottom, right]
        made = g.add("ConvTranspose", x, weight, RANDOM.normal(size=outputs), strides=stride, pads=pads)
        return made, (outputs, *places)
    if kind == 20:
        axis, keep = chance.randrange(1, 4), tuple(sides)
        operator = chance.choice(["ReduceL2", "ReduceL1", "ReduceLogSumExp", "ReduceMax", "ReduceSumSquare"])
        return g.add(operator, x, axes=[axis]), tuple(1 if i + 1 == axis else s for i, s in enumerate(keep))
    if kind == 21:
        return g.add(chance.choice(["Max", "Min"]), x, chance.choice(alike)), sides
    if kind == 22:
        ends = chance.choice([("", g.constant(0.7)), (g.constant(-0.4),)])
        return g.add("Clip", x, *ends), sides
    if kind == 23:
        axis = chance.randrange(1, 4)
        more = [1, *sides]
        more[axis] = chance.randrange(1, 3)
        parts = [x, RANDOM.normal(size=more)][:: chance.choice([1, -1])]
        return g.add("Concat", *parts, axis=axis), tuple(s + (i + 1 == axis) * more[axis] for i, s in enumerate(sides))
    if kind == 24:
        mode, scale = chance.choice([("linear", 2), ("nearest", 2), ("nearest", 3)])
        made = g.add("Resize", x, "", g.constant([1, 1, scale, scale]), mode=mode)
        return made, (channels, height * scale, width * scale)
    if kind == 25:
        bound = g.constant(0.0)
        return g.add(
            "Where", g.add(chance.choice(["Greater", "GreaterOrEqual"]), x, bound), x, g.add("Mul", x, g.constant(0.2))
        ), sides
    if kind == 26:  # the records are not first, or are one with rows
        if chance.randrange(2):
            y = g.add("Transpose", x, perm=[1, 0, 2, 3])
            y = g.add("Softmax", g.add("MatMul", y, RANDOM.normal(size=(width, width))), axis=chance.choice([0, 2, 3]))
            return g.add("Transpose", y, perm=[1, 0, 2, 3]), sides
        y = g.add("Gemm", g.reshape(x, channels * height, width), RANDOM.normal(size=(width, 3)), [0.1, 0.2, 0.3])
        return g.reshape(y, 1, channels, height, 3), (channels, height, 3)
    if kind == 16 and min(height, width) > 1:
        return (
            g.add("MaxPool", x, kernel_shape=[2, 2], strides=[1, 1]),
            (channels, height - 1, width - 1),
        )
    return None


def run(path, rows, sides):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.concatenate(
        [session.run(None, {"x": row.reshape(1, *sides).astype(np.float32)})[0].reshape(1, -1) for row in rows]
    )


class ExportTest(unittest.TestCase):
    def setUp(self):
        global RANDOM  # so that no test depends on another
        RANDOM = np.random.default_rng(7)
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.directory = Path(self.place.name)

    def exported(self, graph, output, layers, **options):
        """Exports, compares again, and returns the types of the layers if they are as expected."""
        path = graph.save(self.directory / "m.onnx", output)
        target = self.directory / f"out{len(list(self.directory.iterdir()))}"
        artefact, comparison = export(path, target, **options)
        self.assertEqual(layers, [layer["type"] for layer in artefact.layers])
        self.assertLess(comparison.largest, 1e-5 * max(1, comparison.magnitude))
        rows = RANDOM.uniform(0, 1, (9, int(np.prod(graph.sides))))
        found, expected = evaluate(Artefact.read(target), rows), run(path, rows, graph.sides)
        if expected.shape[1] == found.shape[1]:
            np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-4)
        return artefact

    def refused(self, graph, output, *parts, **options):
        path = graph.save(self.directory / "m.onnx", output)
        target = self.directory / "refused"
        with self.assertRaises(ExportError) as raised:
            export(path, target, **options)
        message = str(raised.exception)
        self.assertEqual(1, len(message.splitlines()), message)
        for part in parts:
            self.assertIn(part, message)
        self.assertEqual(
            ["m.onnx"], sorted(one.name for one in self.directory.iterdir() if not one.name.startswith("out"))
        )

    def test_a_perceptron_in_pieces(self):
        g = Builder(12)
        x = g.add("Div", g.add("Sub", "x", RANDOM.normal(size=12)), RANDOM.uniform(1, 2, 12))
        x = g.add("Add", g.add("MatMul", x, RANDOM.normal(size=(12, 7))), RANDOM.normal(size=7))
        x = g.add("Relu", x)
        x = g.add(
            "Mul", g.add("Add", g.add("MatMul", x, RANDOM.normal(size=(7, 3))), RANDOM.normal(size=(1, 3))), [0.5]
        )
        artefact = self.exported(g, g.add("Softmax", x, axis=-1), ["dense", "relu", "dense", "softmax"])
        self.assertEqual("classification", artefact.task)
        self.assertEqual(["0", "1", "2"], artefact.classes)

    def test_activations_in_all_their_spellings(self):
        def gelu(g, x):
            half = g.add("Mul", x, [0.5])
            return g.add("Mul", half, g.add("Add", g.add("Erf", g.add("Div", x, [math.sqrt(2)])), [1.0]))

        def gelu_tanh(g, x):
            cubic = g.add("Mul", g.add("Pow", x, [3.0]), [0.044715])
            inner = g.add("Mul", g.add("Add", x, cubic), [math.sqrt(2 / math.pi)])
            return g.add("Mul", g.add("Mul", x, [0.5]), g.add("Add", g.add("Tanh", inner), [1.0]))

        spellings = {
            "relu": [lambda g, x: g.add("Relu", x), lambda g, x: g.add("Max", x, [0.0])],
            "gelu": [gelu],
            "geluTanh": [gelu_tanh],
            "silu": [
                lambda g, x: g.add("Mul", x, g.add("Sigmoid", x)),
                lambda g, x: g.add("Div", x, g.add("Add", g.add("Exp", g.add("Neg", x)), [1.0])),
            ],
            "hardSwish": [
                lambda g, x: g.add("HardSwish", x),
                lambda g, x: g.add("Mul", x, g.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)),
                lambda g, x: g.add(
                    "Div",
                    g.add("Mul", x, g.add("Clip", g.add("Add", x, [3.0]), g.constant(0.0), g.constant(6.0))),
                    [6.0],
                ),
            ],
            "hardSigmoid": [
                lambda g, x: g.add("HardSigmoid", x),
                lambda g, x: g.add(
                    "Clip", g.add("Add", g.add("Mul", x, [0.2]), [0.5]), g.constant(0.0), g.constant(1.0)
                ),
            ],
            "clip": [
                lambda g, x: g.add("Clip", x, g.constant(0.0), g.constant(6.0)),
                lambda g, x: g.add("Min", g.add("Max", x, [0.0]), [6.0]),
            ],
            "leakyRelu": [
                lambda g, x: g.add("LeakyRelu", x, alpha=0.3),
                lambda g, x: g.add("Max", x, g.add("Mul", x, [0.3])),
                lambda g, x: g.add("PRelu", x, [0.3]),
            ],
            "prelu": [lambda g, x: g.add("PRelu", x, RANDOM.uniform(0.1, 0.5, 6))],
            "tanh": [lambda g, x: g.add("Tanh", x)],
            "elu": [lambda g, x: g.add("Elu", x, alpha=0.7)],
            "softplus": [
                lambda g, x: g.add("Softplus", x),
                lambda g, x: g.add("Log", g.add("Add", g.add("Exp", x), [1.0])),
            ],
            "exp": [lambda g, x: g.add("Exp", x)],
            "abs": [lambda g, x: g.add("Abs", x), lambda g, x: g.add("Max", x, g.add("Neg", x))],
            "sigmoid": [lambda g, x: g.add("Sigmoid", x)],
            "square": [lambda g, x: g.add("Mul", x, x), lambda g, x: g.add("Pow", x, [2.0])],
            "quadratic": [lambda g, x: g.add("Add", g.add("Mul", x, g.add("Mul", x, [0.5])), x)],
        }
        for kind, ways in spellings.items():
            for way in ways:
                with self.subTest(kind):
                    g = Builder(5)
                    x = way(g, g.dense("x", 5, 6))
                    layers = [one["type"] for one in self.written(g, g.dense(x, 6, 2)).layers]
                    self.assertIn(
                        layers,
                        (["dense", kind, "dense"], ["dense", "clip", "dense"] if kind == "hardSigmoid" else None),
                    )

    def test_what_is_folded_into_weights_may_be_used_twice(self):
        for where in ("dense", "conv2d"):
            g = Builder(*((5,) if where == "dense" else (2, 5, 5)))
            x = g.dense("x", 5, 6) if where == "dense" else g.conv("x", 2, 6, 3, 3)
            x = g.add("BatchNormalization", x, *(RANDOM.uniform(0.5, 2, 6) for _ in range(4)))
            up = g.add("Clip", g.add("Add", x, [3.0]), g.constant(0.0), g.constant(6.0))
            x = g.add("Div", g.add("Mul", x, up), [6.0])
            kinds = [where, "hardSwish", "dense"] if where == "dense" else [where, "hardSwish", "flatten", "dense"]
            end = g.dense(x, 6, 2) if where == "dense" else g.dense(g.add("Flatten", x), 54, 2)
            self.exported(g, end, kinds)
        g = Builder(5)
        x = g.add("Mul", g.dense("x", 5, 6), [2.0])
        x = g.add("Add", g.dense(g.add("Relu", x), 6, 6), x)
        self.exported(g, g.dense(x, 6, 2), ["dense", "relu", "dense", "residualAdd", "dense"])

    def test_what_only_passes_a_tensor_on_is_no_use_of_it(self):
        g = Builder(5)
        x = g.add("Identity", g.add("MatMul", "x", RANDOM.normal(size=(5, 6))))
        x = g.add("Relu", g.add("Add", x, RANDOM.normal(size=6)))  # a bias, which goes into the weights
        self.exported(g, g.dense(x, 6, 2), ["dense", "relu", "dense"])
        g = Builder(5)
        t = g.add("MatMul", "x", RANDOM.normal(size=(5, 6)))
        x = g.add("Relu", g.add("Add", t, RANDOM.normal(size=6)))
        x = g.add("Concat", x, g.reshape(t, 0, 6), axis=1)  # but what is passed on is used here, as it was
        self.exported(g, g.dense(x, 12, 2), ["dense", "batchNorm", "relu", "recall", "concat", "dense"])

    def written(self, graph, output):
        path = graph.save(self.directory / "m.onnx", output)
        artefact, _ = export(path, self.directory / f"out{len(list(self.directory.iterdir()))}")
        return artefact

    def test_windows_of_any_shape(self):
        for _ in range(60):
            height, width = int(RANDOM.integers(7, 10)), int(RANDOM.integers(7, 12))
            kernel = [int(one) for one in RANDOM.integers(1, 4, 2)]
            pads = [int(RANDOM.integers(0, kernel[i % 2])) for i in range(4)]
            strides, dilations = ([int(one) for one in RANDOM.integers(1, 3, 2)] for _ in range(2))
            g = Builder(2, height, width)
            x = g.conv(
                "x", 2, 4, *kernel, pads=pads, strides=strides, dilations=dilations, group=int(RANDOM.integers(1, 3))
            )
            x = g.add("Relu", x)
            small = [min(one, 2) for one in kernel]
            kind = RANDOM.choice(["MaxPool", "AveragePool"])
            more = {"count_include_pad": int(RANDOM.integers(0, 2))} if kind == "AveragePool" else {}
            edge = [int(RANDOM.integers(0, small[i % 2])) for i in range(4)]
            x = g.add(str(kind), x, kernel_shape=small, pads=edge, strides=strides, **more)
            with self.subTest(
                kernel=kernel, pads=pads, strides=strides, dilations=dilations, kind=str(kind), edge=edge, **more
            ):
                self.written(g, g.add("Flatten", g.add("GlobalAveragePool", x)))

    def test_signals_norms_and_residuals(self):
        g = Builder(3, 40)
        x = g.conv("x", 3, 8, 5, pads=[2, 2])
        x = g.add("BatchNormalization", x, *(RANDOM.uniform(0.5, 1.5, 8) for _ in range(4)))
        x = g.add("Relu", x)
        y = g.add("Relu", g.conv(x, 8, 8, 3, pads=[1, 1]))
        x = g.add("MaxPool", g.add("Add", y, x), kernel_shape=[3], strides=[2], ceil_mode=1)
        x = g.add("ReduceMean", x, axes=[2], keepdims=0)
        kinds = ["conv2d", "relu", "conv2d", "relu", "residualAdd", "maxPool", "averagePool", "dense"]
        artefact = self.exported(g, g.dense(x, 8, 2), kinds, task="regression")
        self.assertEqual("relu1", artefact.layers[4]["from"])
        self.assertEqual((3, 1, 40), artefact.shape)

    def test_branches_meet_again(self):
        g = Builder(3, 8, 8)
        x = g.add("Relu", g.conv("x", 3, 6, 3, 3, pads=[1] * 4))
        wide = g.add("Relu", g.conv(x, 6, 4, 3, 3, pads=[1] * 4))
        small = g.conv(x, 6, 2, 1, 1)
        pooled = g.add("MaxPool", x, kernel_shape=[3, 3], pads=[1] * 4, strides=[1, 1])
        x = g.add("Concat", wide, small, pooled, axis=1)
        x = g.add("Sub", x, g.conv("x", 3, 12, 1, 1))
        kinds = ["conv2d", "relu", "conv2d", "recall", "conv2d", "recall", "maxPool", "recall", "relu"]
        kinds += ["recall", "concat", "recall", "concat", "recall", "conv2d", "subtract", "averagePool", "dense"]
        self.exported(g, g.dense(g.add("Flatten", g.add("GlobalAveragePool", x)), 12, 2), kinds)

    def test_gates(self):
        g = Builder(2, 6, 7)
        x = g.add("HardSwish", g.conv("x", 2, 8, 3, 3, pads=[1] * 4))
        squeezed = g.add("ReduceMean", x, axes=[2, 3], keepdims=1)
        gate = g.add("HardSigmoid", g.conv(g.add("Relu", g.conv(squeezed, 8, 3, 1, 1)), 3, 8, 1, 1))
        x = g.conv(g.add("Mul", gate, x), 8, 3, 1, 1)
        kinds = ["conv2d", "hardSwish", "averagePool", "conv2d", "relu", "conv2d", "hardSigmoid", "multiply", "conv2d"]
        artefact = self.exported(
            g, g.dense(g.add("Flatten", x), 126, 2), [*kinds, "flatten", "dense"], task="regression"
        )
        self.assertEqual("hardSwish1", artefact.layers[7]["from"])

    def test_activations_one_after_the_other(self):
        g = Builder(5)  # Mish, whose tanh is of a softplus
        x = g.dense("x", 5, 6)
        x = g.add("Mul", x, g.add("Tanh", g.add("Softplus", x)))
        self.exported(g, g.dense(x, 6, 2), ["dense", "softplus", "tanh", "multiply", "dense"])
        g = Builder(5)  # a magnitude, and the line between two activations, which the data owner may know
        x = g.dense("x", 5, 6)
        x = g.add("Sqrt", g.add("Add", g.add("Mul", x, x), [0.25]))
        x = g.add("Sigmoid", g.add("Sub", g.add("Mul", x, [2.0]), [1.0]))
        kinds = ["dense", "quadratic", "sqrt", "affine", "sigmoid", "dense"]
        self.exported(g, g.dense(x, 6, 2), kinds)
        g = Builder(5)  # a quotient of two outputs
        x = g.add("Div", g.dense("x", 5, 6), g.add("Exp", g.dense("x", 5, 6)))
        kinds = ["dense", "recall", "dense", "exp", "reciprocal", "multiply", "dense"]
        self.exported(g, g.dense(x, 6, 2), kinds)

    def test_bounds_far_out_are_bounds(self):
        def clip(x, low, high):
            return g.add("Clip", x, g.constant(low), g.constant(high))

        for low, high in ((-10.0, 10.0), (0.0, 100.0), (-1000.0, 1000.0)):
            g = Builder(5)
            x = clip(g.dense("x", 5, 6), low, high)
            artefact = self.exported(g, g.dense(x, 6, 2), ["dense", "clip", "dense"])
            self.assertEqual((low, high), (artefact.layers[1]["low"], artefact.layers[1]["high"]))
        g = Builder(5)
        x = clip(g.add("Mul", g.add("Relu", g.dense("x", 5, 6)), [2.0]), -5.0, 50.0)
        layers = [one["type"] for one in self.written(g, g.dense(x, 6, 2)).layers]
        self.assertIn("clip", layers)

    def test_attention(self):
        g = Builder(7, 8)  # seven tokens, two heads of four
        x = g.add("LayerNormalization", "x", RANDOM.normal(size=8), RANDOM.normal(size=8))
        qkv = g.add("Add", g.add("MatMul", x, RANDOM.normal(size=(8, 24)) / 2), RANDOM.normal(size=24))
        qkv = g.add("Transpose", g.reshape(qkv, 0, 7, 3, 2, 4), perm=[2, 0, 3, 1, 4])  # the records come second
        q, k, v = (
            g.add("Squeeze", g.add("Gather", qkv, g.constant([i], np.int64)), g.constant([0], np.int64))
            for i in range(3)
        )
        likeness = g.add("MatMul", g.add("Mul", q, [0.5]), g.add("Transpose", k, perm=[0, 1, 3, 2]))
        mixed = g.add("MatMul", g.add("Softmax", likeness, axis=-1), v)
        mixed = g.reshape(g.add("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 7, 8)
        x = g.add("Add", "x", g.add("MatMul", mixed, RANDOM.normal(size=(8, 8))))
        x = g.add("ReduceMean", x, axes=[1], keepdims=0)
        layers = [one["type"] for one in self.written(g, g.add("Softmax", g.dense(x, 8, 3), axis=1)).layers]
        for kind, count in {"matMul": 2, "softmax": 2, "layerNorm": 1, "conv2d": 2, "dense": 1, "batchNorm": 0}.items():
            self.assertEqual(count, layers.count(kind), (kind, layers))

    def test_a_layer_norm_in_pieces(self):
        for axis in (-1, 1):
            g = Builder(9)
            x = g.dense("x", 9, 6)
            centred = g.add("Sub", x, g.add("ReduceMean", x, axes=[axis]))
            variance = g.add("ReduceMean", g.add("Pow", centred, [2.0]), axes=[axis])
            x = g.add("Div", centred, g.add("Sqrt", g.add("Add", variance, [1e-3])))
            x = g.add("Add", g.add("Mul", x, RANDOM.normal(size=6)), RANDOM.normal(size=6))
            self.exported(g, g.dense(x, 6, 2), ["dense", "layerNorm", "dense"])

    def test_transposed_convolutions(self):
        g = Builder(2, 4, 5)
        x = g.add("Relu", g.conv("x", 2, 3, 3, 3, pads=[1] * 4))
        x = g.add("ConvTranspose", x, RANDOM.normal(size=(3, 2, 2, 2)), strides=[2, 2])
        x = g.add("BatchNormalization", x, *(RANDOM.uniform(0.5, 2, 2) for _ in range(4)))
        x = g.add("Relu", x)
        kinds = ["conv2d", "relu", "conv2d", "relu", "view", "averagePool", "dense"]
        self.exported(g, g.dense(g.add("Flatten", g.add("GlobalAveragePool", x)), 2, 2), kinds)
        for groups, kernel, stride, pads, more in ((1, 4, 2, [1, 1], 0), (3, 5, 3, [2, 1], 1), (3, 3, 1, [0, 2], 0)):
            g = Builder(6, 7)
            weight = RANDOM.normal(size=(6, 2, kernel))
            x = g.add("ConvTranspose", "x", weight, strides=[stride], pads=pads, output_padding=[more], group=groups)
            length = 6 * stride + kernel - sum(pads) + more
            self.written(g, g.dense(g.add("Flatten", x), 2 * groups * length, 2))
        g = Builder(2, 4, 4)
        x = g.add("ConvTranspose", "x", RANDOM.normal(size=(2, 1, 3, 3)), dilations=[2, 2])
        self.refused(g, g.add("Flatten", x), "(ConvTranspose)", "its kernel has gaps")

    def test_outputs_of_any_shape(self):
        g = Builder(2, 5, 6)
        x = g.add("Transpose", g.conv("x", 2, 3, 3, 3), perm=[0, 2, 3, 1])
        artefact = self.exported(g, g.add("Sigmoid", x), ["conv2d", "sigmoid", "view"], task="regression")
        self.assertEqual([36, 1, 1], artefact.layers[-1]["shape"])

    def test_probabilities_do_not_hide_differences(self):
        g = Builder(4)
        path = g.save(self.directory / "m.onnx", g.add("Sigmoid", g.add("Add", g.dense("x", 4, 3), [80.0])))
        _, comparison = export(path, self.directory / "out")
        self.assertGreater(comparison.magnitude, 70)

    def test_norms_of_each_record(self):
        g = Builder(10)
        x = g.add("LayerNormalization", g.dense("x", 10, 8), RANDOM.normal(size=8), RANDOM.normal(size=8))
        self.exported(g, g.dense(g.add("Relu", x), 8, 2), ["dense", "layerNorm", "batchNorm", "relu", "dense"])
        g = Builder(10)
        x = g.add("LayerNormalization", g.dense("x", 10, 8), RANDOM.normal(size=8), RANDOM.normal(size=8))
        self.exported(g, g.dense(x, 8, 2), ["dense", "layerNorm", "dense"])  # weights go into the next layer
        g = Builder(4, 5, 6)  # as ConvNeXt
        x = g.conv("x", 4, 4, 3, 3, pads=[1] * 4, group=4)
        x = g.add("Transpose", x, perm=[0, 2, 3, 1])
        x = g.add("LayerNormalization", x, RANDOM.normal(size=4), RANDOM.normal(size=4), axis=-1, epsilon=1e-3)
        x = g.add("Relu", g.add("MatMul", x, RANDOM.normal(size=(4, 9))))
        x = g.add("Add", g.add("MatMul", x, RANDOM.normal(size=(9, 4))), RANDOM.normal(size=4))
        x = g.add("Add", g.add("Transpose", x, perm=[0, 3, 1, 2]), "x")
        kinds = ["conv2d", "layerNorm", "conv2d", "relu", "conv2d", "residualAdd", "averagePool", "dense"]
        self.exported(g, g.dense(g.add("Flatten", g.add("GlobalAveragePool", x)), 4, 2), kinds)
        for groups in (1, 2, 6):
            g = Builder(6, 4, 4)
            x = g.reshape(g.conv("x", 6, 6, 3, 3), 0, groups, -1)  # as PyTorch writes a group norm
            x = g.add("InstanceNormalization", x, np.ones(groups), np.zeros(groups))
            x = g.reshape(x, 0, 6, 2, 2)
            x = g.add("Add", g.add("Mul", x, RANDOM.normal(size=(6, 1, 1))), RANDOM.normal(size=(6, 1, 1)))
            kinds = ["conv2d", "groupNorm", "batchNorm", "relu", "flatten", "dense"]
            self.exported(g, g.dense(g.add("Flatten", g.add("Relu", x)), 24, 2), kinds)

    def test_padding_of_its_own(self):
        def pads(*numbers):
            return g.constant(numbers, np.int64)

        g = Builder(2, 6, 6)  # as TensorFlow writes a convolution of stride 2
        x = g.conv(g.add("Pad", "x", pads(0, 0, 0, 1, 0, 0, 1, 2)), 2, 3, 3, 3, strides=[2, 2])
        artefact = self.exported(g, g.dense(g.add("Flatten", x), 36, 2), ["conv2d", "flatten", "dense"])
        self.assertEqual([0, 1, 1, 2], artefact.layers[0]["padding"])
        for mode in ("constant", "edge", "reflect"):
            g = Builder(2, 30)
            more = [g.constant(0.5)] if mode == "constant" else []
            x = g.conv(g.add("Pad", "x", pads(0, 0, 4, 0, 0, 7), *more, mode=mode), 2, 3, 5, strides=[3])
            x = g.add("Pad", g.add("Relu", x), pads(0, 1, -2, 0, 0, 0), mode="edge")  # in channels too, and cut
            kinds = ["pad", "conv2d", "relu", "view", "pad", "view", "flatten", "dense"]
            found = [one["type"] for one in self.written(g, g.dense(g.add("Flatten", x), 44, 2)).layers]
            self.assertEqual(kinds[:3], found[:3])
            self.assertIn("pad", found[3:])

    def test_matrices_along_the_last_axis(self):
        g = Builder(5, 6)  # a mixer: along the features, then along the positions
        x = g.add("Relu", g.add("MatMul", "x", RANDOM.normal(size=(6, 7))))
        x = g.add("MatMul", g.add("Transpose", x, perm=[0, 2, 1]), RANDOM.normal(size=(5, 3)))
        x = g.add("ReduceMean", g.add("Relu", x), axes=[1], keepdims=0)
        kinds = ["view", "conv2d", "relu", "view", "conv2d", "relu", "averagePool", "dense"]
        self.exported(g, g.dense(x, 3, 2), kinds)

    def test_several_inputs_are_one_record(self):
        nodes = [
            helper.make_node("Conv", ["image", "k"], ["a"]),
            helper.make_node("Flatten", ["a"], ["b"]),
            helper.make_node("Concat", ["b", "table"], ["c"], axis=1),
            helper.make_node("MatMul", ["c", "w"], ["y"]),
        ]
        shapes = {"table": ["n", 3], "image": ["n", 2, 4, 4], "y": ["n", 2]}
        weights = {"k": RANDOM.normal(size=(2, 2, 3, 3)), "w": RANDOM.normal(size=(11, 2))}
        values = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, s) for name, s in shapes.items()}
        graph = helper.make_graph(
            nodes,
            "g",
            [values["table"], values["image"]],
            [values["y"]],
            [numpy_helper.from_array(one.astype(np.float32), name) for name, one in weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.save(model, self.directory / "m.onnx")
        artefact, _ = export(self.directory / "m.onnx", self.directory / "out")
        table, image = RANDOM.uniform(0, 1, (5, 3)), RANDOM.uniform(0, 1, (5, 2, 4, 4))
        session = onnxruntime.InferenceSession(self.directory / "m.onnx", providers=["CPUExecutionProvider"])
        expected = session.run(None, {"table": table.astype(np.float32), "image": image.astype(np.float32)})[0]
        found = evaluate(artefact, np.concatenate([table, image.reshape(5, -1)], axis=1))
        np.testing.assert_allclose(found, expected, atol=1e-5)

    def test_random_graphs_are_what_onnxruntime_says(self):
        """Whatever meets whatever: each operator that fits where it stands, with any earlier tensors as inputs."""
        refused = []
        for seed in range(GRAPHS):
            chance = random.Random(seed)
            g = Builder(chance.choice([2, 4]), chance.choice([4, 5]), chance.choice([4, 6]))
            known = {"x": g.sides}
            for _ in range(chance.randrange(3, 12)):
                made = any_node(g, known, chance)
                if made is not None and math.prod(made[1]) <= 2000:
                    known[made[0]] = made[1]
            end, sides = list(known.items())[-1]
            x = g.dense(g.add("Flatten", end), math.prod(sides), 2)
            with self.subTest(seed=seed):
                try:
                    self.written(g, x)
                except ExportError as e:
                    self.assertNotIn("mistake", str(e))
                    self.assertNotIn("well-formed", str(e))
                    refused.append(str(e))
        self.assertLess(len(refused), GRAPHS / 10, refused)

    def test_records_that_are_not_first(self):
        """As `nn.MultiheadAttention` has them, whose rows are those of all records until there are heads."""
        g = Builder(5, 8)
        x = g.reshape(g.add("Transpose", "x", perm=[1, 0, 2]), 5, 8)
        parts = [g.add("Gemm", x, RANDOM.normal(size=(8, 8)) / 3, RANDOM.normal(size=8)) for _ in range(3)]
        q, k, v = (g.add("Transpose", g.reshape(one, 5, 2, 4), perm=[1, 0, 2]) for one in parts)
        scores = g.add("MatMul", g.add("Mul", q, np.float32(0.5)), g.add("Transpose", k, perm=[0, 2, 1]))
        x = g.add("Transpose", g.add("MatMul", g.add("Softmax", scores, axis=-1), v), perm=[1, 0, 2])
        x = g.add("Gemm", g.reshape(x, 5, 8), RANDOM.normal(size=(8, 6)), RANDOM.normal(size=6))
        x = g.add("Transpose", g.reshape(x, 5, 1, 6), perm=[1, 0, 2])
        self.written(g, g.dense(g.add("Flatten", x), 30, 2))

    def test_norms_by_lengths_and_functions_of_other_operators(self):
        g = Builder(4, 6)
        ramp = g.add("Range", *(np.float32(one) for one in (0, 6, 1)))  # a loop, if it is taken apart
        x = g.add("RMSNormalization", g.add("Add", "x", ramp), RANDOM.normal(size=6), epsilon=0.01)
        x = g.add("Celu", g.add("Swish", x, alpha=1.0), alpha=0.7)
        x = g.add("Attention", x, x, x, q_num_heads=2, kv_num_heads=2)
        path = g.save(self.directory / "m.onnx", g.dense(g.add("Flatten", x), 24, 2), opset=24)
        artefact, comparison = export(path, self.directory / "out")
        self.assertIn("silu", [one["type"] for one in artefact.layers])
        self.assertLess(comparison.largest, 1e-5)

    def test_products_along_any_axes(self):
        for equation in ("bhqd,bhkd->bhqk", "bhqd,bkhd->bqhk", "bhqd,bhkd->bkq", "bhqd,bxyd->bhqxy"):
            g = Builder(2, 4, 3)
            x, y = (g.conv("x", 2, 2, 3, 3, pads=[1] * 4) for _ in range(2))
            if equation == "bhqd,bkhd->bqhk":
                y = g.add("Transpose", y, perm=[0, 2, 1, 3])
            x = g.add("Einsum", x, y, equation=equation)
            size = {"bhqk": 32, "bqhk": 32, "bkq": 16, "bhqxy": 64}[equation.split("->")[1]]
            self.written(g, g.dense(g.add("Flatten", x), size, 2))
        for equation, sides, size in (("bcyx,ck->bkyx", (2, 5), 60), ("kyc,bcyx->bxk", (3, 4, 2), 9)):
            g = Builder(2, 4, 3)
            given = ["x", RANDOM.normal(size=sides)]
            x = g.add("Einsum", *given[:: 1 if equation.startswith("b") else -1], equation=equation)
            self.written(g, g.dense(g.add("Flatten", x), size, 2))
        g = Builder(2, 4, 3)
        self.refused(g, g.add("Einsum", g.conv("x", 2, 2, 1, 1), equation="bcyx->cyx"), "(Einsum): it mixes records")
        g = Builder(2, 4, 3)
        self.refused(
            g, g.add("Einsum", g.conv("x", 2, 2, 1, 1), np.ones((2, 4)), equation="bcyx,cy->bcyx"), "one of both"
        )

    def test_graphs_that_mix_records_are_refused(self):
        for mixing in ("merged", "moved"):
            g = Builder(5, 4)
            if mixing == "merged":
                x = g.add("Softmax", g.reshape("x", -1, 4), axis=0)
                x = g.reshape(x, -1, 5, 4)
                part = "it mixes records"
            else:
                x = g.add("Softmax", g.add("Transpose", "x", perm=[1, 0, 2]), axis=1)
                x = g.add("Transpose", x, perm=[1, 0, 2])
                part = "(Softmax): it mixes records"
            self.refused(g, g.dense(g.add("Flatten", x), 20, 2), part)

    def test_what_draws_is_refused(self):
        g = Builder(6)
        x = g.add("Dropout", g.dense("x", 6, 4), np.float32(0.5), g.constant(True, bool))
        self.refused(g, g.dense(x, 4, 2), "(Dropout): it draws at random")
        g = Builder(6)
        noise = g.add("RandomNormal", shape=[1, 4])
        self.refused(g, g.dense(g.add("Add", g.dense("x", 6, 4), noise), 4, 2), "(RandomNormal): it draws at random")

    def test_what_is_added_before_a_logarithm_is_not_lost(self):
        g = Builder(6)
        x = g.add("Relu", g.dense("x", 6, 5))
        x = g.add("Log", g.add("Add", x, np.float32(1e-6)))
        read = self.written(g, g.add("Flatten", x))
        below = evaluate(read, np.full((1, 6), -50.0) * np.sign(read.tensors["dense1.weight.mean"][0]))
        self.assertTrue(np.all(np.isfinite(below)), "the logarithm of 1e-6, and not of 0")

    def test_softplus_as_a_choice(self):
        g = Builder(6)
        x = g.dense("x", 6, 5)
        softly = g.add("Log", g.add("Add", g.add("Exp", x), np.float32(1)))
        x = g.add("Where", g.add("Greater", x, np.float32(20)), x, softly)
        read = self.written(g, g.dense(x, 5, 2))
        self.assertEqual("softplus", read.layers[1]["type"])
        g = Builder(6)
        mask = np.where(np.arange(5) < 3, 0, -np.inf)
        self.refused(g, g.add("Softmax", g.add("Add", g.dense("x", 6, 5), mask), axis=1), "infinite, as in masks")

    def test_only_what_is_read_is_an_input(self):
        g = Builder(6)
        path = g.save(self.directory / "m.onnx", g.dense("x", 6, 2))
        model = onnx.load(path)
        model.graph.input.append(helper.make_tensor_value_info("threshold", TensorProto.FLOAT, []))
        onnx.save(model, path)
        artefact, _ = export(path, self.directory / "out")
        self.assertEqual((6,), artefact.shape)

    def test_what_only_changes_the_order(self):
        g = Builder(28, 28)
        x = g.add("Unsqueeze", "x", g.constant([1], np.int64))
        x = g.conv(x, 1, 3, 5, 5, strides=[4, 4])
        x = g.add("Identity", g.add("Relu", x))
        x = g.add("Transpose", x, perm=[0, 2, 3, 1])  # as channels-last networks flatten
        x = g.reshape(x, 0, -1)
        x = g.add("Slice", x, g.constant([3], np.int64), g.constant([100], np.int64), g.constant([1], np.int64))
        self.exported(g, g.dense(x, 97, 4), ["conv2d", "relu", "flatten", "dense"])

    def test_one_logit_becomes_two_classes(self):
        g = Builder(4)
        artefact = self.exported(
            g,
            g.add("Sigmoid", g.dense(g.add("Tanh", g.dense("x", 4, 3)), 3, 1)),
            ["dense", "tanh", "dense", "softmax"],
            classes=["no", "yes"],
        )
        rows = RANDOM.uniform(0, 1, (5, 4))
        two = evaluate(artefact, rows)
        np.testing.assert_allclose(two[:, 1:], run(self.directory / "m.onnx", rows, (4,)), atol=1e-6)

    def test_a_regression_comes_in_the_unit_of_its_target(self):
        g = Builder(4)
        path = g.save(
            self.directory / "m.onnx", g.add("MatMul", g.add("Tanh", g.dense("x", 4, 3)), RANDOM.normal(size=(3, 1)))
        )
        artefact, comparison = export(path, self.directory / "unit", target=(20.0, 300.0))
        rows = RANDOM.uniform(0, 1, (5, 4))
        np.testing.assert_allclose(evaluate(artefact, rows), 300 + 20 * run(path, rows, (4,)), rtol=1e-6)
        self.assertGreater(comparison.magnitude, 200)
        with self.assertRaises(ExportError):
            export(path, self.directory / "classes", target=(2.0, 0.0), task="classification", classes=["a"])
        self.assertEqual((7, 4), comparison.values)

    def test_several_files_are_members_of_an_ensemble(self):
        paths, outputs = [], []
        rows = RANDOM.uniform(0, 1, (5, 4))
        for i in range(3):
            g = Builder(4)
            paths.append(g.save(self.directory / f"{i}.onnx", g.dense(g.add("Relu", g.dense("x", 4, 5)), 5, 2)))
            outputs.append(run(paths[-1], rows, (4,)))
        export(paths, self.directory / "all", task="regression")
        read = Artefact.read(self.directory / "all")
        for i in range(3):
            np.testing.assert_allclose(evaluate(read.member(i), rows), outputs[i], atol=1e-6)
        g = Builder(4)
        paths[1] = g.save(self.directory / "other.onnx", g.dense("x", 4, 2))
        with self.assertRaises(ExportError):
            export(paths, self.directory / "other")

    def test_a_graph_is_cut_at_a_tensor(self):
        g = Builder(4)
        logits = g.dense("x", 4, 3)
        end = g.add("ArgMax", g.add("Softmax", logits))
        self.refused(g, end, "ArgMax", "--output")
        path = g.save(self.directory / "m.onnx", end)
        artefact, _ = export(path, self.directory / "cut", output=logits, classes=["a", "b", "c"])
        self.assertEqual((["dense"], "classification"), ([one["type"] for one in artefact.layers], artefact.task))

    def test_sides_that_a_graph_leaves_open_are_said(self):
        g = Builder(2, "h", None)
        end = g.add("Flatten", g.add("GlobalAveragePool", g.conv("x", 2, 3, 3, 3)))
        self.refused(g, end, "input 'x' open: say --shape 2,?,?")
        self.refused(g, end, "--shape 2,?,?", shape=(5, 6))
        self.refused(g, end, "has shape (2, 5, 6) in the graph, not (3, 5, 6)", shape=(3, 5, 6))
        path = str(g.save(self.directory / "m.onnx", end))
        rows = RANDOM.uniform(0, 1, (7, 2, 5, 6)).astype(np.float32)
        export(path, self.directory / "of_records", records=rows)
        self.assertEqual(0, cli.main([path, str(self.directory / "said"), "--shape", "2,5,6"]))
        for name in ("of_records", "said"):
            artefact = Artefact.read(self.directory / name)
            np.testing.assert_allclose(
                evaluate(artefact, rows.reshape(7, -1)), run(path, rows, (2, 5, 6)), atol=1e-5, rtol=1e-4
            )
        for wrong in ("2,0,6", "2,x,6", ""):
            with self.assertRaises(SystemExit) as refused, contextlib.redirect_stderr(io.StringIO()):
                cli.main([path, str(self.directory / "wrong"), "--shape", wrong])
            self.assertEqual(2, refused.exception.code)

    def test_what_is_refused_names_its_node(self):
        g = Builder(3)
        self.refused(g, g.add("Gemm", "x", "x", transB=1), "node 'n0' (Gemm)", "must be a constant")
        g = Builder(3)
        self.refused(g, g.add("MatMul", "x", g.add("Transpose", g.reshape("x", 0, 3, 1), perm=[0, 2, 1])), "of its own")
        g = Builder(6)
        self.refused(g, g.add("Floor", g.dense("x", 6, 6)), "(Floor)", "no counterpart")
        g = Builder(6)
        self.refused(g, g.add("Mod", g.dense("x", 6, 6), g.dense("x", 6, 6), fmod=1), "there is no counterpart")
        g = Builder(2, 6, 6)
        self.refused(
            g,
            g.add("Flatten", g.add("Resize", g.conv("x", 2, 2, 3, 3), "", g.constant([1, 1, 1.5, 2]), mode="cubic")),
            "nearest element",
        )
        self.refused(g, g.add("Concat", "x", g.conv("x", 2, 2, 3, 3, pads=[1] * 4), axis=0), "joins records")
        g = Builder(5)
        self.refused(g, g.dense(g.add("Erf", g.dense("x", 5, 5)), 5, 2), "(Erf)", "no activation")
        g = Builder(5)
        self.refused(g, g.add("Transpose", g.dense("x", 5, 5), perm=[1, 0]), "axis of the records moved")
        g = Builder(5)
        self.refused(g, g.add("ReduceMean", g.dense("x", 5, 5), axes=[0]), "reduces axes [0]")
        g = Builder(5)
        self.refused(g, g.dense("x", 5, 3), "there are 2 classes for 3 outputs", classes=["a", "b"])
        g = Builder(5)
        self.refused(g, g.dense("x", 5, 3), "reads 5 values", records=np.zeros((2, 6)))
        g = Builder(5)
        self.refused(g, g.add("Relu", "x"), "no layer with weights")

    def test_the_comparison_is_one(self):
        g = Builder(4)
        path = g.save(self.directory / "m.onnx", g.dense("x", 4, 3))
        module = sys.modules["nightjar_export.comparing"]
        whole = module.evaluate
        module.evaluate = lambda *given, **more: whole(*given, **more) + 1e-3
        try:
            with self.assertRaises(ExportError) as raised:
                export(path, self.directory / "out")
        finally:
            module.evaluate = whole
        self.assertIn("differ by 0.001", str(raised.exception))
        self.assertFalse((self.directory / "out").exists())

    def test_estimators_of_scikit_learn(self):
        from sklearn.linear_model import LinearRegression, LogisticRegression
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import MinMaxScaler, StandardScaler

        x = RANDOM.normal(size=(150, 6)).astype(np.float32)
        y = x[:, 0] + x[:, 1] * x[:, 2]
        two, three = (y > 0).astype(int), np.digitize(y, [-0.5, 0.5])
        estimators = {
            "binary": (LogisticRegression(), two),
            "scaled": (make_pipeline(StandardScaler(), LogisticRegression()), three),
            "network": (make_pipeline(MinMaxScaler(), MLPClassifier((8, 5), max_iter=60)), two),
            "tanh": (MLPClassifier((8,), activation="tanh", max_iter=60), three),
            "linear": (make_pipeline(StandardScaler(), LinearRegression()), 100 * y),
            "regressor": (make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), max_iter=60)), y),
        }
        for name, (estimator, target) in estimators.items():
            with self.subTest(name):
                estimator.fit(x, target)
                artefact, _ = export(estimator, self.directory / name, records=x)
                found = evaluate(artefact, x)
                expected = estimator.predict_proba(x) if artefact.classes else estimator.predict(x).reshape(-1, 1)
                np.testing.assert_allclose(found, expected, atol=2e-5 * max(1, np.abs(expected).max()))

    def test_columns_of_a_table(self):
        from sklearn.linear_model import LogisticRegression
        from sklearn.neural_network import MLPClassifier

        frame, target = patients(400)
        for estimator in (LogisticRegression(), MLPClassifier((6,), max_iter=50)):
            pipeline = of_patients(estimator).fit(frame, target)
            artefact, comparison = export(pipeline, self.directory / type(estimator).__name__, records=frame)
            self.assertEqual(400, comparison.records)
            kinds = {one["name"]: one for one in artefact.columns}
            self.assertEqual(["ward", "age", "creatinine", "sex"], list(kinds))
            self.assertEqual(["icu", "medical", "surgical"], kinds["ward"]["values"])
            self.assertAlmostEqual(frame["creatinine"].mean(), kinds["creatinine"]["missing"], places=5)
            self.assertNotIn("missing", kinds["age"])
            self.assertEqual((3 + 1 + 2 + 2,), artefact.shape)

    def test_columns_that_become_something_else_are_refused(self):
        from sklearn.compose import ColumnTransformer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, PowerTransformer

        frame, target = patients(200)
        frame["creatinine"] = frame["creatinine"].fillna(1.0)
        for step in (PowerTransformer(), PolynomialFeatures(2)):
            pipeline = make_pipeline(ColumnTransformer([("n", step, ["age", "creatinine"])]), LogisticRegression())
            with self.assertRaises(ExportError) as raised:
                export(pipeline.fit(frame, target), self.directory / "out", records=frame)
            self.assertIn("something other than a line", str(raised.exception))
        with self.assertRaises(ExportError) as raised:
            export(pipeline, self.directory / "out", records=frame.to_numpy())
        self.assertIn("as a data frame", str(raised.exception))
        pipeline = make_pipeline(ColumnTransformer([("n", OneHotEncoder(), ["age"])]), LogisticRegression())
        artefact, _ = export(pipeline.fit(frame, target), self.directory / "ages", records=frame)
        self.assertEqual("category", artefact.columns[0]["type"])
        self.assertIn(str(frame["age"].iloc[0]), artefact.columns[0]["values"])

    def test_tables_of_pipelines_as_people_write_them(self):
        from sklearn.compose import ColumnTransformer, make_column_selector
        from sklearn.feature_selection import VarianceThreshold
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        frame, target = patients(300)
        frame.loc[::17, "ward"] = np.nan
        numbers = make_pipeline(SimpleImputer(strategy="constant", fill_value=-999), StandardScaler())
        choices = make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), OneHotEncoder())
        columns = ColumnTransformer(
            [("n", numbers, make_column_selector(dtype_include="number")), ("c", choices, slice(1, 2))]
        )
        whole = make_pipeline(columns, "passthrough", make_pipeline(VarianceThreshold(), LogisticRegression()))
        search = GridSearchCV(whole, {"pipeline__logisticregression__C": [0.1, 1]}, cv=2).fit(frame, target)
        artefact, _ = export(search, self.directory / "a", records=frame)
        self.assertEqual(["ward", "age", "creatinine"], [one["name"] for one in artefact.columns])
        self.assertTrue(artefact.columns[0]["missing"])
        for one in artefact.columns:
            if "low" in one and "missing" in one:  # -999 is beyond what the column has
                self.assertTrue(one["low"] <= one["missing"] <= one["high"], one)
        filled = frame[["age", "ward", "creatinine"]]
        first = make_pipeline(ColumnTransformer([("a", SimpleImputer(), ["age", "creatinine"])]), LogisticRegression())
        with self.assertRaises(ExportError) as raised:
            export(first.fit(filled, target), self.directory / "b", records=filled.drop(columns="age"))
        self.assertIn("does not take the records", str(raised.exception))
        plain = make_pipeline(SimpleImputer(), LogisticRegression()).fit(frame[["age", "creatinine"]], target)
        artefact, _ = export(plain, self.directory / "c", records=frame[["age", "creatinine"]], nightjar="")
        self.assertIn("missing", artefact.columns[1])

    def test_columns_of_numbers_have_ranges_of_their_own(self):
        """A ratio and a number of cells in one range would leave eight bits of the one and nothing of the other."""
        import pandas
        from sklearn.linear_model import LinearRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        rows = RANDOM.uniform([0, -1e5], [1e-3, 1e5], (100, 2))
        frame = pandas.DataFrame(rows, columns=["ratio", "cells"])
        fitted = make_pipeline(StandardScaler(), LinearRegression()).fit(frame, 1000 * rows[:, 0] + rows[:, 1] / 1e5)
        artefact, _ = export(fitted, self.directory / "a", records=frame)
        self.assertEqual([0.0, 1.0], list(artefact.value_range))
        self.assertEqual(frame["ratio"].max(), artefact.columns[0]["high"])
        # outputs are as much of the one as of the other
        steps = np.abs(artefact.tensors[artefact.layers[0]["name"] + ".weight.mean"]).reshape(-1)
        self.assertLess(max(steps) / min(steps), 3)

    def test_classes_and_labels_are_those_of_the_estimator(self):
        from sklearn.linear_model import LogisticRegression

        rows = RANDOM.normal(size=(200, 3))
        labels = np.where(rows[:, 0] + RANDOM.normal(size=200) > 0, "yes", "no")
        fitted = LogisticRegression().fit(rows, labels)
        artefact, comparison = export(fitted, self.directory / "a", records=rows, labels=labels)
        self.assertEqual(["no", "yes"], artefact.classes)
        self.assertIsNotNone(comparison.temperature)
        with self.assertRaises(ExportError) as raised:
            export(fitted, self.directory / "b", records=rows, labels=["maybe"] * 200)
        self.assertIn("'maybe' is no class: there are no, yes", str(raised.exception))

    def test_a_library_that_writes_something_else_is_noticed(self):
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

        rows = RANDOM.normal(size=(300, 3))
        fitted = LinearDiscriminantAnalysis().fit(rows, rows[:, 0] + RANDOM.normal(size=300) > 0)
        with self.assertRaises(ExportError) as raised:
            export(fitted, self.directory / "a", records=rows)
        self.assertIn("says something else than the ONNX that its library wrote", str(raised.exception))
        self.assertFalse((self.directory / "a").exists())

    def test_a_temperature_makes_probabilities_as_often_right_as_they_say(self):
        g = Builder(6)
        g.save(self.directory / "plain.onnx", logits := g.dense(g.add("Tanh", g.dense("x", 6, 8)), 8, 3))
        rows = RANDOM.uniform(-1, 1, (3000, 6)).astype(np.float32)
        chances = np.exp(run(self.directory / "plain.onnx", rows, (6,)))
        chances /= chances.sum(axis=1, keepdims=True)
        labels = np.array([int((RANDOM.uniform() > np.cumsum(one)[:2]).sum()) for one in chances])
        sure = g.add("Softmax", g.add("Mul", logits, [4.0]), axis=1)  # four times as sure as it should be
        path = str(g.save(self.directory / "m.onnx", sure))
        artefact, comparison = export(path, self.directory / "out", records=rows, labels=labels)
        found = comparison.temperature
        self.assertAlmostEqual(4, found.value, delta=0.5)
        self.assertGreater(found.before, 0.1)
        self.assertLess(found.after, 0.05)
        np.testing.assert_allclose(evaluate(Artefact.read(self.directory / "out"), rows), chances, atol=0.08)
        members, other = export([path, path], self.directory / "members", records=rows, labels=labels)
        self.assertAlmostEqual(found.value, other.temperature.value, places=3)
        np.testing.assert_allclose(evaluate(members.member(1), rows), evaluate(artefact, rows), atol=1e-3)
        np.save(self.directory / "rows.npy", rows)
        np.save(self.directory / "labels.npy", labels)
        said = io.StringIO()
        files = ["--records", str(self.directory / "rows.npy"), "--labels", str(self.directory / "labels.npy")]
        with contextlib.redirect_stdout(said):
            self.assertEqual(0, cli.main([path, str(self.directory / "said"), *files]))
        self.assertIn(f"temperature {found.value:.3g}, of 3000 labelled records", said.getvalue())
        refusals = {"a label for each": labels[:5], "labels are from 1 to 3": labels + 1, "of its class": labels / 2}
        for part, wrong in refusals.items():
            with self.assertRaises(ExportError) as raised:
                export(path, self.directory / "wrong", records=rows, labels=wrong)
            self.assertIn(part, str(raised.exception))
            self.assertFalse((self.directory / "wrong").exists())

    def test_damaged_files_are_answered_in_one_line(self):
        g = Builder(3, 9, 9)
        x = g.add("Relu", g.conv("x", 3, 4, 3, 3, pads=[1] * 4))
        x = g.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
        whole = g.save(self.directory / "m.onnx", g.add("Softmax", g.dense(g.add("Flatten", x), 64, 3))).read_bytes()
        chance = random.Random(5)
        counts = {"exported": 0, "refused": 0}
        for i in range(400):
            changed = bytearray(whole)
            for _ in range(chance.choice([1, 1, 2, 5])):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            path = self.directory / "damaged.onnx"
            path.write_bytes(bytes(changed[: chance.randrange(len(changed))] if i % 10 == 0 else changed))
            try:
                export(path, self.directory / f"d{i}")
                counts["exported"] += 1
            except ExportError as e:
                self.assertEqual(1, len(str(e).splitlines()), str(e))
                counts["refused"] += 1
        self.assertGreater(min(counts.values()), 20, counts)

    def test_files_of_other_libraries(self):
        import joblib
        from sklearn.linear_model import LogisticRegression

        frame, target = patients(300)
        plain = frame[["age", "creatinine"]].fillna(1)
        joblib.dump(LogisticRegression().fit(plain.to_numpy(), target), self.directory / "plain.joblib")
        joblib.dump(of_patients(LogisticRegression()).fit(frame, target), self.directory / "table.pkl")
        joblib.dump({"weight": 1}, self.directory / "other.pkl")
        (self.directory / "broken.joblib").write_bytes(b"nothing")
        frame.assign(more="text").to_csv(self.directory / "frame.csv", index=False)

        def said(*words):
            texts = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(texts[0]), contextlib.redirect_stderr(texts[1]):
                code = cli.main([str(self.directory / words[0]), str(self.directory / "out"), *words[1:]])
            return code, texts[code > 0].getvalue()

        records = f"--records={self.directory / 'frame.csv'}"
        code, text = said("plain.joblib", records, "--features=age,creatinine", "--nightjar=")
        self.assertEqual(2, code, "some are missing")
        self.assertIn("finite numbers", text)
        plain.to_csv(self.directory / "plain.csv", index=False)
        code, text = said("plain.joblib", f"--records={self.directory / 'plain.csv'}", "--nightjar=")
        self.assertEqual(0, code, text)
        columns = Artefact.read(self.directory / "out").columns
        self.assertEqual(["age", "creatinine"], [one["name"] for one in columns])
        self.assertEqual([plain["age"].min(), plain["age"].max()], [columns[0]["low"], columns[0]["high"]])
        shutil.rmtree(self.directory / "out")
        code, text = said("table.pkl", records, "--nightjar=")
        self.assertEqual(0, code, text)
        self.assertEqual("category", Artefact.read(self.directory / "out").columns[0]["type"])
        shutil.rmtree(self.directory / "out")
        for words, part in (
            (("none.joblib", records), "there is no file"),
            (("broken.joblib", records), "broken.joblib cannot be loaded"),
            (("other.pkl", records), "a dict, which is no estimator"),
            (("plain.joblib",), "needs records"),
            (("plain.joblib", records, "--features=age,ward"), "columns that are no numbers"),
            (("plain.joblib", records, "--features=age,weight"), "no column 'weight'"),
            (("plain.joblib", "--records=frame.txt"), "frame.txt must be .npy, .csv or .parquet"),
            (("plain.joblib", f"--records={self.directory / 'plain.csv'}", "--nightjar=false"), "exit 1"),
            (("plain.joblib", f"--records={self.directory / 'plain.csv'}", "--nightjar=./none"), "cannot be run"),
        ):
            code, text = said(*words)
            self.assertEqual(2, code, words)
            self.assertIn(part, text)
            self.assertEqual(1, text.count("\n"), text)
            self.assertFalse((self.directory / "out").exists())

    def test_the_command_says_what_it_did_and_what_is_wrong(self):
        g = Builder(4)
        path = str(g.save(self.directory / "m.onnx", g.dense("x", 4, 3)))
        self.assertEqual(0, cli.main([path, str(self.directory / "out"), "--classes", "a,b,c", "--range=-1,1"]))
        self.assertEqual([-1.0, 1.0], json.loads((self.directory / "out/model.json").read_text())["input"]["range"])
        self.assertEqual(2, cli.main([path, str(self.directory / "out")]))
        self.assertEqual(2, cli.main([str(self.directory / "none.onnx"), str(self.directory / "two")]))


def patients(count):
    """Returns a table with numbers, some of which are missing, and categories; and something to predict."""
    import pandas as pd

    age, creatinine = RANDOM.integers(18, 95, count), np.round(RANDOM.gamma(4, 0.3, count), 2)
    ward = RANDOM.choice(["medical", "surgical", "icu"], count)
    frame = pd.DataFrame({"note": "none", "ward": ward, "age": age, "creatinine": creatinine, "sex": ward})
    frame["sex"] = RANDOM.choice(["f", "m"], count)
    frame.loc[RANDOM.uniform(size=count) < 0.1, "creatinine"] = np.nan
    risk = age / 30 + creatinine + 2 * (ward == "icu") - (frame["sex"] == "f") * 0.5
    return frame, (risk.fillna(4) + RANDOM.normal(size=count) > 4).astype(int)


def of_patients(estimator):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    columns = [("n", numbers, ["age", "creatinine"]), ("c", OneHotEncoder(drop="if_binary"), ["ward", "sex"])]
    return make_pipeline(ColumnTransformer(columns), estimator)


def with_branches():
    """Returns a graph with all that is between layers: gates, branches, norms, shuffles, padding; and its output."""
    g = Builder(3, 8, 9)
    x = g.add("Pad", "x", g.constant([0, 0, 1, 2, 0, 0, 1, 0], np.int64), mode="reflect")
    x = trunk = g.add("Relu", g.conv(x, 3, 6, 3, 3))
    gate = g.add("Relu", g.conv(g.add("GlobalAveragePool", x), 6, 3, 1, 1))
    x = g.add("Mul", x, g.add("Sigmoid", g.conv(gate, 3, 6, 1, 1)))
    pooled = g.add("MaxPool", x, kernel_shape=[3, 3], pads=[1] * 4, strides=[1, 1])
    x = g.add("Concat", g.conv(x, 6, 4, 1, 1), pooled, axis=1)
    halves = g.reshape(x, 0, 2, -1)
    x = g.add("InstanceNormalization", halves, np.ones(2), np.zeros(2), epsilon=1e-2)
    x = g.add("Mul", g.reshape(x, 0, 10, 8, 9), RANDOM.normal(size=(10, 1, 1)))
    shuffled = g.add("Transpose", g.reshape(g.add("Tanh", x), 0, 2, 5, 8, 9), perm=[0, 2, 1, 3, 4])
    x = g.add("Sub", g.conv(trunk, 6, 10, 1, 1), g.reshape(shuffled, 0, 10, 8, 9))
    x = g.add("Flatten", g.add("GlobalAveragePool", x))
    x = g.add("LayerNormalization", x, RANDOM.normal(size=10), RANDOM.normal(size=10), epsilon=1e-2)
    return g, g.add("Softmax", g.dense(x, 10, 4), axis=1)


def leave(directory):
    """Leaves four models for Nightjar, records of them, and what onnxruntime says of these."""
    g = Builder(3, 9, 11)
    x = g.add("HardSwish", g.conv("x", 3, 6, 3, 2, pads=[1, 0, 1, 1], strides=[2, 1]))
    x = g.add("Clip", g.conv(x, 6, 6, 3, 3, group=6, pads=[1] * 4), g.constant(0.0), g.constant(6.0))
    x = g.add("GlobalAveragePool", x)
    g.save(directory / "image.onnx", g.add("Softmax", g.dense(g.add("Flatten", x), 6, 4), axis=1))
    images = g
    g = Builder(2, 60)
    x = g.add("Relu", g.conv("x", 2, 6, 7, strides=[2], pads=[3, 3]))
    x = g.add("MaxPool", x, kernel_shape=[3], strides=[2], ceil_mode=1)
    x = g.add("Relu", g.conv(x, 6, 6, 3, dilations=[2]))
    g.save(directory / "signal.onnx", g.add("Sigmoid", g.dense(g.add("Flatten", x), 66, 1)))
    branches, end = with_branches()
    branches.save(directory / "branches.onnx", end)
    for name, graph in (("image", images), ("signal", g), ("branches", branches)):
        rows = RANDOM.uniform(0, 1, (200, int(np.prod(graph.sides)))).astype(np.float32)
        export(directory / f"{name}.onnx", directory / name, records=rows, value_range=(0, 1))
        expected = run(directory / f"{name}.onnx", rows, graph.sides)
        with open(directory / f"{name}.jsonl", "w", encoding="utf-8") as records:
            for i, row in enumerate(rows):
                records.write(json.dumps({"id": i, "values": [float(one) for one in row]}) + "\n")
        np.savetxt(directory / f"{name}.txt", expected)
    import joblib
    from sklearn.linear_model import LogisticRegression

    frame, target = patients(300)
    pipeline = of_patients(LogisticRegression()).fit(frame, target)
    export(pipeline, directory / "table", records=frame)
    frame.reset_index(names="id").to_json(directory / "table.jsonl", orient="records", lines=True)
    joblib.dump(pipeline, directory / "pipeline.joblib")
    frame.to_csv(directory / "records.csv", index=False)
    frame.to_csv(directory / "patients.csv", index_label="id")
    np.savetxt(directory / "table.txt", pipeline.predict_proba(frame))


if __name__ == "__main__":
    if len(sys.argv) == 2 and Path(sys.argv[1]).is_dir():
        leave(Path(sys.argv[1]))
    else:
        unittest.main()
