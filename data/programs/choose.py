"""Compares recipes of a network of a table by cross-validation within its training part."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import itertools
import sys

import numpy as np

import datasets
import evaluate
import export
import measures
import simulate
import train

FOLDS = 4
# What may be changed, and how it is written on the command line.
CHOICES = {
    "temperature": float,
    "prior_gain": float,
    "learning_rate": float,
    "epochs": int,
}


def cross_validated(recipe: train.Recipe, part: datasets.Part, seed: int) -> tuple[float, float]:
    """The negative log-likelihood and the AUROC of 8 draws in floating point, on folds left out of training."""
    fold = np.arange(len(part.records)) % FOLDS
    likelihoods, areas = [], []
    for left_out in range(FOLDS):
        kept, tested = fold != left_out, fold == left_out
        folds = datasets.Part(part.records[kept], part.labels[kept], "some folds")
        with contextlib.redirect_stdout(sys.stderr):
            layers, parameters = train.train(recipe, folds, seed)
        scorer = simulate.Scorer(layers, export.rounded(train.posterior_of(parameters)), evaluate.DRAWS)
        labels = part.labels[tested]
        found = scorer.probabilities(part.records[tested], np.random.Generator(np.random.PCG64(seed)))
        likelihoods.append(measures.negative_log_likelihood(found, labels))
        areas.append(measures.auroc_of_labels(found, labels))
    return float(np.mean(likelihoods)), float(np.mean(areas))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=f"Trains with every combination of the given values on {FOLDS - 1} of {FOLDS} folds of the "
        "training part, measures on the one that is left out, and prints means over the folds. It writes nothing, and "
        "sees no record that is held out."
    )
    tables = sorted(name for name, one in train.RECIPES.items() if one.data == "readmission")
    parser.add_argument("model", choices=tables)
    for name, kind in CHOICES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, nargs="+", help="default: the recipe's")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    arguments = parser.parse_args()
    recipe = train.RECIPES[arguments.model]
    part = datasets.load(recipe.data, datasets.DATA / "mnist").train
    values = [getattr(arguments, name) or [getattr(recipe, name)] for name in CHOICES]
    print(f"| {' | '.join(name.replace('_', ' ') for name in CHOICES)} | NLL | AUROC |")
    print("|---" * (len(CHOICES) + 2) + "|")
    for combination in itertools.product(*values):
        tried = dataclasses.replace(recipe, **dict(zip(CHOICES, combination, strict=True)))
        likelihood, area = cross_validated(tried, part, arguments.seed)
        cells = [f"{value:g}" for value in combination]
        print(f"| {' | '.join(cells)} | {likelihood:.4f} | {area:.4f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
