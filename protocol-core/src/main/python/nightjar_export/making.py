"""How layers are made of what a graph does with values."""

from dataclasses import replace

import numpy as np

from .activations import recognise, scaled
from .errors import Unsupported
from .values import REORDERS, SAME, Composed, Elementwise, Paired, Value, has_elements, is_whole, three

# Where a function is asked whether it is a line: far beyond where any clips, and close together in between.
_FAR = (7.5, -9.0, 1e4, -1e4, *np.linspace(-11.3, 11.9, 61))


class Making:
    """Adds layers to a network, and has layers take in what they can."""

    def _size(self, value):
        shape = self.shapes[value.place]
        return int(np.prod(self.input_shape if shape is None else shape))

    def _set_input(self, value):
        """The input has the shape in which it is read first, if all of it is read."""
        size = self._size(value)
        shape = value.shape if is_whole(value) and value.index.size == size else self.input_shape
        self.shapes[0] = three(shape) if len(shape) in (3, 4) else (size, 1, 1)

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
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        uniform = not has_elements(value.function, self._size(value))
        found = recognise(value.function) if uniform else self._prelu(value)
        if found is None:
            return replace(value, place=self._apart(value, node).place, function=None, nodes=())
        self._last(value)
        self._add(found, self.shapes[value.place])
        return replace(value, place=len(self.layers), function=None, nodes=())

    def _apart(self, value, node):
        """Makes layers of the parts of a function that is no activation as a whole."""
        size = self._size(value)
        whole = Value(value.place, np.arange(size).reshape(1, size))  # without nodes: others need the layer as it is
        if isinstance(value.function, Composed):
            before, after = value.function.before, value.function.after
            while isinstance(before, Composed) and self._affine(
                replace(whole, function=Composed(before.after, after))
            ):  # multiplied and added to more than once
                before, after = before.before, Composed(before.after, after)
            return self._made(replace(self._made(replace(whole, function=before), node), function=after), node)
        if isinstance(value.function, Paired):
            parts = (replace(whole, function=one) for one in (value.function.first, value.function.second))
            return self._joined(node, value.function.operator, *parts)
        raise Unsupported(value.nodes[-1] if value.nodes else node, "it is no activation that Nightjar knows")

    def _split(self, value, node):
        """Makes a layer of an activation that is then multiplied and added to, and returns what is left to do."""
        if value.function is None or (value.place, id(value.function)) in self.made or self._affine(value) is not None:
            return value
        size = self._size(value)
        if not has_elements(value.function, size) and recognise(value.function) is not None:
            return value
        for name, scale, shift in scaled(value.function, size):
            if value.place == 0 and self.shapes[0] is None:
                self._set_input(value)
            self._last(value)
            self._add({"type": name}, self.shapes[value.place])
            rest = Elementwise(lambda x, c: x * c[0] + c[1], np.stack([scale, shift]))
            return replace(value, place=len(self.layers), function=rest, nodes=())
        return value

    def _affine(self, value):
        size = self._size(value)
        points = (0.0, 1.0, *_FAR)
        with np.errstate(all="ignore"):
            if has_elements(value.function, size):
                at = [np.asarray(value.function(np.full(size, x)), np.float64) for x in points]
            else:
                at = [np.full(size, y) for y in np.broadcast_to(value.function(np.array(points)), (len(points),))]
        if not np.all(np.isfinite(at)):
            return None
        scale, shift = at[1] - at[0], at[0]
        for x, found in zip(_FAR, at[2:], strict=True):
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

    def _take_in(self, value, scale, shift, node):
        """Has the layer before multiply and add: into its weights, or as a batch norm of its own."""
        if value.place == 0 and self.shapes[0] is None:
            self._set_input(value)
        channels = self.shapes[value.place][0]
        by_channel = scale.reshape(channels, -1), shift.reshape(channels, -1)
        if not all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in by_channel):
            # one for each element, each of which becomes a channel
            self._last(value)
            self._add({"type": "flatten"}, (self._size(value), 1, 1))
            return self._take_in(replace(value, place=len(self.layers)), scale, shift, node)
        scale, shift = by_channel[0][:, 0], by_channel[1][:, 0]
        if self._follows_weights(value) and not self._is_used(value):
            layer = self.layers[value.place - 1]
            weight = layer["name"] + ".weight.mean"
            self.tensors[weight] = self.tensors[weight] * scale.reshape(-1, *[1] * (self.tensors[weight].ndim - 1))
            bias = self.tensors.get(layer["name"] + ".bias.mean", np.zeros(channels))
            self.tensors[layer["name"] + ".bias.mean"] = bias * scale + shift
            layer["bias"] = True
            return replace(value, function=None, nodes=())
        self._last(value)
        if len(set(scale)) == len(set(shift)) == 1:  # two numbers, which the data owner may know
            self._add({"type": "affine", "slope": float(scale[0]), "shift": float(shift[0])}, self.shapes[value.place])
            return replace(value, place=len(self.layers), function=None, nodes=())
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
        return any(self._has_other_uses(name, own) for name in names)

    def _has_other_uses(self, name, own):
        return any(
            any(self._has_other_uses(output, own) for output in use.output)
            if use.op_type in SAME | REORDERS | {"Cast"}
            else id(use) not in own and use.op_type != "Shape"
            for use in self.uses.get(name, ())
        )

    def _vector(self, node, value):
        """Returns a value of elements of the last layer, which is a vector."""
        value = self._made(value, node)
        size = self._size(value)
        if value.place == 0 and self.shapes[0] is None:
            self.shapes[0] = (size, 1, 1)
        if 2 * value.index.size < size:  # most of them need not be sent
            return self._last(self._ordered(node, value, (value.index.size, 1, 1)))
        if self.shapes[value.place][1:] != (1, 1):
            whole = Value(value.place, np.arange(size).reshape(1, size))
            value = replace(value, place=self._ordered(node, whole, (size, 1, 1)).place)
        return self._last(value)

    def _ahead(self, value):
        """Returns what a linear layer takes in of what its input is multiplied by and added to, if it can."""
        if value.function is None or (value.place, id(value.function)) in self.made:
            return None, None
        if self._follows_weights(value) and not self._is_used(value):
            return None, None  # the layer before takes it in
        affine = self._affine(value)
        return (None, None) if affine is None else affine

    def _dense(self, node, value, weight, bias):
        """Adds a dense layer; `weight` has a row for each output."""
        if value.index.ndim != 2:
            return self._dense_everywhere(node, value, weight, bias)
        value = self._split(value, node)
        scale, shift = self._ahead(value)
        if scale is not None:
            scale, shift = (one[value.index.reshape(-1)] for one in (scale, shift))
            more = weight @ shift
            weight = weight * scale
            bias = more if bias is None else np.asarray(bias, np.float64).reshape(-1) + more
            value = replace(value, function=None, nodes=())
        value = self._vector(node, value)
        inputs = self._size(value)
        placed = np.zeros((weight.shape[0], inputs))
        np.add.at(placed.T, value.index.reshape(-1), weight.T)
        keys = {"type": "dense", "inputs": inputs, "outputs": weight.shape[0], "bias": bias is not None}
        name = self._add(keys, (weight.shape[0], 1, 1))
        self.tensors[name + ".weight.mean"] = placed
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.broadcast_to(
                np.asarray(bias, np.float64).reshape(-1), (weight.shape[0],)
            ).copy()
        return Value(len(self.layers), np.arange(weight.shape[0]).reshape(1, -1))

    def _dense_everywhere(self, node, value, weight, bias):
        """Applies a matrix along the last axis, which is a convolution by a kernel of one element."""
        value = self._split(value, node)
        moved = np.moveaxis(value.index, -1, 1)
        scale, shift = self._ahead(value)
        if scale is not None:
            scale, shift = (one[moved].reshape(moved.shape[1], -1) for one in (scale, shift))
            if all(np.array_equal(one, np.broadcast_to(one[:, :1], one.shape)) for one in (scale, shift)):
                more = weight @ shift[:, 0]
                bias = more if bias is None else np.asarray(bias, np.float64).reshape(-1) + more
                weight = weight * scale[:, 0]
                value = replace(value, function=None, nodes=())
        value = self._channels_first(node, value, moved.reshape(1, moved.shape[1], -1))
        outputs, inputs = weight.shape
        _, height, width = self.shapes[value.place]
        keys = {"type": "conv2d", "inputChannels": inputs, "outputChannels": outputs, "kernel": 1}
        name = self._add({**keys, "bias": bias is not None}, (outputs, height, width))
        self.tensors[name + ".weight.mean"] = weight.reshape(outputs, inputs, 1, 1)
        if bias is not None:
            self.tensors[name + ".bias.mean"] = np.asarray(bias, np.float64).reshape(-1)
        index = np.arange(outputs * height * width).reshape(1, outputs, *moved.shape[2:])
        return Value(len(self.layers), np.moveaxis(index, 1, -1))

    def _image(self, node, value):
        """Returns a value of channels, height and width in the order of the last layer, or of channels and width."""
        if value.index.ndim not in (3, 4):
            raise Unsupported(
                node, f"its input has shape {value.shape}: signals of one or two dimensions are supported"
            )
        return self._last(self._ordered(node, value, three(value.shape)))

    def _result(self, channels, height, width, dimensions):
        shape = (1, channels, width) if dimensions == 3 else (1, channels, height, width)
        return Value(len(self.layers), np.arange(channels * height * width).reshape(shape))
