"""Writes the images of MNIST that the bundled models were measured on, and not trained on, as files of their own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import datasets
import idx


def main() -> int:
    parser = argparse.ArgumentParser(
        description=f"Writes the last {datasets.MNIST_HELD_OUT:,} of MNIST's training images and their labels, which "
        "the mnist models were measured on, and not trained on."
    )
    parser.add_argument(
        "--mnist",
        type=Path,
        default=datasets.DATA / "mnist",
        help="the folder with MNIST's files (default: where fetch-mnist.sh puts them)",
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write the two files to")
    arguments = parser.parse_args()
    try:
        held_out = datasets.load("mnist", arguments.mnist).held_out
    except (OSError, ValueError) as error:
        print(f"held_out.py: cannot read MNIST: {error}", file=sys.stderr)
        return 2
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, array in (("images-idx3", held_out.records), ("labels-idx1", held_out.labels)):
        path = arguments.out / f"held-out-{name}-ubyte.gz"
        print(f"{path}: {idx.write(path, array)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
