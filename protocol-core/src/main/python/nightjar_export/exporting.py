"""The one call: read, write, read again and compare."""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from . import comparing, onnx_graph, posterior, predictions, reference, sources
from .artefact import Artefact
from .columns import is_table, numbers, table, unwrapped
from .comparing import Comparison
from .errors import ExportError
from .temperature import tempered


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
    members = [unwrapped(sources.loaded(one)) for one in (source if isinstance(source, (list, tuple)) else [source])]
    if not members:
        raise ExportError("there is no network in the list")
    title = name or sources.title(source if isinstance(source, (str, Path)) else members[0])
    given, columns = records, None
    own_classes = getattr(members[0], "classes_", None)
    if is_table(members[0], records):
        if len(members) > 1:
            raise ExportError("pipelines behind a ColumnTransformer cannot be the members of an ensemble")
        columns = table(members[0], records)
        members, records, value_range = [columns.rest], columns.transformed.astype(np.float32), None
    elif hasattr(records, "columns"):
        features = list(features) or list(records.columns)
        columns = numbers(records, features, any(_has_deviations(one) for one in members))
        records = columns.transformed.astype(np.float32)
    first = members[0]
    sides = tuple(shape if shape is not None else np.shape(records)[1:])
    graphs = [_graph(one, records, title, output, sides) for one in members]
    graph = graphs[0]
    if shape is not None and graph.input_shape[1:] != sides:
        raise ExportError(f"a record has shape {graph.input_shape[1:]} in the graph, not {sides}")
    rows = _rows(graph, records, value_range)
    if value_range is None:
        value_range = (float(rows.min()), float(rows.max())) if records is not None else (0.0, 1.0)
    if columns is not None and columns.rest is None and not _reads_columns(graph.layers):
        given, columns = records, None
    if graph.softmax and not classes and own_classes is not None:
        classes = [str(one) for one in own_classes]
    artefact = graph.artefact(task, classes, value_range, [] if columns is not None else features)
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
        count = comparing.compared(graph)
        compared = [
            comparing.compare(one, member, rows[:count], target, elements[:count])
            for one, member in zip(graphs, read.members(), strict=True)
        ]
        comparison = max(compared, key=lambda one: one.largest)
        if output is None:
            for one, member, a in zip(members, read.members(), graphs, strict=True):
                if not _has_deviations(one):  # which draws whenever it is asked
                    predictions.compare(one, member, a, records, elements[:count], target)
        comparing.require_apart(graph, rows[:3])
        if labels is not None:
            labels = _numbered(labels, own_classes)
            artefact, comparison.temperature = tempered(artefact, elements, labels)
            artefact.write(written)
        words = reference.command(nightjar)
        if words and given is not None:
            comparison.calibration = reference.calibrate(words, written, Artefact.read(written), given, elements)
            artefact.calibration = Artefact.read(written).calibration
        shutil.move(written, directory)
    return artefact, comparison


def _numbered(labels, classes):
    """Returns the numbers of the classes of labels, which may be an estimator's own or such numbers already."""
    given = np.asarray(labels).tolist()
    number_of = {} if classes is None else {one: i for i, one in enumerate(np.asarray(classes).tolist())}
    unknown = [one for one in given if one not in number_of]
    if not unknown:
        return np.array([number_of[one] for one in given])
    if classes is None or all(isinstance(one, int) for one in given):
        return labels
    raise ExportError(f"the label {unknown[0]!r} is no class: there are {', '.join(map(str, number_of))}")


def _reads_columns(layers):
    """Returns whether what columns become can be taken into the first layer, and nobody else reads them."""
    return layers[0]["type"] == "dense" and all(one.get("from") != "input" for one in layers)


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
