"""Compares the models of the table `readmission` with each other and with the true risk."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

import datasets
import evaluate
import export
import simulate
from networks import NETWORKS
from train import RECIPES

MODELS = ["readmission-logistic", "readmission-mlp", "readmission-quadratic"]
SHOWN = ["accuracy", "AUROC", "average precision", "NLL", "ECE", "distance"]


def compared(part: datasets.Part, folder: Path, seed: int) -> dict[str, evaluate.Cells]:
    """Rows of a table: who says nothing but the base rate, models with 8 draws, and the true risk."""
    known = np.full(len(part.labels), np.mean(part.labels))
    rows = {"the base rate for all": evaluate.risk_cells([np.stack([1 - known, known], axis=1)[None]], part)}
    for name in MODELS:
        layers, posterior, ranges = export.read(folder / name, datasets.STAYS, NETWORKS[RECIPES[name].network])
        for arithmetic, used in (("floating point", None), ("8 bits", ranges)):
            scorer = simulate.Scorer(layers, posterior, evaluate.DRAWS, used)
            rows[f"{name}, {arithmetic}"] = evaluate.table_cells(scorer, part, seed)
    rows["the true risk"] = evaluate.oracle_cells(part)
    return {name: {heading: cells[heading] for heading in SHOWN} for name, cells in rows.items()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=f"Measures the models of readmission with {evaluate.DRAWS} draws, as their cards do, and prints a "
        "table for the test stays and one for further stays."
    )
    parser.add_argument("--models", type=Path, default=datasets.DATA / "models", help="default: data/models")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    arguments = parser.parse_args()
    try:
        data = datasets.load("readmission", datasets.DATA / "mnist")
        for part in (data.test, data.further):
            rows = compared(part, arguments.models, arguments.seed)
            print(f"On {part.about}:", evaluate.table(rows), sep="\n\n", end="\n\n", flush=True)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        print(f"compare.py: cannot read data or model: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
