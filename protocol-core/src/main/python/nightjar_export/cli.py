"""The command `nightjar-export`."""

import argparse
import sys

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


def main(arguments=None) -> int:
    """Runs the command and returns its exit code: 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(
        prog="nightjar-export",
        description="Writes the model directory that Nightjar reads for a network in ONNX, and compares the two.",
    )
    parser.add_argument("source", nargs="+", help="the network: a file of ONNX; several are the members of an ensemble")
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
        help="the columns of a table that are the inputs, in order",
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
        "--records", metavar="FILE", help="some records, a .npy file with one in each row, to compare outputs on"
    )
    parser.add_argument(
        "--labels",
        metavar="FILE",
        help="the numbers of their classes, a .npy file, to divide the last layer by the temperature that fits them",
    )
    given = parser.parse_args(arguments)
    try:
        records = None if given.records is None else np.load(given.records, allow_pickle=False)
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
    print(f"next: nightjar calibrate --model {given.directory} --input RECORDS")
    return 0
