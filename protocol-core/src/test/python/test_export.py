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

    def save(self, path, output, first="n"):
        graph = helper.make_graph(
            self.nodes,
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [first, *self.sides])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.save(model, path)
        return path


def run(path, rows, sides):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.concatenate(
        [session.run(None, {"x": row.reshape(1, *sides).astype(np.float32)})[0].reshape(1, -1) for row in rows]
    )


class ExportTest(unittest.TestCase):
    def setUp(self):
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

    def written(self, graph, output):
        path = graph.save(self.directory / "m.onnx", output)
        artefact, _ = export(path, self.directory / f"out{len(list(self.directory.iterdir()))}")
        return artefact

    def test_windows_of_any_shape(self):
        for _ in range(60):
            height, width = int(RANDOM.integers(5, 10)), int(RANDOM.integers(5, 12))
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
        g = Builder(3, 4)
        self.refused(
            g, g.add("MatMul", "x", g.add("Transpose", "x", perm=[0, 2, 1])), "node 'n1' (MatMul)", "must be a constant"
        )
        g = Builder(6)
        self.refused(
            g, g.add("LayerNormalization", g.dense("x", 6, 6), np.ones(6)), "(LayerNormalization)", "no counterpart"
        )
        g = Builder(1, 6, 6)
        self.refused(
            g,
            g.add("Flatten", g.add("Add", g.conv("x", 1, 2, 1, 1), g.conv("x", 1, 2, 3, 3, pads=[1] * 4))),
            "the graph branches",
        )
        g = Builder(5)
        self.refused(g, g.dense(g.add("Elu", g.dense("x", 5, 5)), 5, 2), "Elu together are no activation")
        g = Builder(5)
        self.refused(g, g.add("Transpose", g.dense("x", 5, 5), perm=[1, 0]), "moves the axis of the records")
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
        module = sys.modules["nightjar_export.exporting"]
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

    def test_the_command_says_what_it_did_and_what_is_wrong(self):
        g = Builder(4)
        path = str(g.save(self.directory / "m.onnx", g.dense("x", 4, 3)))
        self.assertEqual(0, cli.main([path, str(self.directory / "out"), "--classes", "a,b,c", "--range=-1,1"]))
        self.assertEqual([-1.0, 1.0], json.loads((self.directory / "out/model.json").read_text())["input"]["range"])
        self.assertEqual(2, cli.main([path, str(self.directory / "out")]))
        self.assertEqual(2, cli.main([str(self.directory / "none.onnx"), str(self.directory / "two")]))


def leave(directory):
    """Leaves two models for Nightjar, records of them, and what onnxruntime says of these."""
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
    for name, graph in (("image", images), ("signal", g)):
        rows = RANDOM.uniform(0, 1, (200, int(np.prod(graph.sides)))).astype(np.float32)
        export(directory / f"{name}.onnx", directory / name, records=rows, value_range=(0, 1))
        expected = run(directory / f"{name}.onnx", rows, graph.sides)
        with open(directory / f"{name}.jsonl", "w", encoding="utf-8") as records:
            for i, row in enumerate(rows):
                records.write(json.dumps({"id": i, "values": [float(one) for one in row]}) + "\n")
        np.savetxt(directory / f"{name}.txt", expected)


if __name__ == "__main__":
    if len(sys.argv) == 2 and Path(sys.argv[1]).is_dir():
        leave(Path(sys.argv[1]))
    else:
        unittest.main()
