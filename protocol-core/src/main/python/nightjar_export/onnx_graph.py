"""Reads a graph of ONNX as the layers of a network.

Nodes are gone through in order. A tensor is a constant, or a value: elements of what a layer puts out, in some order,
under a function of one number each that no layer stands for yet. So reshapes, transposes and slices change the order,
arithmetic and activations change the function, and only what mixes elements makes layers.
"""

from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from .activations import erf, recognise, scaled
from .artefact import Artefact
from .errors import ExportError, Unsupported


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


_UNARY = {
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
    "Softplus": lambda x: np.log1p(np.exp(x)),
    "Gelu": None,  # see _activation: it has an attribute
    "LeakyRelu": None,
    "HardSigmoid": None,
    "Elu": None,
}

_BINARY = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b,
    "Pow": lambda a, b: a**b,
    "Max": np.maximum,
    "Min": np.minimum,
}

_SAME = {"Identity", "Dropout"}
_AFTER_SOFTMAX = {*_SAME, "Normalizer", "ZipMap", "Cast"}


def read(path, name, output=None) -> "Graph":
    """Reads a file of ONNX up to an output, by default the first."""
    try:
        model = onnx.load(path)
    except OSError:
        raise
    except Exception as e:  # whatever a parser throws
        raise ExportError(f"{path} is no ONNX file ({type(e).__name__})") from e
    try:
        return Graph(model, name, output)
    except ExportError:
        raise
    except Exception as e:  # a graph that no exporter has written may do anything
        raise ExportError(f"{path} has a graph that is not well-formed ({type(e).__name__}: {str(e)[:100]})") from e


class Graph:
    """A graph on its way to an artefact."""

    def __init__(self, model, name, output):
        self.model = _pinned(model)
        graph = self.model.graph
        self.constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        inputs = [one for one in graph.input if one.name not in self.constants]
        if len(inputs) != 1:
            raise ExportError(
                f"the graph has {len(inputs)} inputs ({', '.join(i.name for i in inputs)}): it must have one"
            )
        self.input = inputs[0].name
        self.input_shape = _shape(inputs[0])
        outputs = [one.name for one in graph.output if _is_real(one)] or [one.name for one in graph.output]
        known = {o for node in graph.node for o in node.output}
        self.output = output or outputs[0]
        if self.output not in known:
            raise ExportError(f"the graph has no tensor {self.output!r}; its outputs are {', '.join(outputs)}")
        self.uses = _uses(graph, self.output)
        size = int(np.prod(self.input_shape[1:]))
        self.values = {self.input: Value(0, np.arange(size).reshape(self.input_shape))}
        self.layers: list[dict] = []
        self.tensors: dict[str, np.ndarray] = {}
        self.shapes = [None]  # the shape of what each layer puts out; the input's is not known yet
        self.made: dict[tuple[int, int], int] = {}
        self.kept: list = []
        self.name = name
        self.logits = self.output
        self.softmax = False
        for node in _needed(graph, self.output):
            self._node(node)
        self._finish()

    # --- constants and what only changes the order ------------------------------------------------

    def _node(self, node):
        if self.softmax and node.op_type not in _AFTER_SOFTMAX:
            raise Unsupported(node, "nothing can follow the softmax: cut the graph before it with --output")
        if all(not name or name in self.constants for name in node.input):
            self._constant(node)
        elif node.op_type == "Shape":
            self.constants[node.output[0]] = np.array(self.values[node.input[0]].shape, np.int64)
        else:
            self.values[node.output[0]] = self._value(node)

    def _constant(self, node):
        try:
            results = ReferenceEvaluator(node).run(None, {name: self.constants[name] for name in node.input if name})
        except Exception as e:  # whatever an operator throws
            raise Unsupported(node, f"its constants cannot be computed ({type(e).__name__})") from e
        self.constants.update(zip(node.output, results, strict=False))

    def _value(self, node):
        operator = getattr(self, "_op_" + node.op_type, None)
        if operator is not None:
            return operator(node)
        if node.op_type in _SAME:
            return self._given(node, 0)
        if node.op_type in _UNARY:
            return self._unary(node)
        if node.op_type in _BINARY:
            return self._binary(node)
        raise Unsupported(node, "there is no counterpart: cut the graph before it with --output, or replace it")

    def _given(self, node, i):
        name = node.input[i]
        if name in self.constants:
            raise Unsupported(node, f"input {i} is a constant where the records should be")
        return self.values[name]

    def _const(self, node, i, default=None):
        if i >= len(node.input) or not node.input[i]:
            return default
        if node.input[i] not in self.constants:
            raise Unsupported(node, f"input {i} is computed from the records: it must be a constant")
        return self.constants[node.input[i]]

    def _reordered(self, node, value, index):
        if index.shape[0] != 1:
            raise Unsupported(node, "it moves or joins the axis of the records")
        if value.function is not None and not _is_uniform(value):
            value = self._made(value, node)
        return replace(value, index=index)

    def _op_Cast(self, node):
        if _attribute(node, "to") not in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE):
            raise Unsupported(node, "only casts from numbers to numbers with a fraction are left out")
        return self._given(node, 0)

    def _op_Flatten(self, node):
        value = self._given(node, 0)
        if _attribute(node, "axis", 1) % max(1, value.index.ndim) != 1:
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
        value = self._given(node, 0)
        order = list(_attribute(node, "perm", range(value.index.ndim)[::-1]))
        if order[0] != 0:
            raise Unsupported(node, "it moves the axis of the records")
        return self._reordered(node, value, value.index.transpose(order))

    def _axes(self, node, i=1):
        axes = _attribute(node, "axes", None)
        return axes if axes is not None else self._const(node, i)

    def _op_Squeeze(self, node):
        value = self._given(node, 0)
        axes = self._axes(node)
        if axes is None:
            axes = [i for i, side in enumerate(value.shape) if side == 1 and i > 0]
        axes = tuple(int(a) % value.index.ndim for a in axes)
        if 0 in axes:
            raise Unsupported(node, "it takes the axis of the records away")
        return self._reordered(node, value, value.index.squeeze(axes))

    def _op_Unsqueeze(self, node):
        value = self._given(node, 0)
        axes = sorted(int(a) % (value.index.ndim + len(self._axes(node))) for a in self._axes(node))
        if 0 in axes:
            raise Unsupported(node, "it puts an axis before that of the records")
        return self._reordered(node, value, np.expand_dims(value.index, tuple(axes)))

    def _op_Slice(self, node):
        value = self._given(node, 0)
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

    def _op_Concat(self, node):
        values = [self._given(node, i) for i in range(len(node.input))]
        first = values[0]
        if len(values) == 2 and self._is_logistic(values):
            return self._two_classes(node, values[1])
        if any(v.place != first.place or v.function is not first.function for v in values):
            raise Unsupported(node, "it joins outputs of different layers")
        if _attribute(node, "axis") % first.index.ndim == 0:
            raise Unsupported(node, "it joins records")
        return self._reordered(node, first, np.concatenate([v.index for v in values], axis=_attribute(node, "axis")))

    # --- functions of one number ------------------------------------------------------------------

    def _unary(self, node):
        function = _UNARY[node.op_type] or _activation(node)
        return self._composed(node, self._settled(self._given(node, 0), node), function)

    def _settled(self, value, node):
        """Has the layer before take in what is only multiplied and added, unless it is wanted as it is, too."""
        if value.function is None or self._is_used(value) or self._affine(value) is None:
            return value
        return self._made(value, node)

    def _op_Clip(self, node):
        low = self._const(node, 1, np.float64(_attribute(node, "min", -np.inf)))
        high = self._const(node, 2, np.float64(_attribute(node, "max", np.inf)))
        return self._composed(
            node, self._settled(self._given(node, 0), node), lambda x: np.clip(x, float(low), float(high))
        )

    def _op_PRelu(self, node):
        value = self._settled(self._given(node, 0), node)
        slope = np.asarray(self._const(node, 1), np.float64)
        return self._with_constant(node, value, slope, lambda x, s: np.where(x < 0, x * s, x))

    def _composed(self, node, value, function):
        before = value.function
        return replace(
            value,
            function=function if before is None else lambda x: function(before(x)),
            nodes=(*value.nodes, node),
        )

    def _with_constant(self, node, value, constant, operation):
        """Composes with a constant, whose elements are brought into the order of the layer's."""
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
        given, index = np.broadcast_to(constant, shape).reshape(-1), value.index.reshape(-1)
        spread = np.zeros(self._size(value))
        spread[index] = given
        if not np.array_equal(spread[index], given):
            raise Unsupported(node, "elements that are the same get different constants")
        return self._composed(node, value, _Elementwise(operation, spread))

    def _binary(self, node):
        if len(node.input) != 2:
            raise Unsupported(node, "it takes more than two tensors")
        operation = _BINARY[node.op_type]
        if node.input[1] in self.constants:
            constant = np.asarray(self.constants[node.input[1]], np.float64)
            return self._with_constant(node, self._given(node, 0), constant, operation)
        if node.input[0] in self.constants:
            constant = np.asarray(self.constants[node.input[0]], np.float64)
            return self._with_constant(node, self._given(node, 1), constant, lambda x, c: operation(c, x))
        a, b = self.values[node.input[0]], self.values[node.input[1]]
        if a.place == b.place and a.shape == b.shape and np.array_equal(a.index, b.index):
            f, g = a.apply, b.apply
            return replace(a, function=lambda x: operation(f(x), g(x)), nodes=(*a.nodes, *b.nodes, node))
        if node.op_type == "Add":
            return self._residual(node, a, b)
        raise Unsupported(node, "it takes the outputs of two different layers")

    def _residual(self, node, a, b):
        """Adds the output of an earlier layer to that of the last one."""
        last, earlier = (a, b) if a.place >= b.place else (b, a)
        if (earlier.place, id(earlier.function)) in self.made:
            earlier = self._made(earlier, node)
        last = self._made(last, node)
        if last.place != len(self.layers):
            raise Unsupported(node, "it adds two branches, of which both have layers of their own")
        if earlier.function is not None or not _is_whole(earlier) or not _is_whole(last) or last.shape != earlier.shape:
            raise Unsupported(node, "it adds something other than the whole output of an earlier layer")
        source = self.layers[earlier.place - 1]["name"] if earlier.place else "input"
        if earlier.place == 0 and self.shapes[0] is None:
            self._set_input(earlier)
        self._add({"type": "residualAdd", "from": source}, self.shapes[last.place])
        return Value(len(self.layers), last.index)

    # --- layers -----------------------------------------------------------------------------------

    def _size(self, value):
        shape = self.shapes[value.place]
        return int(np.prod(self.input_shape if shape is None else shape))

    def _set_input(self, value):
        """The input has the shape in which it is read first."""
        sides = list(value.shape[1:])
        if len(sides) == 2:
            sides = [sides[0], 1, sides[1]]
        self.shapes[0] = tuple(sides) if len(sides) == 3 else (self._size(value), 1, 1)

    def _add(self, keys, shape):
        number = sum(layer["type"] == keys["type"] for layer in self.layers) + 1
        self.layers.append({"name": f"{keys['type']}{number}", **keys})
        self.shapes.append(shape)
        return self.layers[-1]["name"]

    def _made(self, value, node):
        """Returns a value without a function: a layer stands for it, or the layer before has taken it in."""
        if value.function is None:
            return value
        known = self.made.get((value.place, id(value.function)))
        if known is not None:  # another node needed it before
            return replace(value, place=known, function=None, nodes=())
        made = self._make(value, node)
        self.made[(value.place, id(value.function))] = made.place
        self.kept.append(value.function)  # so that no other function gets its number
        return made

    def _make(self, value, node):
        value = self._split(value, node)
        affine = self._affine(value)
        if affine is not None:
            scale, shift = affine
            if np.all(scale == 1) and np.all(shift == 0):
                return replace(value, function=None, nodes=())
            return self._take_in(value, scale, shift, node)
        self._require_last(value, node)
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        found = None
        if not _has_elements(value.function, self._size(value)):
            found = recognise(value.function)
        else:
            found = self._prelu(value)
        if found is None:
            names = ", ".join(one.op_type for one in value.nodes)
            raise Unsupported(value.nodes[-1], f"{names} together are no activation that Nightjar knows")
        self._add(found, self.shapes[value.place])
        return replace(value, place=len(self.layers), function=None, nodes=())

    def _split(self, value, node):
        """Makes a layer of an activation that is then multiplied and added to, and returns what is left to do."""
        if value.function is None or (value.place, id(value.function)) in self.made or self._affine(value) is not None:
            return value
        size = self._size(value)
        if not _has_elements(value.function, size) and recognise(value.function) is not None:
            return value
        for name, scale, shift in scaled(value.function, size):
            self._require_last(value, node)
            if value.place == 0 and self.shapes[0] is None:
                self._set_input(value)
            self._add({"type": name}, self.shapes[value.place])
            rest = _Elementwise(lambda x, c: x * c[0] + c[1], np.stack([scale, shift]))
            return replace(value, place=len(self.layers), function=rest, nodes=())
        return value

    def _affine(self, value):
        size = self._size(value)
        with np.errstate(all="ignore"):
            at = [
                np.broadcast_to(np.asarray(value.function(np.full(size, x)), np.float64), (size,))
                for x in (0.0, 1.0, 7.5, -9.0)
            ]
        scale, shift = at[1] - at[0], at[0]
        for x, found in ((7.5, at[2]), (-9.0, at[3])):
            if not np.allclose(scale * x + shift, found, rtol=1e-9, atol=1e-9):
                return None
        return scale.copy(), shift.copy()

    def _prelu(self, value):
        size = self._size(value)
        slopes = -value.function(np.full(size, -1.0))
        for x in (-5.0, 0.0, 3.0):
            if not np.allclose(value.function(np.full(size, x)), slopes * x if x < 0 else x, rtol=1e-6, atol=1e-6):
                return None
        channels = self.shapes[value.place][0]
        by_channel = slopes.reshape(channels, -1)
        if np.all(by_channel == by_channel[:, :1]):
            slopes = by_channel[:, 0]
        return {"type": "prelu", "slopes": [float(one) for one in slopes]}

    def _require_last(self, value, node):
        if value.place != len(self.layers):
            raise Unsupported(node, "the graph branches here, and not to an addition of the layer's whole output")

    def _take_in(self, value, scale, shift, node):
        """Has the layer before multiply and add: into its weights, or as a batch norm of its own."""
        self._require_last(value, node)
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        channels = self.shapes[value.place][0]
        layer = self.layers[-1] if self.layers else None
        by_channel = scale.reshape(channels, -1), shift.reshape(channels, -1)
        if not all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel):
            raise Unsupported(
                node, "its constants differ within a channel: they must be one for each channel, or one for all"
            )
        scale, shift = by_channel[0][:, 0], by_channel[1][:, 0]
        if layer is not None and layer["type"] in ("dense", "conv2d") and not self._is_used(value):
            weight = layer["name"] + ".weight.mean"
            self.tensors[weight] = self.tensors[weight] * scale.reshape(-1, *[1] * (self.tensors[weight].ndim - 1))
            bias = self.tensors.get(layer["name"] + ".bias.mean", np.zeros(channels))
            self.tensors[layer["name"] + ".bias.mean"] = bias * scale + shift
            layer["bias"] = True
            return replace(value, function=None, nodes=())
        name = self._add({"type": "batchNorm", "channels": channels, "epsilon": 1e-5}, self.shapes[value.place])
        self.tensors[name + ".weight"] = scale
        self.tensors[name + ".bias"] = shift
        self.tensors[name + ".running_mean"] = np.zeros(channels)
        self.tensors[name + ".running_var"] = np.full(channels, 1 - 1e-5)
        return replace(value, place=len(self.layers), function=None, nodes=())

    def _is_used(self, value):
        """Returns whether somebody else still needs the output of a layer as it is."""
        own = {id(node) for node in value.nodes}
        names = [name for name, one in self.values.items() if one.place == value.place and one.function is None]
        return any(
            id(use) not in own for name in names for use in self.uses.get(name, ()) if use.op_type not in _REORDERS
        )

    def _vector(self, node, value):
        """Returns a value of a vector, behind a flatten layer if need be."""
        value = self._made(value, node)
        self._require_last(value, node)
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value) if value.index.ndim > 2 else self._set_flat(value)
        shape = self.shapes[value.place]
        if shape[1:] != (1, 1):
            self._add({"type": "flatten"}, (int(np.prod(shape)), 1, 1))
            value = replace(value, place=len(self.layers))
        return value

    def _ahead(self, value):
        """Returns what a linear layer takes in of what its input is multiplied by and added to, if it can."""
        if value.function is None or (value.place, id(value.function)) in self.made:
            return None, None
        layer = self.layers[value.place - 1]["type"] if value.place else "input"
        if layer in ("dense", "conv2d") and not self._is_used(value):
            return None, None  # the layer before takes it in
        affine = self._affine(value)
        return (None, None) if affine is None else affine

    def _set_flat(self, value):
        self.shapes[0] = (self._size(value), 1, 1)

    def _dense(self, node, value, weight, bias):
        """Adds a dense layer; `weight` has a row for each output."""
        if value.index.ndim != 2:
            raise Unsupported(
                node, f"its input has shape {value.shape}: it must be a vector for each record, so flatten it"
            )
        value = self._split(value, node)
        scale, shift = self._ahead(value)
        value = self._vector(node, value if scale is None else replace(value, function=None, nodes=()))
        inputs = self._size(value)
        placed = np.zeros((weight.shape[0], inputs))
        np.add.at(placed.T, value.index.reshape(-1), weight.T)
        if scale is not None:
            more = placed @ shift
            placed = placed * scale
            bias = more if bias is None else np.asarray(bias, np.float64).reshape(-1) + more
        keys = {"type": "dense", "inputs": inputs, "outputs": weight.shape[0], "bias": bias is not None}
        name = self._add(keys, (weight.shape[0], 1, 1))
        self.tensors[name + ".weight.mean"] = placed
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.broadcast_to(
                np.asarray(bias, np.float64).reshape(-1), (weight.shape[0],)
            ).copy()
        return Value(len(self.layers), np.arange(weight.shape[0]).reshape(1, -1))

    def _op_Gemm(self, node):
        if _attribute(node, "transA", 0):
            raise Unsupported(node, "it transposes the records")
        weight = np.asarray(self._const(node, 1), np.float64) * _attribute(node, "alpha", 1.0)
        bias = self._const(node, 2)
        if bias is not None:
            bias = np.asarray(bias, np.float64) * _attribute(node, "beta", 1.0)
        return self._dense(node, self._given(node, 0), weight if _attribute(node, "transB", 0) else weight.T, bias)

    def _op_MatMul(self, node):
        weight = np.asarray(self._const(node, 1), np.float64)
        if weight.ndim != 2:
            raise Unsupported(node, f"its constant has shape {weight.shape}: it must be a matrix")
        return self._dense(node, self._given(node, 0), weight.T, None)

    def _image(self, node, value):
        """Returns a value of channels, height and width in the order of the layer, or of channels and width."""
        value = self._made(value, node)
        self._require_last(value, node)
        if value.index.ndim not in (3, 4):
            raise Unsupported(
                node, f"its input has shape {value.shape}: signals of one or two dimensions are supported"
            )
        if not _is_whole(value):
            raise Unsupported(
                node, "its input is not in the order of channels, height and width: give records in that order"
            )
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        if _three(value.shape) != self.shapes[value.place]:
            raise Unsupported(node, f"a vector is made an image of {value.shape[1:]} here, which no layer does")
        return value

    def _result(self, channels, height, width, dimensions):
        shape = (1, channels, width) if dimensions == 3 else (1, channels, height, width)
        return Value(len(self.layers), np.arange(channels * height * width).reshape(shape))

    def _op_Conv(self, node):
        value = self._given(node, 0)
        weight = np.asarray(self._const(node, 1), np.float64)
        bias = self._const(node, 2)
        value = self._split(value, node)
        scale, shift = self._ahead(value)
        if scale is not None:
            channels = value.shape[1]
            by_channel = [one.reshape(channels, -1) for one in (scale, shift)]
            even = all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel)
            padded = any(_attribute(node, "pads", [])) or _attribute(node, "auto_pad", b"NOTSET") not in (
                b"NOTSET",
                b"VALID",
            )
            if even and _attribute(node, "group", 1) == 1 and not (padded and np.any(shift)):
                value = replace(value, function=None, nodes=())
                scale, shift = (one[:, 0] for one in by_channel)
                more = np.tensordot(weight.reshape(*weight.shape[:2], -1).sum(axis=2), shift, 1)
                bias = more if bias is None else np.asarray(bias, np.float64) + more
                weight = weight * scale.reshape(1, -1, *[1] * (weight.ndim - 2))
        value = self._image(node, value)
        window, places = self._window(node, value, weight.shape[2:])
        groups = _attribute(node, "group", 1)
        keys = {
            "type": "conv2d",
            "inputChannels": value.shape[1],
            "outputChannels": weight.shape[0],
            **window,
            "groups": groups,
            "bias": bias is not None,
        }
        name = self._add(keys, (weight.shape[0], *places))
        self.tensors[name + ".weight.mean"] = weight if weight.ndim == 4 else weight[:, :, None, :]
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.asarray(bias, np.float64)
        return self._result(weight.shape[0], *places, value.index.ndim)

    def _window(self, node, value, kernel):
        """Returns the keys of a window, and how many places it has."""
        kernel = [int(side) for side in kernel]
        ones = [1] * len(kernel)
        stride = list(_attribute(node, "strides", ones))
        dilation = list(_attribute(node, "dilations", ones))
        pads = list(_attribute(node, "pads", [0] * 2 * len(kernel)))
        ceil = bool(_attribute(node, "ceil_mode", 0))
        auto = _attribute(node, "auto_pad", b"NOTSET").decode()
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            pads = _same(value.shape[2:], kernel, stride, dilation, auto == "SAME_UPPER")
        if any(p < 0 for p in pads):
            raise Unsupported(node, "its padding is negative: slice instead")
        if len(kernel) == 1:
            kernel, stride, dilation, pads = [1, *kernel], [1, *stride], [1, *dilation], [0, pads[0], 0, pads[1]]
        height, width = _three(value.shape)[1:]
        places = [
            _places(height, kernel[0], stride[0], dilation[0], pads[0], pads[2], ceil),
            _places(width, kernel[1], stride[1], dilation[1], pads[1], pads[3], ceil),
        ]
        if min(places) < 1:
            raise Unsupported(node, f"its kernel does not fit an input of {value.shape[1:]}")
        window = {"kernel": _short(kernel), "stride": _short(stride), "padding": _short(pads)}
        if dilation != [1, 1]:
            window["dilation"] = _short(dilation)
        if ceil:
            window["ceil"] = True
        return window, tuple(places)

    def _pool(self, node, kind, more):
        value = self._image(node, self._given(node, 0))
        window, places = self._window(node, value, _attribute(node, "kernel_shape"))
        self._add({"type": kind, **window, **more}, (value.shape[1], *places))
        return self._result(value.shape[1], *places, value.index.ndim)

    def _op_MaxPool(self, node):
        return self._pool(node, "maxPool", {})

    def _op_AveragePool(self, node):
        counts = bool(_attribute(node, "count_include_pad", 0))
        return self._pool(node, "averagePool", {} if counts else {"countPadding": False})

    def _global(self, node, kind, keep=True):
        value = self._image(node, self._given(node, 0))
        channels, height, width = _three(value.shape)
        kernel = _short([height, width])
        self._add({"type": kind, "kernel": kernel, "stride": kernel, "padding": 0}, (channels, 1, 1))
        shape = (1, channels, *[1] * (value.index.ndim - 2)) if keep else (1, channels)
        return Value(len(self.layers), np.arange(channels).reshape(shape))

    def _op_GlobalAveragePool(self, node):
        return self._global(node, "averagePool")

    def _op_GlobalMaxPool(self, node):
        return self._global(node, "maxPool")

    def _reduce(self, node, kind):
        value = self._given(node, 0)
        axes = self._axes(node)
        dimensions = value.index.ndim
        found = sorted(int(a) % dimensions for a in (range(dimensions) if axes is None else axes))
        if found != list(range(2, dimensions)):
            raise Unsupported(
                node, f"it reduces axes {found}: only over all positions of an image or signal can be reduced"
            )
        return self._global(node, kind, bool(_attribute(node, "keepdims", 1)))

    def _op_ReduceMean(self, node):
        return self._reduce(node, "averagePool")

    def _op_ReduceMax(self, node):
        return self._reduce(node, "maxPool")

    def _op_BatchNormalization(self, node):
        value = self._given(node, 0)
        gamma, beta, mean, variance = (np.asarray(self._const(node, i), np.float64) for i in range(1, 5))
        scale = gamma / np.sqrt(variance + _attribute(node, "epsilon", 1e-5))
        shape = (1, -1, *[1] * (value.index.ndim - 2))
        value = self._with_constant(node, value, scale.reshape(shape), lambda x, c: x * c)
        return self._with_constant(node, value, (beta - mean * scale).reshape(shape), lambda x, c: x + c)

    # --- the operators of scikit-learn ------------------------------------------------------------

    def _op_Scaler(self, node):
        value = self._given(node, 0)
        offset, scale = (np.asarray(_attribute(node, one), np.float64) for one in ("offset", "scale"))
        value = self._with_constant(node, value, offset.reshape(1, -1), lambda x, c: x - c)
        return self._with_constant(node, value, scale.reshape(1, -1), lambda x, c: x * c)

    def _op_LinearRegressor(self, node):
        if _attribute(node, "post_transform", b"NONE") != b"NONE":
            raise Unsupported(node, "its outputs are transformed")
        return self._linear(node, _attribute(node, "targets", 1))

    def _linear(self, node, rows):
        weight = np.asarray(_attribute(node, "coefficients"), np.float64).reshape(rows, -1)
        return self._dense(node, self._given(node, 0), weight, np.asarray(_attribute(node, "intercepts", [0.0] * rows)))

    def _op_LinearClassifier(self, node):
        intercepts = _attribute(node, "intercepts")
        transform = _attribute(node, "post_transform", b"NONE")
        value = self._linear(node, len(intercepts))
        weight, bias = (self.tensors[f"{self.layers[-1]['name']}.{part}.mean"] for part in ("weight", "bias"))
        if (
            transform == b"LOGISTIC"
            and len(intercepts) == 2
            and np.allclose(weight[0], -weight[1])
            and np.isclose(bias[0], -bias[1])
        ):
            weight[0], bias[0] = 0, 0
        elif transform != b"SOFTMAX":
            raise Unsupported(
                node,
                f"its scores become probabilities by {transform.decode()}: only softmax does, or one logistic function",
            )
        self.logits = None  # it has no name in the graph
        self.softmax = True
        self.values[node.output[1]] = value
        return value

    def _op_Normalizer(self, node):
        value = self._given(node, 0)
        if not self.softmax or _attribute(node, "norm", b"MAX") != b"L1":
            raise Unsupported(node, "only probabilities, which add up to 1, are normalised for nothing")
        return value

    def _op_Softmax(self, node):
        value = self._given(node, 0)
        if value.index.ndim != 2 or _attribute(node, "axis", -1) % 2 != 1:
            raise Unsupported(
                node, f"its input has shape {value.shape}: a softmax is over the classes of a record, at the end"
            )
        value = self._vector(node, value)
        if not _is_whole(value):
            raise Unsupported(node, "it takes some of the outputs of a layer only")
        self.logits = node.input[0]
        self.softmax = True
        return value

    def _op_LogSoftmax(self, node):
        return self._op_Softmax(node)

    # --- the end ----------------------------------------------------------------------------------

    def _finish(self):
        value = self.values[self.output]
        end = next(node for node in self.model.graph.node if self.output in node.output)
        if not self.softmax:
            value = self._one_logit(end, value)
            value = self._vector(end, value)
        if not _is_whole(value) or value.index.ndim != 2:
            raise ExportError(
                f"the output {self.output!r} has shape {value.shape}:"
                " it must be a vector for each record, all of a layer's output"
            )
        if self.softmax:
            self._add({"type": "softmax"}, self.shapes[-1])
        self.outputs = self._size(value)
        if not any(layer["type"] in ("dense", "conv2d") for layer in self.layers):
            raise ExportError("the graph has no layer with weights")

    def _one_logit(self, node, value):
        """A single logistic output becomes two classes, of which the first has the logit 0."""
        last = value.nodes[-1] if value.nodes else None
        if last is None or last.op_type != "Sigmoid" or not _is_sigmoid(value):
            return value
        self.logits = last.input[0]
        return self._two_classes(node, value)

    def _is_logistic(self, values):
        """Returns whether two values are the probabilities of two classes by one logistic output."""
        other, one = values
        if one.place != other.place or not np.array_equal(one.index, other.index) or not _is_sigmoid(one):
            return False
        return np.allclose(other.apply(_SOME), 1 - one.apply(_SOME))

    def _two_classes(self, node, value):
        """Makes two classes of one logistic output: the first has the logit 0."""
        self._require_last(value, node)
        layer = self.layers[-1] if self.layers else {"type": "input"}
        if layer["type"] != "dense":
            raise Unsupported(node, "a logistic output must be that of a linear layer")
        if self.logits == self.output:
            self.logits = None  # its logit has no name
        weight = layer["name"] + ".weight.mean"
        self.tensors[weight] = np.concatenate([np.zeros_like(self.tensors[weight]), self.tensors[weight]])
        bias = self.tensors.get(layer["name"] + ".bias.mean", np.zeros(1))
        self.tensors[layer["name"] + ".bias.mean"] = np.concatenate([np.zeros(1), bias])
        layer.update(outputs=2, bias=True)
        self.shapes[-1] = (2, 1, 1)
        self.softmax = True
        return Value(len(self.layers), np.arange(2).reshape(1, 2))

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


class _Elementwise:
    """An operation with a constant for each element of a layer's output."""

    def __init__(self, operation, constants):
        self.operation = operation
        self.constants = constants

    def __call__(self, x):
        if np.shape(x) != self.constants.shape[-1:]:
            raise _Elements
        return self.operation(x, self.constants)


class _Elements(Exception):
    """A function differs from element to element."""


_REORDERS = {"Shape"}


_SOME = np.linspace(-9, 9, 19)


def _is_sigmoid(value):
    """Returns whether a value is one number, and that the logistic function of another."""
    if value.index.size != 1 or value.function is None or _has_elements(value.function, 1):
        return False
    return np.allclose(value.apply(_SOME), 1 / (1 + np.exp(-_SOME)))


def _has_elements(function, size):
    try:
        with np.errstate(all="ignore"):
            function(np.zeros(size + 1))
    except _Elements:
        return True
    return False


def _is_uniform(value):
    return not _has_elements(value.function, value.index.size)


def _is_whole(value):
    return value.index.size > 0 and np.array_equal(value.index.reshape(-1), np.arange(value.index.size))


def _three(shape):
    sides = tuple(shape[1:])
    return (sides[0], 1, sides[1]) if len(sides) == 2 else sides


def _short(numbers):
    if len(set(numbers)) == 1:
        return int(numbers[0])
    if len(numbers) == 4 and numbers[:2] == numbers[2:]:
        numbers = numbers[:2]
    return [int(one) for one in numbers]


def _places(size, kernel, stride, dilation, before, after, ceil):
    room = size + before + after - (kernel - 1) * dilation - 1
    if room < 0:
        return 0
    places = room // stride + 1
    return places + 1 if ceil and room % stride and places * stride < size + before else places


def _same(sides, kernel, stride, dilation, upper):
    before, after = [], []
    for side, k, s, d in zip(sides, kernel, stride, dilation, strict=True):
        total = max(0, (-(-side // s) - 1) * s + (k - 1) * d + 1 - side)
        small, large = total // 2, total - total // 2
        before.append(small if upper else large)
        after.append(large if upper else small)
    return before + after


def _attribute(node, name, default=None):
    for one in node.attribute:
        if one.name == name:
            return onnx.helper.get_attribute_value(one)
    return default


def _activation(node):
    if node.op_type == "LeakyRelu":
        slope = _attribute(node, "alpha", 0.01)
        return lambda x: np.where(x < 0, slope * x, x)
    if node.op_type == "HardSigmoid":
        slope, shift = _attribute(node, "alpha", 0.2), _attribute(node, "beta", 0.5)
        return lambda x: np.clip(slope * x + shift, 0, 1)
    if node.op_type == "Elu":
        alpha = _attribute(node, "alpha", 1.0)
        return lambda x: np.where(x < 0, alpha * (np.exp(x) - 1), x)
    if _attribute(node, "approximate", b"none") == b"none":
        return lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2)))
    return lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def _is_real(value_info):
    kind = value_info.type.tensor_type.elem_type
    return kind in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)


def _shape(value_info):
    dims = value_info.type.tensor_type.shape.dim
    shape = tuple(d.dim_value for d in dims)
    if any(side < 1 for side in shape) or not shape:
        raise ExportError(f"the input {value_info.name!r} has shape {shape}: all sides but the first must be known")
    return shape


def _pinned(model):
    """Returns the model for one record, with the shapes that follow."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    known = {one.name for one in model.graph.initializer}
    for one in model.graph.input:
        if one.name not in known and one.type.tensor_type.shape.dim:
            first = one.type.tensor_type.shape.dim[0]
            first.Clear()
            first.dim_value = 1
    del model.graph.value_info[:]
    return shape_inference.infer_shapes(model)


def _needed(graph, output):
    """Returns the nodes that an output depends on, in order."""
    wanted, needed = {output}, []
    for node in reversed(graph.node):
        if any(name in wanted for name in node.output):
            wanted.update(name for name in node.input if name)
            needed.append(node)
    return needed[::-1]


def _uses(graph, output):
    uses: dict[str, list] = {}
    for node in _needed(graph, output):
        for name in node.input:
            uses.setdefault(name, []).append(node)
    return uses
