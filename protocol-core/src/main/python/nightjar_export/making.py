"""How layers are made of what a graph does with values."""

from dataclasses import replace

import numpy as np

from .activations import recognise, scaled
from .errors import Unsupported
from .values import Elementwise, Value, has_elements, is_whole, three

_REORDERS = {"Shape"}


class Making:
    """Adds layers to a network, and has layers take in what they can."""

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
        uniform = not has_elements(value.function, self._size(value))
        found = recognise(value.function) if uniform else self._prelu(value)
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
        if not has_elements(value.function, size) and recognise(value.function) is not None:
            return value
        for name, scale, shift in scaled(value.function, size):
            self._require_last(value, node)
            if value.place == 0 and self.shapes[0] is None:
                self._set_input(value)
            self._add({"type": name}, self.shapes[value.place])
            rest = Elementwise(lambda x, c: x * c[0] + c[1], np.stack([scale, shift]))
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
        by_channel = scale.reshape(channels, -1), shift.reshape(channels, -1)
        if not all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel):
            raise Unsupported(
                node, "its constants differ within a channel: they must be one for each channel, or one for all"
            )
        scale, shift = by_channel[0][:, 0], by_channel[1][:, 0]
        if self._follows_weights(value) and not self._is_used(value):
            layer = self.layers[-1]
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

    def _follows_weights(self, value):
        """Returns whether a value is of a layer that could be multiplied and added to."""
        return value.place > 0 and self.layers[value.place - 1]["type"] in ("dense", "conv2d")

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
        if self._follows_weights(value) and not self._is_used(value):
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

    def _image(self, node, value):
        """Returns a value of channels, height and width in the order of the layer, or of channels and width."""
        value = self._made(value, node)
        self._require_last(value, node)
        if value.index.ndim not in (3, 4):
            raise Unsupported(
                node, f"its input has shape {value.shape}: signals of one or two dimensions are supported"
            )
        if not is_whole(value):
            raise Unsupported(
                node, "its input is not in the order of channels, height and width: give records in that order"
            )
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        if three(value.shape) != self.shapes[value.place]:
            raise Unsupported(node, f"a vector is made an image of {value.shape[1:]} here, which no layer does")
        return value

    def _result(self, channels, height, width, dimensions):
        shape = (1, channels, width) if dimensions == 3 else (1, channels, height, width)
        return Value(len(self.layers), np.arange(channels * height * width).reshape(shape))
