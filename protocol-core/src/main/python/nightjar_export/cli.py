"""The command `nightjar-export`."""

import argparse
import sys
from pathlib import Path

import numpy as np

from .errors import ExportError
from .exporting import export


def _numbers(text):
    try:
        low, high = (float(one) for one in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be two numbers, as in 0,1, not {text!r}") from None
    return low, high


def _shape(text):
    try:
        sides = tuple(int(one) for one in text.split(","))
    except ValueError:
        sides = (0,)
    if min(sides) < 1:
        raise argparse.ArgumentTypeError(f"must be numbers from 1, as in 3,224,224, not {text!r}")
    return sides


def _names(text):
    return [one.strip() for one in text.split(",")]


def _records(path):
    if path.suffix == ".npy":
        return np.load(path, allow_pickle=False)
    try:
        import pandas
    except ImportError as e:
        raise ExportError(f"{path} needs the package pandas: give a .npy file") from e
    readers = {".csv": pandas.read_csv, ".parquet": pandas.read_parquet}
    if path.suffix not in readers:
        raise ExportError(f"{path} must be .npy, .csv or .parquet")
    return readers[path.suffix](path)


def main(arguments=None) -> int:
    """Runs the command and returns its exit code: 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(
        prog="nightjar-export",
        description="Writes the model directory that Nightjar reads for a trained network, and compares the two.",
    )
    parser.add_argument(
        "source",
        nargs="+",
        help="the network: a file of ONNX, of torch.save of a whole module (.pt), of joblib (.joblib, .pkl), of Keras"
        " (.keras), or mlflow:models:/name@alias; several are the members of an ensemble. All but ONNX are programs,"
        " which run when they are loaded",
    )
    parser.add_argument("directory", help="the directory to write, which must not be there")
    parser.add_argument("--name", help="what the model is called (default: the file's name)")
    parser.add_argument("--output", metavar="TENSOR", help="cut the graph at this tensor")
    parser.add_argument(
        "--shape",
        type=_shape,
        metavar="C,H,W",
        help="the shape of a record, where the graph leaves sides open (default: as in --records)",
    )
    parser.add_argument(
        "--task", choices=["classification", "regression"], help="what the outputs are, where no softmax says so"
    )
    parser.add_argument("--classes", type=_names, default=[], metavar="A,B", help="the names of the classes, in order")
    parser.add_argument(
        "--features",
        type=_names,
        default=[],
        metavar="A,B",
        help="the columns of a table that are the inputs, in order (default: all of --records, if it is a table)",
    )
    parser.add_argument(
        "--range",
        type=_numbers,
        metavar="LOW,HIGH",
        help="between what a record's values are (default: as in --records, or 0,1)",
    )
    parser.add_argument(
        "--target",
        type=_numbers,
        default=(1.0, 0.0),
        metavar="SCALE,SHIFT",
        help="what the outputs of a regression are multiplied by and added to, to be in the unit of what was predicted",
    )
    parser.add_argument(
        "--records",
        metavar="FILE",
        help="some records, to compare outputs on and to find ranges from: a .npy file with one in each row, or a table"
        " in .csv or .parquet",
    )
    parser.add_argument(
        "--labels",
        metavar="FILE",
        help="the numbers of their classes, a .npy file, to divide the last layer by the temperature that fits them",
    )
    parser.add_argument(
        "--nightjar",
        metavar="COMMAND",
        help="what finds the ranges of activations from the records, and compares as well (default: nightjar, if it is"
        " on the path)",
    )
    given = parser.parse_args(arguments)
    try:
        records = None if given.records is None else _records(Path(given.records))
        artefact, comparison = export(
            given.source if len(given.source) > 1 else given.source[0],
            given.directory,
            name=given.name,
            output=given.output,
            shape=given.shape,
            task=given.task,
            classes=given.classes,
            features=given.features,
            value_range=given.range,
            target=given.target,
            records=records,
            labels=None if given.labels is None else np.load(given.labels, allow_pickle=False),
            nightjar=given.nightjar,
        )
    except (ExportError, OSError, ValueError) as e:
        print(f"nightjar-export: {e}", file=sys.stderr)
        return 2
    weights = sum(one.size for one in artefact.tensors.values())
    print(f"{given.directory}: {len(artefact.layers)} layers, {weights:,} parameters, a {artefact.task}")
    print(f"compared in the clear: {comparison}")
    if comparison.temperature is not None:
        print(comparison.temperature)
    up, down = comparison.values
    print(f"a record is {up:,} encrypted values up and {down:,} down for each draw, at the most")
    own = artefact.rounds_of_constants()
    if own:
        print(f"{own} rounds are for nothing but what each channel is multiplied by and added to")
    if comparison.calibration is not None:
        print(comparison.calibration)
        print(f"next: nightjar score --model {given.directory} --input RECORDS --output RESULTS")
    else:
        print(f"next: nightjar calibrate --model {given.directory} --input RECORDS")
    return 0
