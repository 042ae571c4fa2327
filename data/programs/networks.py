"""The networks that are trained, as one description for training, simulation and export."""

from __future__ import annotations

import dataclasses

SIDE = 28
DIGITS = 10


@dataclasses.dataclass(frozen=True)
class Dense:
    """A dense layer."""

    name: str
    inputs: int
    outputs: int

    @property
    def weight_shape(self) -> tuple[int, ...]:
        return (self.outputs, self.inputs)

    @property
    def fan_in(self) -> int:
        return self.inputs


@dataclasses.dataclass(frozen=True)
class Convolution:
    """A convolution with stride 1, followed by an average pool that does not overlap."""

    name: str
    inputs: int
    outputs: int
    kernel: int
    padding: int
    pool: int

    @property
    def weight_shape(self) -> tuple[int, ...]:
        return (self.outputs, self.inputs, self.kernel, self.kernel)

    @property
    def fan_in(self) -> int:
        return self.inputs * self.kernel**2

    @property
    def pool_name(self) -> str:
        return self.name.replace("conv", "pool")


Layer = Dense | Convolution

# There is a ReLU between any two layers, and none after the last. Inputs are in [0, 1]: images of 1 x 28 x 28, or
# the features of a table.
NETWORKS: dict[str, tuple[Layer, ...]] = {
    "mlp": (
        Dense("fc1", SIDE * SIDE, 128),
        Dense("fc2", 128, 64),
        Dense("fc3", 64, DIGITS),
    ),
    "cnn": (
        Convolution("conv1", 1, 6, kernel=5, padding=2, pool=2),
        Convolution("conv2", 6, 16, kernel=5, padding=0, pool=2),
        Dense("fc1", 400, 120),
        Dense("fc2", 120, 84),
        Dense("fc3", 84, DIGITS),
    ),
    "readmission": (
        Dense("fc1", 25, 32),
        Dense("fc2", 32, 16),
        Dense("fc3", 16, 2),
    ),
}


def describe(layers: tuple[Layer, ...], shape: list[int]) -> str:
    """One line for a person."""
    parts = ["x".join(map(str, shape))]
    for layer in layers:
        if isinstance(layer, Convolution):
            parts.append(f"conv {layer.kernel}x{layer.kernel}x{layer.outputs} + averagePool {layer.pool}")
        else:
            parts.append(f"dense {layer.outputs}")
        if layer is not layers[-1]:
            parts.append("relu")
    return ", ".join(parts)
