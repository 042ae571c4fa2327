"""The one call: read, write, read again and compare."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from . import onnx_graph, posterior, reference, sources
from .artefact import Artefact
from .columns import is_table, table
from .errors import ExportError
from .evaluate import evaluate
from .reference import Calibration
from .temperature import Temperature, tempered

# Single precision in the source, and sums in another order.
TOLERANCE = 1e-4
MOST_COMPARED = 1024


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
    temperature: Temperature | None = None
    calibration: Calibration | None = None

    def __str__(self):
        difference = f"largest difference {self.largest:.2g} of outputs up to {self.magnitude:.3g}"
        return f"{self.records} records, {difference} (against {self.by})"


def export(
    source,
    directory,
    *,
    name=None,
    output=None,
    shape=None,
    task=None,
    classes=(),
    features=(),
    value_range=None,
    target=(1.0, 0.0),
    records=None,
    labels=None,
    nightjar=None,
) -> tuple[Artefact, Comparison]:
    """Writes a model directory for a network: a module of PyTorch, an estimator of scikit-learn, a model of Keras.

    Or for a file with one: of ONNX, of `torch.save` of a whole module (`.pt`), of joblib or pickle (`.joblib`, `.pkl`),
    of Keras (`.keras`), or `mlflow:models:/name@alias`. All but ONNX are programs, which run when they are loaded.

    A list of them becomes an ensemble. Of a module whose layers have means and deviations (bayesian-torch, Blitz,
    torchbnn, torch-uncertainty), both are written, and so are those of `posterior.mean_field`. `posterior.
    sampled_members`, `dropout_members` and `laplace_members` make ensembles of other posteriors.

    With `labels`, which are the numbers of the records' classes, a classification gets the temperature at which they
    are most likely; they should be of records that it was not trained with.

    With `records`, the command `nightjar` finds the ranges of activations, and compares its own outputs as well; it is
    looked for on the path unless it is given, and an empty text leaves it out.

    `records` are some of what the network reads, one in each row; a module or an estimator needs them, and without them
    random numbers over `value_range` are compared, by default 0 to 1. `target` is what a regression's outputs are
    multiplied by and added to, so that results come in the unit of what was predicted. `output` names the tensor to cut
    the graph at; a pipeline that begins with a `ColumnTransformer` needs a data frame as records, and its model reads a
    table with the same columns; `shape` is that of a record, where the graph leaves sides open that `records` do not
    tell. Raises `ExportError` for what cannot be exported, and if what was written gives other outputs than its source,
    with means as weights and for each member of an ensemble; then nothing is written.
    """
    directory = Path(directory)
    if directory.exists():
        raise ExportError(f"{directory} is there already")
    members = [sources.loaded(one) for one in (source if isinstance(source, (list, tuple)) else [source])]
    if not members:
        raise ExportError("there is no network in the list")
    title = name or sources.title(source if isinstance(source, (str, Path)) else members[0])
    given, columns = records, None
    if is_table(members[0]):
        if len(members) > 1:
            raise ExportError("pipelines behind a ColumnTransformer cannot be the members of an ensemble")
        columns = table(members[0], records)
        members, records, value_range = [columns.rest], columns.transformed.astype(np.float32), None
    elif hasattr(records, "columns"):  # a data frame of numbers
        features = list(features) or [str(one) for one in records.columns]
        given = records = _numbers(records, features)
    first = members[0]
    sides = tuple(shape if shape is not None else np.shape(records)[1:])
    graphs = [_graph(one, records, title, output, sides) for one in members]
    graph = graphs[0]
    if shape is not None and graph.input_shape[1:] != sides:
        raise ExportError(f"a record has shape {graph.input_shape[1:]} in the graph, not {sides}")
    rows = _rows(graph, records, value_range)
    if value_range is None:
        value_range = (float(rows.min()), float(rows.max())) if records is not None else (0.0, 1.0)
    artefact = graph.artefact(task, classes, value_range, features)
    if len(graphs) > 1:
        artefact.tensors = _ensemble(graphs)
    elif _has_deviations(first):
        artefact.tensors = artefact.tensors | _deviations(first, graph, records, title, output)
    if tuple(target) != (1.0, 0.0):
        _in_unit(artefact, *target)
    if columns is not None:
        artefact = columns.applied(artefact)
    elements = rows if columns is None else columns.elements
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".nightjar-") as scratch:
        written = Path(scratch) / "model"
        artefact.write(written)
        read = Artefact.read(written)
        compared = [
            _compare(one, member, rows[:MOST_COMPARED], target, elements[:MOST_COMPARED])
            for one, member in zip(graphs, read.members(), strict=True)
        ]
        comparison = max(compared, key=lambda one: one.largest)
        if labels is not None:
            artefact, comparison.temperature = tempered(artefact, elements, labels)
            artefact.write(written)
        words = reference.command(nightjar)
        if words and given is not None:
            comparison.calibration = reference.calibrate(words, written, Artefact.read(written), given, elements)
            artefact.calibration = Artefact.read(written).calibration
        shutil.move(written, directory)
    return artefact, comparison


def _numbers(frame, features):
    """Returns columns of a data frame as records."""
    missing = [one for one in features if one not in frame.columns]
    if missing:
        raise ExportError(f"the records have no column {missing[0]!r}")
    try:
        return frame[features].to_numpy(np.float32)
    except (TypeError, ValueError) as e:
        raise ExportError(
            f"the records have columns that are no numbers ({e}): name those that are features, or put a"
            " ColumnTransformer first"
        ) from e


def _in_unit(artefact, scale, shift):
    """Has the last layer put out numbers in another unit."""
    last = artefact.layers[-1]
    if artefact.task != "regression" or last["type"] != "dense":
        raise ExportError("a target's scale is for a regression whose last layer is linear")
    if not scale > 0:
        raise ExportError(f"a target is multiplied by {scale}: it must be more than 0")
    if not last["bias"]:
        members = [n[: -len(".weight.mean")] for n in artefact.tensors if n.endswith(last["name"] + ".weight.mean")]
        artefact.tensors |= {f"{member}.bias.mean": np.zeros(last["outputs"]) for member in members}
        last["bias"] = True
    for tensor in list(artefact.tensors):
        if f".{tensor}".endswith(tuple(f".{last['name']}.{p}" for p in ("weight.mean", "weight.std", "bias.std"))):
            artefact.tensors[tensor] = artefact.tensors[tensor] * scale
        elif f".{tensor}".endswith(f".{last['name']}.bias.mean"):
            artefact.tensors[tensor] = artefact.tensors[tensor] * scale + shift


def _graph(source, records, name, output, shape=()):
    if _has_deviations(source):
        source = posterior.gaussian(source)[0]
    with tempfile.TemporaryDirectory() as scratch:
        return onnx_graph.read(sources.as_onnx(source, records, Path(scratch)), name, output, shape)


def _has_deviations(source):
    if isinstance(source, posterior.MeanField):
        return True
    return hasattr(source, "state_dict") and posterior.is_gaussian(source)


def _deviations(source, graph, records, name, output):
    rebuilt = posterior.gaussian(source)[1]
    others = [_graph(rebuilt(kind), records, name, output) for kind in ("weights", "biases", "zeros")]
    for other in others:
        _require_same(graph, other)
    return posterior.deviations(graph.tensors, *(other.tensors for other in others))


def _ensemble(graphs):
    tensors = {}
    for i, graph in enumerate(graphs):
        _require_same(graphs[0], graph)
        tensors.update({f"member.{i}.{name}": one for name, one in graph.tensors.items()})
    return tensors


def _require_same(one, other):
    if one.layers != other.layers:
        raise ExportError("the networks of a list must have the same layers")


def _rows(graph, records, value_range):
    size = int(np.prod(graph.input_shape[1:]))
    if records is None:
        low, high = value_range or (0.0, 1.0)
        return np.random.default_rng(1).uniform(low, high, (64, size)).astype(np.float32)
    rows = np.asarray(records, np.float32)
    if rows.ndim < 2 or rows[0].size != size:
        raise ExportError(
            f"the records have shape {rows.shape}: the network reads {size} values for each, {graph.input_shape[1:]}"
        )
    if len(rows) == 0 or not np.all(np.isfinite(rows)):
        raise ExportError("there must be records, of finite numbers")
    return rows.reshape(len(rows), size)


def _compare(graph, artefact, rows, target, elements):
    wanted = graph.logits or graph.output
    (expected, *before), by = _source(graph, rows, [wanted, *([graph.before[0]] if graph.before else [])])
    expected = expected * target[0] + target[1]
    found = evaluate(artefact, elements, logits=graph.logits is not None)
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
    return Comparison(len(rows), largest, magnitude, by, graph.traffic())


def _source(graph, rows, wanted):
    """Returns some tensors of the source, with a row for each record."""
    model = onnx.ModelProto.FromString(graph.model.SerializeToString())
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in wanted)
    del model.graph.value_info[:]
    for node in model.graph.node:
        if node.op_type == "LinearClassifier" and graph.logits in node.output:
            kept = [one for one in node.attribute if one.name != "post_transform"]
            del node.attribute[:]
            node.attribute.extend(kept)
    try:
        run, by = _runner(model)
        outputs = [run(wanted, graph.feed(row)) for row in rows]
        return [np.stack([np.ravel(row[i]).astype(np.float64) for row in outputs]) for i in range(len(wanted))], by
    except Exception as e:  # whatever a runtime throws
        raise ExportError(
            f"the source cannot be computed, to compare with ({type(e).__name__}: {sources.line(e)})"
        ) from e


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
