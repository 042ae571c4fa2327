"""Operators on values whose axis of the records is not the first, or has been joined with another."""

from dataclasses import replace

import numpy as np
import onnx

from .errors import Unsupported
from .functions import BINARY, COMPARING, UNARY

# What is done alike wherever the records are. What only reorders knows where they are itself.
_ALIKE = {
    *UNARY,
    *BINARY,
    *COMPARING,
    *(
        "Softmax",
        "LogSoftmax",
        "LayerNormalization",
        "RMSNormalization",
        "MatMul",
        "Gemm",
        "Concat",
        "Sum",
        "Cast",
        "Expand",
        "Where",
    ),
    *("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare"),
    *("ReduceLogSum", "ReduceLogSumExp", "Clip", "Selu", "Celu", "Mish", "PRelu"),
}


class Lifting:
    """What a graph does with them: as if there were an axis of one record before all others."""

    def _is_elsewhere(self, node):
        """Returns whether a node has to be lifted."""
        moved = any(self.values[name].records != 0 for name in node.input if name in self.values)
        return moved and node.op_type in _ALIKE

    def _lifted(self, node):
        given = {name: self.values[name] for name in node.input if name in self.values}
        rank = max(one.index.ndim for one in given.values())
        places = {one.records for one in given.values()}
        records = places.pop() if len(places) == 1 else None
        lifted = self._with_axis_before(node, rank, records)
        for name, one in given.items():
            index = one.index.reshape(*[1] * (rank + 1 - one.index.ndim), *one.shape)
            self.values[name] = replace(one, index=index, records=0)
        try:
            result = self._plain(lifted)
        finally:
            self.values.update({name: one for name, one in given.items() if name in self.values})
        index = result.index[0]
        if records is None or index.ndim != rank or index.shape[records] != 1:
            records = 0 if index.ndim and index.shape[0] == 1 else None
        return replace(result, index=index, records=records)

    def _with_axis_before(self, node, rank, records):
        """Returns a node whose axes are counted with one more before them."""
        lifted = onnx.NodeProto.FromString(node.SerializeToString())
        reduces = node.op_type.startswith("Reduce")
        axes = [int(one) for one in self._const(node, 1)] if reduces and len(node.input) > 1 and node.input[1] else []
        for one in lifted.attribute:
            if one.name == "axis":
                axes = [one.i]
                one.i += one.i >= 0
            elif one.name == "axes":
                axes = list(one.ints)
                one.ints[:] = [axis + (axis >= 0) for axis in axes]
        if records is not None and records in [axis % rank for axis in axes]:
            raise Unsupported(node, "it mixes records")
        if reduces and not axes:
            raise Unsupported(node, "it mixes records: it reduces all axes")
        if reduces and len(node.input) > 1:
            lifted.input[1] = node.input[1] + " lifted"
            self.constants[lifted.input[1]] = np.array([axis + (axis >= 0) for axis in axes], np.int64)
        return lifted
