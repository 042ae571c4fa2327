"""The model directory that Nightjar reads: layers as JSON, parameters as safetensors."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

MODEL_JSON = "model.json"
POSTERIOR = "posterior.safetensors"


@dataclass
class Artefact:
    """A network: its layers in order, and what is known of their parameters, by the names of tensors."""

    name: str
    task: str
    shape: tuple[int, ...]
    value_range: tuple[float, float] = (0.0, 1.0)
    layers: list[dict] = field(default_factory=list)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    columns: list[dict] = field(default_factory=list)
    calibration: dict[str, list[float]] = field(default_factory=dict)

    def describe(self) -> dict:
        """Returns what `model.json` says."""
        given: dict = {"shape": list(self.shape), "range": [float(end) for end in self.value_range]}
        if self.features:
            given["features"] = self.features
        if self.columns:
            given["columns"] = self.columns
        model = {
            "format": "nightjar-model",
            "version": 1,
            "name": self.name,
            "task": self.task,
            "input": given,
            "layers": self.layers,
        }
        if self.classes:
            model["classes"] = self.classes
        if self.calibration:
            model["calibration"] = self.calibration
        return model

    def member(self, number: int) -> "Artefact":
        """Returns one network of an ensemble."""
        prefix = f"member.{number}."
        own = {name[len(prefix) :]: one for name, one in self.tensors.items() if name.startswith(prefix)}
        return replace(self, tensors=own)

    def members(self) -> "list[Artefact]":
        """Returns the networks of an ensemble; of anything else, itself."""
        count = len({name.split(".")[1] for name in self.tensors if name.startswith("member.")})
        return [self.member(i) for i in range(count)] if count else [self]

    def rounds_of_constants(self) -> int:
        """Returns how many batch norms follow no linear layer, which would take them in."""
        return sum(
            one["type"] == "batchNorm" and (i == 0 or self.layers[i - 1]["type"] not in ("dense", "conv2d"))
            for i, one in enumerate(self.layers)
        )

    def write(self, directory: Path) -> None:
        """Writes both files."""
        directory.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.describe(), indent=2)
        (directory / MODEL_JSON).write_text(text + "\n", encoding="utf-8")
        save_file(
            {name: np.ascontiguousarray(one, np.float32) for name, one in self.tensors.items()}, directory / POSTERIOR
        )

    @staticmethod
    def read(directory: Path) -> "Artefact":
        """Reads what `write` wrote."""
        model = json.loads((directory / MODEL_JSON).read_text(encoding="utf-8"))
        given = model["input"]
        return Artefact(
            model["name"],
            model["task"],
            tuple(given["shape"]),
            tuple(given["range"]),
            model["layers"],
            load_file(directory / POSTERIOR),
            model.get("classes", []),
            given.get("features", []),
            given.get("columns", []),
            model.get("calibration", {}),
        )
