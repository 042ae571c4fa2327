"""The operators that scikit-learn's estimators become."""

import numpy as np

from .errors import Unsupported
from .values import attribute


class Estimators:
    """What a graph does with them."""

    def _op_Scaler(self, node):
        value = self._given(node, 0)
        offset, scale = (np.asarray(attribute(node, one), np.float64) for one in ("offset", "scale"))
        value = self._with_constant(node, value, offset.reshape(1, -1), lambda x, c: x - c)
        return self._with_constant(node, value, scale.reshape(1, -1), lambda x, c: x * c)

    def _op_LinearRegressor(self, node):
        if attribute(node, "post_transform", b"NONE") != b"NONE":
            raise Unsupported(node, "its outputs are transformed")
        return self._linear(node, attribute(node, "targets", 1))

    def _linear(self, node, rows):
        weight = np.asarray(attribute(node, "coefficients"), np.float64).reshape(rows, -1)
        return self._dense(node, self._given(node, 0), weight, np.asarray(attribute(node, "intercepts", [0.0] * rows)))

    def _op_LinearClassifier(self, node):
        intercepts = attribute(node, "intercepts")
        transform = attribute(node, "post_transform", b"NONE")
        value = self._linear(node, len(intercepts))
        weight, bias = (self.tensors[f"{self.layers[-1]['name']}.{part}.mean"] for part in ("weight", "bias"))
        if (
            transform == b"LOGISTIC"
            and len(intercepts) == 2
            and np.allclose(weight[0], -weight[1])
            and np.isclose(bias[0], -bias[1])
        ):
            weight[0], bias[0] = 0, 0
            self.logistic = True
        elif transform != b"SOFTMAX":
            raise Unsupported(
                node,
                f"its scores become probabilities by {transform.decode()}: only softmax does, or one logistic function",
            )
        self.logits = node.output[1]  # which `exporting` asks it for without the transformation
        self.softmax = True
        self.values[node.output[1]] = value
        return value

    def _op_Normalizer(self, node):
        value = self._given(node, 0)
        if not self.softmax or attribute(node, "norm", b"MAX") != b"L1":
            raise Unsupported(node, "only probabilities, which add up to 1, are normalised for nothing")
        return value
