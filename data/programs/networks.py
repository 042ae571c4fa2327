"""The networks that are trained, as one description for training, simulation and export."""

from __future__ import annotations

import dataclasses

SIDE = 28
DIGITS = 10


# Activations take arrays of NumPy and of JAX alike.


@dataclasses.dataclass(frozen=True)
class Relu:
    """The positive part."""

    type = "relu"

    def __call__(self, x):
        return x * (x > 0)


@dataclasses.dataclass(frozen=True)
class Square:
    """x * x."""

    type = "square"

    def __call__(self, x):
        return x * x


@dataclasses.dataclass(frozen=True)
class Quadratic:
    """a x^2 + b x + c. Training starts with these numbers and changes them."""

    a: float = 0.125
    b: float = 0.5
    c: float = 0.25

    type = "quadratic"

    def __call__(self, x):
        return (self.a * x + self.b) * x + self.c


Activation = Relu | Square | Quadratic


@dataclasses.dataclass(frozen=True)
class Dense:
    """A dense layer; the last one of a network has no activation."""

    name: str
    inputs: int
    outputs: int
    activation: Activation | None = None

    @property
    def weight_shape(self) -> tuple[int, ...]:
        return (self.outputs, self.inputs)

    @property
    def fan_in(self) -> int:
        return self.inputs


@dataclasses.dataclass(frozen=True)
class Convolution:
    """A convolution. An average pool that does not overlap may follow, if the stride is 1."""

    name: str
    inputs: int
    outputs: int
    kernel: int
    padding: int
    activation: Activation
    stride: int = 1
    pool: int = 1

    @property
    def step(self) -> int:
        """From one output to the next, after the pool."""
        return self.stride * self.pool

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

# Inputs are in [0, 1]: images of 1 x 28 x 28, or the features of a table.
NETWORKS: dict[str, tuple[Layer, ...]] = {
    "mlp": (
        Dense("fc1", SIDE * SIDE, 128, Relu()),
        Dense("fc2", 128, 64, Relu()),
        Dense("fc3", 64, DIGITS),
    ),
    "cnn": (
        Convolution("conv1", 1, 6, kernel=5, padding=2, activation=Relu(), pool=2),
        Convolution("conv2", 6, 16, kernel=5, padding=0, activation=Relu(), pool=2),
        Dense("fc1", 400, 120, Relu()),
        Dense("fc2", 120, 84, Relu()),
        Dense("fc3", 84, DIGITS),
    ),
    # CryptoNets (Gilad-Bachrach et al., ICML 2016).
    "cryptonets": (
        Convolution("conv1", 1, 5, kernel=5, padding=1, activation=Square(), stride=2),
        Dense("fc1", 845, 100, Square()),
        Dense("fc2", 100, DIGITS),
    ),
    "squares": (
        Dense("fc1", SIDE * SIDE, 128, Square()),
        Dense("fc2", 128, 64, Square()),
        Dense("fc3", 64, DIGITS),
    ),
    "readmission": (
        Dense("fc1", 25, 32, Relu()),
        Dense("fc2", 32, 16, Relu()),
        Dense("fc3", 16, 2),
    ),
    # A logistic regression, with which networks are compared.
    "readmission-logistic": (Dense("fc1", 25, 2),),
    "readmission-quadratic": (
        Dense("fc1", 25, 32, Quadratic()),
        Dense("fc2", 32, 16, Quadratic()),
        Dense("fc3", 16, 2),
    ),
}


def activation_names(layers: tuple[Layer, ...]) -> dict[str, str]:
    """The names of activations, by the name of the layer before them."""
    return {
        layer.name: f"{layer.activation.type}{number}"
        for number, layer in enumerate(layers, start=1)
        if layer.activation is not None
    }


def quadratics(layers: tuple[Layer, ...]) -> dict[str, tuple[float, float, float]]:
    """The numbers a, b and c of quadratic activations, by the name of the layer before them."""
    return {
        layer.name: dataclasses.astuple(layer.activation) for layer in layers if isinstance(layer.activation, Quadratic)
    }


def with_quadratics(layers: tuple[Layer, ...], numbers: dict[str, tuple]) -> tuple[Layer, ...]:
    """The layers with other numbers in their quadratic activations."""
    return tuple(
        dataclasses.replace(layer, activation=Quadratic(*numbers[layer.name])) if layer.name in numbers else layer
        for layer in layers
    )


def describe(layers: tuple[Layer, ...], shape: list[int]) -> str:
    """One line for a person."""
    parts = ["x".join(map(str, shape))]
    for layer in layers:
        if isinstance(layer, Convolution):
            parts.append(
                f"conv {layer.kernel}x{layer.kernel}x{layer.outputs}"
                + (f" stride {layer.stride}" if layer.stride > 1 else "")
                + (f" + averagePool {layer.pool}" if layer.pool > 1 else "")
            )
        else:
            parts.append(f"dense {layer.outputs}")
        if isinstance(layer.activation, Quadratic):
            parts.append(f"{layer.activation.a:.3g} x^2 {layer.activation.b:+.3g} x {layer.activation.c:+.3g}")
        elif layer.activation is not None:
            parts.append(layer.activation.type)
    return ", ".join(parts)
