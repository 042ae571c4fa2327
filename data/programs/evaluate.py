"""Measures a posterior and writes its model card."""

from __future__ import annotations

import dataclasses

import numpy as np

import augment
import measures
import simulate
from datasets import Dataset, Part
from export import CALIBRATION_PERCENTILE, Range
from networks import Layer, describe

DRAWS = 8
ROTATION_DEGREES = 60.0


@dataclasses.dataclass(frozen=True)
class Figures:
    """What is measured of one way of scoring on one part of the data."""

    accuracy: float
    likelihood: float
    calibration: float
    entropy_auroc: float
    # None without draws, where there is no mutual information.
    information_auroc: float | None

    def row(self) -> str:
        """As cells of a table."""
        information = "" if self.information_auroc is None else f"{self.information_auroc:.3f}"
        return (
            f"{100 * self.accuracy:.2f} % | {self.likelihood:.4f} | {100 * self.calibration:.2f} % | "
            f"{self.entropy_auroc:.3f} | {information}"
        )


def figures(scorer: simulate.Scorer, part: Part, seed: int) -> Figures:
    """Measures a scorer on a part of the data and on the same images rotated."""
    random = np.random.Generator(np.random.PCG64(seed))
    ordinary = scorer.probabilities(part.images, random)
    unusual = scorer.probabilities(augment.rotated(part.images, ROTATION_DEGREES), random)
    information = None
    if scorer.draws > 0:
        information = measures.auroc(measures.mutual_information(ordinary), measures.mutual_information(unusual))
    return Figures(
        measures.accuracy(ordinary, part.labels),
        measures.negative_log_likelihood(ordinary, part.labels),
        measures.expected_calibration_error(ordinary, part.labels),
        measures.auroc(measures.predictive_entropy(ordinary), measures.predictive_entropy(unusual)),
        information,
    )


def all_figures(
    layers: tuple[Layer, ...], posterior: simulate.Posterior, ranges: dict[str, Range], part: Part, seed: int
) -> dict[str, Figures]:
    """The mean network and averaged draws, each in floating point and in 8 bits."""
    ends = {name: high for name, (_, high) in ranges.items()}
    return {
        f"{network}, {arithmetic}": figures(simulate.Scorer(layers, posterior, draws, used), part, seed)
        for network, draws in (("mean network", 0), (f"S = {DRAWS}", DRAWS))
        for arithmetic, used in (("floating point", None), ("8 bits", ends))
    }


def table(measured: dict[str, Figures]) -> str:
    """A table for people."""
    lines = [
        "| network, arithmetic | accuracy | NLL | ECE | AUROC, entropy | AUROC, mutual information |",
        "|---|---|---|---|---|---|",
    ]
    lines += [f"| {name} | {values.row()} |" for name, values in measured.items()]
    return "\n".join(lines)


def spread_table(layers: tuple[Layer, ...], posterior: simulate.Posterior) -> str:
    """Per layer, how wide the posterior is."""
    lines = ["| layer | weights | median sigma | median sigma / \\|mu\\| | largest sigma |", "|---|---|---|---|---|"]
    for layer in layers:
        mean, deviation = posterior[layer.name]["weight"]
        ratio = np.median(deviation / np.maximum(np.abs(mean), 1e-12))
        lines.append(
            f"| {layer.name} | {mean.size:,} | {np.median(deviation):.4f} | {ratio:.2f} | {deviation.max():.4f} |"
        )
    return "\n".join(lines)


def card(
    name: str,
    layers: tuple[Layer, ...],
    posterior: simulate.Posterior,
    ranges: dict[str, Range],
    data: Dataset,
    recipe: str,
    command: str,
    seed: int,
) -> str:
    """Measures a model and returns its card."""
    sections = [
        f"# {name}",
        "Written by `data/programs/train.py` from what it measured.",
        f"- **Network:** {describe(layers)}. Outputs are logits. Inputs are pixels / 255.\n"
        f"- **Posterior:** independent normal weights (mean field), stored as 16-bit floating point.\n"
        f"- **Trained on:** {data.train.about}.\n"
        f"- **How:** {recipe}.\n"
        f"- **Command,** in `data/programs`: `{command}`",
    ]
    for part, remark in (
        (data.held_out, "The recipe was chosen with these images in view."),
        (data.test, "The recipe was chosen without these images."),
    ):
        if part is not None:
            measured = all_figures(layers, posterior, ranges, part, seed)
            sections += [f"## On {part.about}", remark, table(measured)]
    sections += [
        f"S is the number of weight draws that are averaged; each batch of {simulate.BATCH:,} records shares its "
        f"draws. 8 bits is a simulation of what an encrypted run computes: inputs, activations and weights of 8 bits, "
        f"draws cut off at {simulate.CLIP:.0f} sigma, activations up to percentile {CALIBRATION_PERCENTILE} of "
        f"training images. NLL is the negative log-likelihood in nats; ECE is the expected calibration error over "
        f"{measures.ECE_BINS} bins. AUROC says how well entropy or mutual information tells the images from the same "
        f"images rotated by {ROTATION_DEGREES:.0f} degrees, half of them clockwise.",
        "## The posterior's spread",
        spread_table(layers, posterior),
        "## Use",
        "A demonstration of scoring with uncertainty on encrypted images of single digits, 28 x 28, light on dark. "
        "Not meant for documents, and not tested on anything but the images named above.",
    ]
    return "\n\n".join(sections) + "\n"
