"""Writes and reads a model: model.json and posterior.safetensors."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

import simulate
from datasets import Interface
from networks import Convolution, Dense, Layer, activation_names, quadratics, with_quadratics

CALIBRATION_PERCENTILE = 99.5
CALIBRATION_DRAWS = 4
# The smallest normal number of 16 bits. Deviations below it are set to it, so that none becomes 0.
SMALLEST_DEVIATION = 2.0**-14


def rounded(posterior: simulate.Posterior) -> simulate.Posterior:
    """The posterior as the file has it: 16-bit floating point."""

    def half(values: np.ndarray) -> np.ndarray:
        return values.astype(np.float16).astype(np.float64)

    return {
        layer: {
            kind: (half(mean), half(np.maximum(deviation, SMALLEST_DEVIATION)))
            for kind, (mean, deviation) in kinds.items()
        }
        for layer, kinds in posterior.items()
    }


def calibrate(
    layers: tuple[Layer, ...], posterior: simulate.Posterior, records: np.ndarray, random: np.random.Generator
) -> simulate.Ranges:
    """For each pool and activation, a low and a high percentile of its outputs over records and draws."""
    collected: dict[str, list[np.ndarray]] = {}
    scorer = simulate.Scorer(layers, posterior, CALIBRATION_DRAWS)
    for _ in range(CALIBRATION_DRAWS):
        for name, values in scorer.outputs(records, random):
            collected.setdefault(name, []).append(values.ravel())
    ends = (100 - CALIBRATION_PERCENTILE, CALIBRATION_PERCENTILE)

    def ends_of(name: str) -> tuple[float, float]:
        low, high = np.percentile(np.concatenate(collected[name]), ends)
        return float(f"{low:.4g}"), float(f"{high:.4g}")

    names = activation_names(layers)
    ranges = {}
    for layer in layers[:-1]:
        if isinstance(layer, Convolution) and layer.pool > 1:
            ranges[layer.pool_name] = ends_of(layer.name)
        low, high = ends_of(names[layer.name])
        ranges[names[layer.name]] = (min(0, low), high)
    return ranges


def model_json(name: str, interface: Interface, layers: tuple[Layer, ...], ranges: simulate.Ranges) -> dict:
    """The content of model.json."""
    entries: list[dict] = []
    names = activation_names(layers)
    flat = len(interface.input["shape"]) == 1
    for layer in layers:
        if isinstance(layer, Dense) and not flat:
            entries.append({"name": "flatten", "type": "flatten"})
            flat = True
        if isinstance(layer, Convolution):
            entries.append(
                {
                    "name": layer.name,
                    "type": "conv2d",
                    "inputChannels": layer.inputs,
                    "outputChannels": layer.outputs,
                    "kernel": layer.kernel,
                    **({"stride": layer.stride} if layer.stride > 1 else {}),
                    "padding": layer.padding,
                }
            )
            if layer.pool > 1:
                entries.append({"name": layer.pool_name, "type": "averagePool", "kernel": layer.pool})
        else:
            entries.append({"name": layer.name, "type": "dense", "inputs": layer.inputs, "outputs": layer.outputs})
        if layer.activation is not None:
            numbers = dataclasses.asdict(layer.activation)
            entries.append({"name": names[layer.name], "type": layer.activation.type, **numbers})
    return {
        "format": "nightjar-model",
        "version": 1,
        "name": name,
        "task": "classification",
        "input": interface.input,
        "layers": entries,
        "classes": interface.classes,
        "calibration": ranges,
    }


def _layout(content: dict) -> str:
    """JSON with one line for each layer and each column of a table."""

    def listed(key: str, values: list[dict], before: str) -> str:
        rows = ",\n".join(f"    {json.dumps(value)}" for value in values)
        return f"{before}{json.dumps(key)}: [\n{rows}\n  ]"

    lines = []
    for key, value in content.items():
        if key == "layers":
            lines.append(listed(key, value, "  "))
        elif key == "input" and "columns" in value:
            *others, _ = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in value.items())
            lines.append(f'  "input": {{{", ".join(others)}, {listed("columns", value["columns"], "")}}}')
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write(
    out: Path,
    name: str,
    interface: Interface,
    layers: tuple[Layer, ...],
    posterior: simulate.Posterior,
    ranges: simulate.Ranges,
) -> None:
    """Writes a model; the posterior must be one that `rounded` returned."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for layer, kinds in posterior.items():
        for kind, (mean, deviation) in kinds.items():
            tensors[f"{layer}.{kind}.mean"] = mean.astype(np.float16)
            tensors[f"{layer}.{kind}.std"] = deviation.astype(np.float16)
    (out / "posterior.safetensors").write_bytes(save(tensors))
    (out / "model.json").write_text(_layout(model_json(name, interface, layers, ranges)), encoding="utf-8")


def read(
    folder: Path, interface: Interface, layers: tuple[Layer, ...]
) -> tuple[tuple[Layer, ...], simulate.Posterior, simulate.Ranges]:
    """Reads what `write` wrote: the layers with the numbers of their activations, the posterior and the ranges."""
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    if (model["input"], model["classes"]) != (interface.input, interface.classes):
        raise ValueError(f"{folder / 'model.json'} has another input, or other classes, than this data set")
    tensors = load_file(folder / "posterior.safetensors")
    posterior = {
        layer.name: {
            kind: tuple(tensors[f"{layer.name}.{kind}.{what}"].astype(np.float64) for what in ("mean", "std"))
            for kind in ("weight", "bias")
        }
        for layer in layers
    }
    entries = {entry["name"]: entry for entry in model["layers"]}
    names = activation_names(layers)
    numbers = {layer: tuple(entries[names[layer]][key] for key in "abc") for layer in quadratics(layers)}
    ranges = {name: tuple(ends) for name, ends in model["calibration"].items()}
    return with_quadratics(layers, numbers), posterior, ranges
