"""Finds norms that exporters have taken apart, before the nodes of a graph are gone through."""

import numpy as np
from onnx import helper, numpy_helper


class Fusing:
    """The nodes of a graph, and who makes what."""

    def __init__(self, graph, constants):
        nodes = self.nodes = list(graph.node)
        known = [*graph.value_info, *graph.input]
        self.ranks = {one.name: len(one.type.tensor_type.shape.dim) for one in known}
        self.makers = {name: node for node in nodes for name in node.output}
        self.constants = dict(constants)
        for node in nodes:
            if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)

    def fused(self):
        """Returns the nodes with one for each norm; what has made its parts is there still, for others."""
        return [self._layer_norm(node) or node for node in self.nodes]

    def _made_by(self, name, operator):
        node = self.makers.get(name)
        return node if node is not None and node.op_type == operator else None

    def _layer_norm(self, node):
        """Returns the norm that a division is the end of: (x - mean) / sqrt(mean of its square + epsilon)."""
        if node.op_type != "Div" or not self._made_by(node.input[1], "Sqrt"):
            return None
        centred = self._centred(node.input[0])
        summed = self._made_by(self.makers[node.input[1]].input[0], "Add")
        if centred is None or summed is None:
            return None
        x, axes = centred
        for variance, epsilon in (summed.input, summed.input[::-1]):
            mean = self._mean(variance)
            number = self.constants.get(epsilon)
            if mean is not None and number is not None and np.size(number) == 1 and mean[1] == axes:
                square = self._squared(mean[0])
                if square is not None and self._centred(square) == (x, axes):
                    return helper.make_node(
                        "LayerNormalization",
                        [x],
                        [node.output[0]],
                        name=node.name,
                        axis=axes[0],
                        epsilon=float(np.reshape(number, -1)[0]),
                    )
        return None

    def _centred(self, name):
        """Returns what a tensor is less its mean, and over which axes, if it is."""
        node = self._made_by(name, "Sub")
        mean = node and self._mean(node.input[1])
        return mean if mean and mean[0] == node.input[0] else None

    def _mean(self, name):
        """Returns of what a tensor is the mean, and over which of the last axes, counted from behind."""
        node = self._made_by(name, "ReduceMean")
        if node is None or not all(a.i for a in node.attribute if a.name == "keepdims"):
            return None
        axes = next((list(a.ints) for a in node.attribute if a.name == "axes"), None)
        if axes is None and len(node.input) > 1:
            axes = self.constants.get(node.input[1])
        if axes is None or len(axes) == 0:
            return None
        rank = self.ranks.get(node.input[0], 0)
        axes = tuple(sorted(int(one) - (rank if one >= 0 else 0) for one in axes))
        return (node.input[0], axes) if axes == tuple(range(-len(axes), 0)) else None

    def _squared(self, name):
        node = self._made_by(name, "Pow")
        if node is not None and np.all(self.constants.get(node.input[1], 0) == 2.0):
            return node.input[0]
        node = self._made_by(name, "Mul")
        return node.input[0] if node is not None and node.input[0] == node.input[1] else None
