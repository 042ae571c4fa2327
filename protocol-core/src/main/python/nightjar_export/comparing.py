"""Compares what was written with what it was written from, as graphs of ONNX compute it."""

from dataclasses import dataclass, field

import numpy as np
import onnx

from .errors import ExportError, line
from .evaluate import evaluate
from .reference import Calibration
from .temperature import Temperature

# Single precision in the source, and sums in another order.
TOLERANCE = 1e-4

# So many records are compared, of large networks fewer: as many as together have so many values between layers.
_MOST_COMPARED, _LEAST_COMPARED, _MOST_VALUES = 1024, 8, 10**8


@dataclass
class Comparison:
    """How far what was written is from its source, before a last softmax or sigmoid.

    `largest` is the largest difference of an output, `magnitude` the largest output, over so many records; `values` is
    how many values of a record linear layers read and put out, which is what goes up and down for each draw.
    """

    records: int
    largest: float
    magnitude: float
    by: str
    values: tuple[int, int]
    left_out: list[str] = field(default_factory=list)
    temperature: Temperature | None = None
    calibration: Calibration | None = None

    def __str__(self):
        difference = f"largest difference {self.largest:.2g} of outputs up to {self.magnitude:.3g}"
        more = f"; other outputs are left out: {', '.join(self.left_out)}" if self.left_out else ""
        return f"{self.records} records, {difference} (against {self.by}){more}"


def compared(graph) -> int:
    """Returns how many records of a graph are compared at the most."""
    return min(_MOST_COMPARED, max(_LEAST_COMPARED, _MOST_VALUES // max(1, sum(graph.traffic()))))


def compare(graph, artefact, rows, target, elements):
    wanted = graph.logits or graph.output
    (expected, *before), by = _source(graph, rows, [wanted, *([graph.before[0]] if graph.before else [])], scores=True)
    expected = expected * target[0] + target[1]
    found = evaluate(artefact, elements, logits=graph.softmax and graph.logits is not None)
    if graph.logits is None:  # the source has nothing but probabilities
        expected, found = (np.log(np.maximum(one, 1e-3)) for one in (expected, found))
    elif graph.logistic:  # one logistic output became two classes
        expected, found = expected[:, -1:], found[:, 1:] - found[:, :1]
    if found.shape != expected.shape:
        raise ExportError(f"the outputs have shape {found.shape}, those of the source {expected.shape}")
    if before:  # what probabilities at the end are made of
        value = graph.before[1]
        parts = evaluate(artefact, elements, layers=value.place)[:, value.index.reshape(-1)]
        expected, found = np.concatenate([expected, *before], axis=1), np.concatenate([found, parts], axis=1)
    largest = float(np.max(np.abs(found - expected)))
    magnitude = float(np.max(np.abs(expected)))
    if not largest <= TOLERANCE * max(1.0, magnitude):
        raise ExportError(
            f"what was written gives outputs that differ by {largest:.3g} of {magnitude:.3g} from its source:"
            " this is a mistake of nightjar-export"
        )
    return Comparison(len(rows), largest, magnitude, by, graph.traffic(), graph.left_out)


def _source(graph, rows, wanted, scores=False):
    """Returns some tensors of the source, with a row for each record; an estimator's scores for its probabilities."""
    model = _for(graph, graph.model, wanted)
    for node in model.graph.node:
        if scores and node.op_type == "LinearClassifier" and graph.logits in node.output:
            kept = [one for one in node.attribute if one.name != "post_transform"]
            del node.attribute[:]
            node.attribute.extend(kept)
    try:
        run, by = _runner(model)
        outputs = [run(wanted, graph.feed(row)) for row in rows]
        return [np.stack([np.ravel(row[i]).astype(np.float64) for row in outputs]) for i in range(len(wanted))], by
    except Exception as e:  # whatever a runtime throws
        raise ExportError(f"the source cannot be computed, to compare with ({type(e).__name__}: {line(e)})") from e


def require_apart(graph, rows):
    """Raises `ExportError` if a graph that takes several records at once says something else of them than of each."""
    model = _for(graph, graph.original, [graph.output])
    firsts = [next(iter(one.type.tensor_type.shape.dim), None) for one in model.graph.input if one.name in graph.inputs]
    if len(rows) < 2 or any(one is None or one.dim_value > 0 for one in firsts):
        return  # it takes one
    fed = [graph.feed(row) for row in rows]
    try:
        run, _ = _runner(model)
        together = run([graph.output], {name: np.concatenate([one[name] for one in fed]) for name in fed[0]})[0]
    except Exception:  # whatever a runtime throws: there are numbers in it that fit one record only
        return
    (each,), _ = _source(graph, rows, [graph.output])
    together = np.asarray(together, np.float64)
    if together.size == each.size and np.allclose(together.reshape(each.shape), each, rtol=1e-3, atol=1e-4):
        return
    raise ExportError("the graph says something else of several records than of each alone: it mixes records")


def _for(graph, model, wanted):
    """Returns a copy of a graph's model with the inputs that are read, and some tensors as outputs."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    weights = {one.name for one in model.graph.initializer}
    inputs = [one for one in model.graph.input if one.name in graph.inputs or one.name in weights]
    del model.graph.input[:], model.graph.output[:], model.graph.value_info[:]
    model.graph.input.extend(inputs)
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in wanted)
    return model


def _runner(model):
    """Returns what computes a graph: onnxruntime if it is there, and otherwise the reference of ONNX."""
    try:
        import onnxruntime
    except ImportError:
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(model).run, f"onnx {onnx.__version__}"
    onnxruntime.set_default_logger_severity(4)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run, f"onnxruntime {onnxruntime.__version__}"
