"""Reads a graph of ONNX as the layers of a network.

Nodes are gone through in order. A tensor is a constant, or a value: elements of what a layer puts out, in some order,
under a function of one number each that no layer stands for yet. So reshapes, transposes and slices change the order,
arithmetic and activations change the function, and only what mixes elements makes layers.
"""

import contextlib

import numpy as np
import onnx
from onnx import inliner, numpy_helper, shape_inference, version_converter
from onnx.reference import ReferenceEvaluator

from .artefact import Artefact
from .einsum import Einsum
from .errors import ExportError, Unsupported
from .estimators import Estimators
from .functions import BINARY, COMPARING, UNARY, Functions
from .fusing import Fusing
from .joining import Joining
from .lifting import Lifting
from .making import Making
from .norms import Norms
from .operators import Operators
from .order import Order
from .values import AFTER_SOFTMAX, REORDERS, SAME, SOME, Value, attribute, has_elements, is_sigmoid


def read(path, name, output=None, shape=()) -> "Graph":
    """Reads a file of ONNX up to an output, by default the first.

    `shape` is that of a record, of which a graph may leave sides open.
    """
    try:
        model = onnx.load(path)
    except OSError:
        raise
    except Exception as e:  # whatever a parser throws
        raise ExportError(f"{path} is no ONNX file ({type(e).__name__})") from e
    try:
        return Graph(model, name, output, shape)
    except ExportError:
        raise
    except Exception as e:  # a graph that no exporter has written may do anything
        raise ExportError(f"{path} has a graph that is not well-formed ({type(e).__name__}: {str(e)[:100]})") from e


# Older operators have arguments in other places, and are brought up to this.
_NEWER = 18
_FUNCTIONS = {"Attention", "MeanVarianceNormalization", "RotaryEmbedding", "Swish"}
_RANDOM = {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial"}


class Graph(Order, Lifting, Functions, Making, Joining, Einsum, Operators, Norms, Estimators):
    """A graph on its way to an artefact."""

    def __init__(self, model, name, output, shape):
        self.original = model
        self.model = _pinned(model, shape)
        graph = self.model.graph
        self.constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        outputs = [one.name for one in graph.output if _is_real(one)] or [one.name for one in graph.output]
        known = {o for node in graph.node for o in node.output}
        self.output = output or outputs[0]
        if self.output not in known:
            raise ExportError(f"the graph has no tensor {self.output!r}; its outputs are {', '.join(outputs)}")
        self.left_out = outputs[1:] if output is None else []
        nodes = _needed(Fusing(graph, self.constants).fused(), self.output)
        read = {name for node in nodes for name in node.input}
        inputs = [one for one in graph.input if one.name in read and one.name not in self.constants]
        if not inputs:
            raise ExportError("the graph has no input")
        self.inputs = {one.name: _shape(one) for one in inputs}
        sizes = [int(np.prod(one)) for one in self.inputs.values()]
        self.input_shape = next(iter(self.inputs.values())) if len(inputs) == 1 else (1, sum(sizes))
        self.uses = _uses(nodes)
        self.opset = next((one.version for one in self.model.opset_import if one.domain in ("", "ai.onnx")), 1)
        elements = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        self.values = {
            name: Value(0, one.reshape(shape)) for (name, shape), one in zip(self.inputs.items(), elements, strict=True)
        }
        self.layers: list[dict] = []
        self.tensors: dict[str, np.ndarray] = {}
        self.shapes = [None]  # the shape of what each layer puts out; the input's is not known yet
        self.made: dict[tuple[int, int], int] = {}
        self.views: dict[tuple, int] = {}
        self.padded: dict[str, list] = {}
        self.kept: list = []
        self.name = name
        self.logits = self.output
        self.softmax = self.logistic = False
        self.before: tuple | None = None
        for node in nodes:
            self._node(node)
        self._finish()

    def _node(self, node):
        if self.softmax and node.op_type not in AFTER_SOFTMAX | REORDERS:
            raise Unsupported(node, "nothing can follow the softmax: cut the graph before it with --output")
        if all(not name or name in self.constants for name in node.input):
            self._constant(node)
        elif node.op_type == "CastLike" and node.input[0] in self.constants:
            self.constants[node.output[0]] = self.constants[node.input[0]]  # all that is computed has fractions
        elif node.op_type == "Shape":
            cut = slice(attribute(node, "start", 0), attribute(node, "end"))
            self.constants[node.output[0]] = np.array(self.values[node.input[0]].shape[cut], np.int64)
        else:
            value = self._value(node)
            if isinstance(value, list):
                self.values.update(zip(node.output, value, strict=True))
                return
            if len(self.uses.get(node.output[0], ())) > 1:  # all of which are of the same
                if self._follows_weights(value):
                    value = self._settled(value, node)
                elif value.function is not None and has_elements(value.function, self._size(value)):
                    value = value if self._affine(value) is None else self._made(value, node)
            self.values[node.output[0]] = value

    def _constant(self, node):
        if node.op_type in _RANDOM:
            raise Unsupported(node, "it draws at random")
        try:
            given = {name: self.constants[name] for name in node.input if name}
            ends = [[onnx.helper.make_empty_tensor_value_info(n) for n in names] for names in (given, node.output)]
            alone = onnx.helper.make_model(
                onnx.helper.make_graph([node], "constant", *ends), opset_imports=self.model.opset_import
            )
            results = ReferenceEvaluator(alone).run(None, given)
        except Exception as e:  # whatever an operator throws
            raise Unsupported(node, f"its constants cannot be computed ({type(e).__name__})") from e
        self.constants.update(zip(node.output, map(np.asarray, results), strict=False))

    def _value(self, node):
        return self._lifted(node) if self._is_elsewhere(node) else self._plain(node)

    def _plain(self, node):
        operator = getattr(self, "_op_" + node.op_type, None)
        if operator is not None:
            return operator(node)
        if node.op_type in SAME:
            return self._given(node, 0, anywhere=True)
        if node.op_type in UNARY:
            return self._unary(node)
        if node.op_type in BINARY or node.op_type in COMPARING:
            return self._binary(node)
        raise Unsupported(node, "there is no counterpart: cut the graph before it with --output, or replace it")

    def _given(self, node, i, anywhere=False):
        """Returns an input, whose axis of the records is the first, unless it may be anywhere."""
        name = node.input[i]
        if name in self.constants:
            raise Unsupported(node, f"input {i} is a constant where the records should be")
        value = self.values[name]
        if value.records != 0 and not anywhere:
            raise Unsupported(node, "the axis of the records has been moved before it")
        return value

    def _const(self, node, i, default=None):
        if i >= len(node.input) or not node.input[i]:
            return default
        if node.input[i] not in self.constants:
            raise Unsupported(node, f"input {i} is computed from the records: it must be a constant")
        return self.constants[node.input[i]]

    def _finish(self):
        value = self.values[self.output]
        if value.records:
            raise ExportError(f"the output {self.output!r} has the axis of the records moved")
        end = next(node for node in self.model.graph.node if self.output in node.output)
        if not self.softmax:
            value = self._one_logit(end, value)
        value = self._last(self._ordered(end, value, (value.index.size, 1, 1)))
        if self.softmax:
            self._add({"type": "softmax"}, self.shapes[-1])
        self.outputs = self._size(value)
        for name, tensor in self.tensors.items():
            if not np.all(np.isfinite(np.asarray(tensor, np.float32))):
                raise ExportError(f"the parameters {name!r} are not all finite numbers, in single precision")
        if not any(layer["type"] in ("dense", "conv2d") for layer in self.layers):
            raise ExportError("the graph has no layer with weights")

    def _one_logit(self, node, value):
        """A single logistic output becomes two classes, of which the first has the logit 0."""
        last = value.nodes[-1] if value.nodes else None
        if last is None or last.op_type != "Sigmoid" or not is_sigmoid(value):
            return value
        if not value.place or self.layers[value.place - 1]["type"] != "dense":
            return value  # no weights that could be those of two classes: it stays one output
        return self._two_classes(node, value)

    def _is_logistic(self, values):
        """Returns whether two values are the probabilities of two classes by one logistic output."""
        other, one = values
        if one.place != other.place or not np.array_equal(one.index, other.index) or not is_sigmoid(one):
            return False
        return np.allclose(other.apply(SOME), 1 - one.apply(SOME))

    def _two_classes(self, node, value):
        """Makes two classes of one logistic output: the first has the logit 0."""
        layer = self.layers[value.place - 1] if value.place else {"type": "input"}
        if layer["type"] != "dense":
            raise Unsupported(node, "a logistic output must be that of a linear layer")
        last = value.nodes[-1]
        self.logits = last.input[0] if last.op_type == "Sigmoid" else None  # of other spellings it has no name
        self.logistic = True
        self.before = None  # the first class has a logit, too
        weight = layer["name"] + ".weight.mean"
        self.tensors[weight] = np.concatenate([np.zeros_like(self.tensors[weight]), self.tensors[weight]])
        bias = self.tensors.get(layer["name"] + ".bias.mean", np.zeros(1))
        self.tensors[layer["name"] + ".bias.mean"] = np.concatenate([np.zeros(1), bias])
        layer.update(outputs=2, bias=True)
        self.shapes[value.place] = (2, 1, 1)
        self.softmax = True
        return Value(value.place, np.arange(2).reshape(1, 2))

    def feed(self, record):
        """Returns what the graph is fed for a record: one after the other, if it has several inputs."""
        parts = np.split(record, np.cumsum([int(np.prod(one)) for one in self.inputs.values()])[:-1])
        kinds = {one.name: one.type.tensor_type.elem_type for one in self.model.graph.input}
        return {
            name: part.reshape(shape).astype(onnx.helper.tensor_dtype_to_np_dtype(kinds[name]))
            for (name, shape), part in zip(self.inputs.items(), parts, strict=True)
        }

    def traffic(self):
        """Returns how many values of a record go up and down, for each draw: what linear layers read and put out."""
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        linear = [i for i, layer in enumerate(self.layers) if layer["type"] in ("dense", "conv2d", "batchNorm")]
        return sum(sizes[i] for i in linear), sum(sizes[i + 1] for i in linear)

    def artefact(self, task=None, classes=(), value_range=(0.0, 1.0), features=()) -> Artefact:
        """Returns the network."""
        shape = self.shapes[0]
        names = list(classes)
        kind = task or ("classification" if self.softmax or names else "regression")
        if kind == "classification" and not names:
            names = [str(i) for i in range(self.outputs)]
        if kind == "classification" and len(names) != self.outputs:
            raise ExportError(f"there are {len(names)} classes for {self.outputs} outputs")
        return Artefact(
            self.name,
            kind,
            (shape[0],) if shape[1:] == (1, 1) else shape,
            tuple(value_range),
            self.layers,
            self.tensors,
            names if kind == "classification" else [],
            list(features),
        )


def _is_real(value_info):
    kind = value_info.type.tensor_type.elem_type
    return kind in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)


def _shape(value_info):
    dims = value_info.type.tensor_type.shape.dim
    shape = tuple(d.dim_value for d in dims)
    if not shape:
        raise ExportError(f"the input {value_info.name!r} has no shape")
    if any(side < 1 for side in shape):
        sides = ",".join(str(side) if side > 0 else "?" for side in shape[1:])
        raise ExportError(f"the graph leaves sides of the input {value_info.name!r} open: say --shape {sides}")
    return shape


def _pinned(model, shape):
    """Returns the model for one record, with the shapes that follow."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    if any(one.version < 11 for one in model.opset_import if one.domain in ("", "ai.onnx")):
        with contextlib.suppress(Exception):  # whatever a converter throws
            model = version_converter.convert_version(model, _NEWER)
    known = {one.name for one in model.graph.initializer}
    model = _spelled_out(model)
    for one in model.graph.input:
        dims = one.type.tensor_type.shape.dim
        if one.name not in known and dims:
            _set(dims[0], 1)
            for dim, side in zip(dims[1:], shape, strict=False) if len(dims) == len(shape) + 1 else []:
                if dim.dim_value < 1:
                    _set(dim, side)
    del model.graph.value_info[:]
    return shape_inference.infer_shapes(model)


def _spelled_out(model):
    """Returns a model in which operators that are functions of others, as ONNX has them, are these others."""
    found = {node.op_type for node in model.graph.node} & _FUNCTIONS
    if not found:
        return model
    with contextlib.suppress(Exception):  # whatever an inliner throws, and where it is too old for this
        return inliner.inline_selected_functions(model, [("", one) for one in found], inline_schema_functions=True)
    return model


def _set(dim, side):
    dim.Clear()
    dim.dim_value = side


def _needed(nodes, output):
    """Returns the nodes that an output depends on, in order."""
    wanted, needed = {output}, []
    for node in reversed(nodes):
        if any(name in wanted for name in node.output):
            wanted.update(name for name in node.input if name)
            needed.append(node)
    return needed[::-1]


def _uses(nodes):
    uses: dict[str, list] = {}
    for node in nodes:
        for name in node.input:
            uses.setdefault(name, []).append(node)
    return uses
