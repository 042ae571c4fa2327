"""Measures a posterior and writes its model card."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import augment
import measures
import simulate
from datasets import Dataset, Part
from export import CALIBRATION_PERCENTILE
from networks import Layer, Relu, activation_names, describe

DRAWS = 8
ROTATION_DEGREES = 60.0
# A small table's records share one set of draws, so figures are means over so many runs with draws of their own.
RUNS = 20

# Heading -> what is under it, for one way of scoring on one part of the data.
Cells = dict[str, str]


def image_cells(scorer: simulate.Scorer, part: Part, seed: int) -> Cells:
    """Measures a scorer on images and on the same images rotated."""
    random = np.random.Generator(np.random.PCG64(seed))
    ordinary = scorer.probabilities(part.records, random)
    unusual = scorer.probabilities(augment.rotated(part.records, ROTATION_DEGREES), random)
    entropy = measures.auroc(measures.predictive_entropy(ordinary), measures.predictive_entropy(unusual))
    information = ""
    # Without draws there is no mutual information.
    if scorer.draws > 0:
        both = measures.mutual_information(ordinary), measures.mutual_information(unusual)
        information = f"{measures.auroc(*both):.3f}"
    return {
        "accuracy": f"{100 * measures.accuracy(ordinary, part.labels):.2f} %",
        "NLL": f"{measures.negative_log_likelihood(ordinary, part.labels):.4f}",
        "ECE": f"{100 * measures.expected_calibration_error(ordinary, part.labels):.2f} %",
        "AURC": f"{measures.area_under_risk_coverage(ordinary, part.labels):.4f}",
        "AUROC, entropy": f"{entropy:.3f}",
        "AUROC, mutual information": information,
    }


def table_cells(scorer: simulate.Scorer, part: Part, seed: int) -> Cells:
    """Measures a scorer on a table."""
    random = np.random.Generator(np.random.PCG64(seed))
    shuffled = np.random.Generator(np.random.PCG64(seed)).permuted(part.records, axis=0)
    runs = range(RUNS if scorer.draws else 1)
    ordinary = [scorer.probabilities(part.records, random) for _ in runs]
    unusual = [scorer.probabilities(shuffled, random) for _ in runs]
    shifted = [
        measures.auroc(measures.predictive_entropy(one), measures.predictive_entropy(other))
        for one, other in zip(ordinary, unusual, strict=True)
    ]
    return risk_cells(ordinary, part) | {"AUROC, shuffled": f"{np.mean(shifted):.3f}"}


def oracle_cells(part: Part) -> Cells:
    """What the true risk itself reaches: a record's label is still a matter of chance."""
    return risk_cells([np.stack([1 - part.risk, part.risk], axis=1)[None]], part)


def risk_cells(runs: list[np.ndarray], part: Part) -> Cells:
    """Measures predictions of two classes: of each run, probabilities [draws, records, classes]."""

    def mean(measure: Callable[[np.ndarray], float]) -> float:
        return float(np.mean([measure(run) for run in runs]))

    errors = [measures.expected_calibration_error(run, part.labels) for run in runs]
    spread = f" ± {100 * np.std(errors):.2f}" if len(runs) > 1 else ""
    cells = {
        "accuracy": f"{100 * mean(lambda run: measures.accuracy(run, part.labels)):.2f} %",
        "NLL": f"{mean(lambda run: measures.negative_log_likelihood(run, part.labels)):.4f}",
        "AUROC": f"{mean(lambda run: measures.auroc_of_labels(run, part.labels)):.3f}",
        "average precision": f"{mean(lambda run: measures.average_precision(run, part.labels)):.3f}",
        "ECE": f"{100 * np.mean(errors):.2f}{spread} %",
        "AURC": f"{mean(lambda run: measures.area_under_risk_coverage(run, part.labels)):.4f}",
    }
    if part.risk is not None:
        cells |= {
            "ECE, true risk": f"{100 * mean(lambda run: measures.calibration_error_to_risk(run, part.risk)):.2f} %",
            "distance": f"{100 * mean(lambda run: np.abs(run.mean(0)[:, 1] - part.risk).mean()):.2f} %",
        }
    return cells


def all_cells(
    layers: tuple[Layer, ...], posterior: simulate.Posterior, ranges: simulate.Ranges, part: Part, seed: int
) -> dict[str, Cells]:
    """The mean network and averaged draws, each in floating point and in 8 bits, and the true risk if it is known."""
    cells = image_cells if part.records.dtype == np.uint8 else table_cells
    rows = {
        f"{network}, {arithmetic}": cells(simulate.Scorer(layers, posterior, draws, used), part, seed)
        for network, draws in (("mean network", 0), (f"S = {DRAWS}", DRAWS))
        for arithmetic, used in (("floating point", None), ("8 bits", ranges))
    }
    return rows if part.risk is None else rows | {"the true risk": oracle_cells(part)}


def table(rows: dict[str, Cells]) -> str:
    """A table for people."""
    headings = list(next(iter(rows.values())))
    lines = [f"| network, arithmetic | {' | '.join(headings)} |", "|---" * (1 + len(headings)) + "|"]
    lines += [f"| {name} | {' | '.join(cells.get(one, '') for one in headings)} |" for name, cells in rows.items()]
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


def _base_rate(part: Part) -> str:
    """How often the classes of a table come, without which its accuracy says nothing."""
    rate = 100 * np.mean(part.labels)
    return f" {rate:.1f} % of them are `yes`, so always saying `no` is right for {100 - rate:.1f} %."


def reach_sections(
    layers: tuple[Layer, ...], posterior: simulate.Posterior, part: Part, records: str, seed: int
) -> list[str]:
    """What ciphertexts have to hold where activations are polynomials."""
    activations = [layer.activation for layer in layers if layer.activation is not None]
    if not activations or any(isinstance(activation, Relu) for activation in activations):
        return []
    random = np.random.Generator(np.random.PCG64(seed))
    scorer = simulate.Scorer(layers, posterior, DRAWS)
    largest: dict[str, float] = {}
    for first in range(0, len(part.records), simulate.BATCH):
        for name, values in scorer.outputs(part.records[first : first + simulate.BATCH], random):
            largest[name] = max(largest.get(name, 0), float(np.abs(values).max()))
    names = activation_names(layers)
    lines = ["| layer | largest output | largest after its activation |", "|---|---|---|"]
    for layer in layers:
        after = f"{largest[names[layer.name]]:.4g}" if layer.name in names else ""
        lines.append(f"| {layer.name} | {largest[layer.name]:.4g} | {after} |")
    return [
        "## How large values become",
        f"The largest magnitudes over all training {records} in floating point, with weights drawn for every batch.",
        "\n".join(lines),
    ]


IMAGE_TEXTS = {
    "inputs": "Inputs are pixels / 255.",
    "records": "images",
    "rate": lambda part: "",
    "again": "",
    "measures": (
        "AUROC says how well entropy or mutual information tells the images from the same images rotated by "
        f"{ROTATION_DEGREES:.0f} degrees, half of them clockwise."
    ),
    "use": (
        "A demonstration of scoring with uncertainty on encrypted images of single digits, 28 x 28, light on dark. "
        "Not meant for documents, and not tested on anything but the images named above."
    ),
}
TABLE_TEXTS = {
    "inputs": "Inputs are the features that the columns of `model.json` give, as `tables.py` has it.",
    "records": "stays",
    "rate": _base_rate,
    "again": "; `--measure-only` with it measures again what follows",
    "measures": (
        f"Rows with draws are means over {RUNS} runs, each with draws of its own; ± is the standard deviation of one "
        "run. AUROC and average precision say how well the predicted risk tells `yes` from `no`; AUROC, shuffled, how "
        "well entropy tells the stays from others made of the same columns, each shuffled by itself. ECE, true risk is "
        "the ECE with the true probability of being right in place of right or wrong, so without the labels' chance. "
        "Distance is the mean absolute difference between predicted and true risk. The true risk knows values that the "
        "table has lost, so a network cannot reach it."
    ),
    "use": (
        "A demonstration of scoring a table with uncertainty under encryption. The stays are made up by "
        "`data/programs/readmission.py`: the model says nothing about any patient, and must not be used for one."
    ),
}


def card(
    name: str,
    layers: tuple[Layer, ...],
    posterior: simulate.Posterior,
    ranges: simulate.Ranges,
    data: Dataset,
    recipe: str,
    validated: bool,
    command: str,
    seed: int,
) -> str:
    """Measures a model and returns its card."""
    texts = TABLE_TEXTS if "columns" in data.interface.input else IMAGE_TEXTS
    sections = [
        f"# {name}",
        "Written by `data/programs/train.py` from what it measured.",
        f"- **Network:** {describe(layers, data.interface.input['shape'])}. Outputs are logits. {texts['inputs']}\n"
        f"- **Posterior:** independent normal weights (mean field), stored as 16-bit floating point.\n"
        f"- **Trained on:** {data.train.about}.\n"
        f"- **How:** {recipe}.\n"
        f"- **Command,** in `data/programs`: `{command}`{texts['again']}",
    ]
    seen = f"The recipe was chosen with these {texts['records']} in view."
    unseen = f"The recipe was chosen without these {texts['records']}."
    mostly = unseen[:-1] + ", starting from those of other models, which were not."
    for part, remark in ((data.held_out, mostly if validated else seen), (data.test, unseen), (data.further, unseen)):
        if part is not None:
            rows = all_cells(layers, posterior, ranges, part, seed)
            sections += [f"## On {part.about}", remark + texts["rate"](part), table(rows)]
    sections += [
        f"S is the number of weight draws that are averaged; each batch of {simulate.BATCH:,} records shares its "
        f"draws. 8 bits is a simulation of what an encrypted run computes: inputs, activations and weights of 8 bits, "
        f"draws cut off at {simulate.CLIP:.0f} sigma, activations up to percentile {CALIBRATION_PERCENTILE} of "
        f"training {texts['records']}. NLL is the negative log-likelihood in nats; ECE is the expected calibration "
        f"error over {measures.ECE_BINS} bins; AURC is the share of wrong predictions among the surest records, "
        f"averaged over how many of them are kept. {texts['measures']}",
        "## The posterior's spread",
        spread_table(layers, posterior),
        *reach_sections(layers, posterior, data.train, texts["records"], seed),
        "## Use",
        texts["use"],
    ]
    return "\n\n".join(sections) + "\n"
