"""Trains a Bayesian network from scratch and writes its model directory."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors import SafetensorError

import augment
import bayes
import datasets
import evaluate
import export
import simulate
import variational
from networks import NETWORKS, Layer, describe, quadratics, with_quadratics

BATCH = 256
CALIBRATION_RECORDS = 4096
# The norm that gradients are cut down to where an activation is a polynomial: a square of squares grows fast.
LARGEST_GRADIENT = 1.0
# Of the training part, what --validate leaves out and measures on.
VALIDATION_SHARE = 5
# Passes over the data between two lines of progress.
PROGRESS_EPOCHS = 5


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How one model is trained. Degrees, scale and shift (in pixels) are those of random affine maps of images.

    clipped: whether gradients are cut down to LARGEST_GRADIENT.
    validated: whether the recipe was chosen within the training part, so without what is held out.
    by_numpyro: whether `variational.py` trains it, and not `bayes.py`.
    """

    data: str
    network: str
    epochs: int
    learning_rate: float
    temperature: float
    degrees: float = 0
    scale: float = 0
    shift: float = 0
    prior_gain: float = bayes.PRIOR_GAIN
    clipped: bool = False
    validated: bool = False
    by_numpyro: bool = False

    @property
    def augmented(self) -> bool:
        return max(self.degrees, self.scale, self.shift) > 0

    def describe(self) -> str:
        """One line for a person."""
        moves = [
            text
            for size, text in (
                (self.degrees, f"rotated by up to {self.degrees:g} degrees"),
                (self.scale, f"scaled and sheared by up to {100 * self.scale:g} %"),
                (self.shift, f"shifted by up to {self.shift:g} pixels"),
            )
            if size > 0
        ]
        how = "NumPyro's stochastic variational inference (an AutoNormal)" if self.by_numpyro else "Bayes by Backprop"
        images = "; images " + (", ".join(moves) or "as they are")
        return (
            f"{how} with temperature {self.temperature:g} and a normal prior of deviation "
            f"{self.prior_gain:g} / sqrt(fan-in); Adam, learning rate {self.learning_rate:g} falling to 0 along a "
            f"cosine, {self.epochs} epochs, batches of {BATCH}"
            + (f", gradients cut down to a norm of {LARGEST_GRADIENT:g}" if self.clipped else "")
            + ("" if self.data == "readmission" else images)
        )


RECIPES = {
    "digits-mlp": Recipe("digits", "mlp", 40, 2e-3, 0.002, degrees=0, scale=0, shift=0.4),
    "digits-cnn": Recipe("digits", "cnn", 24, 2e-3, 0.01, degrees=0, scale=0, shift=0),
    "mnist-mlp": Recipe("mnist", "mlp", 40, 2e-3, 0.03, degrees=0, scale=0, shift=0),
    "mnist-cnn": Recipe("mnist", "cnn", 36, 3e-3, 0.02, degrees=3, scale=0.03, shift=0.5),
    "readmission-mlp": Recipe(
        "readmission", "readmission", 100, 5e-3, 0.3, prior_gain=2, validated=True, by_numpyro=True
    ),
    "digits-cryptonets": Recipe("digits", "cryptonets", 24, 2e-3, 0.01, clipped=True, validated=True),
    "mnist-cryptonets": Recipe(
        "mnist", "cryptonets", 60, 2e-3, 0.02, degrees=10, scale=0.1, shift=1.5, clipped=True, validated=True
    ),
    "mnist-squares": Recipe(
        "mnist", "squares", 40, 2e-3, 0.03, degrees=3, scale=0.03, shift=0.5, clipped=True, validated=True
    ),
    "readmission-logistic": Recipe(
        "readmission", "readmission-logistic", 50, 1e-2, 0.5, prior_gain=15, validated=True, by_numpyro=True
    ),
    "readmission-quadratic": Recipe(
        "readmission", "readmission-quadratic", 120, 5e-3, 0.05, prior_gain=2, clipped=True, validated=True
    ),
}


def _loss(
    parameters: bayes.Parameters,
    numbers: dict[str, jax.Array],
    layers: tuple[Layer, ...],
    inputs: jax.Array,
    labels: jax.Array,
    key: jax.Array,
    weight_of_divergence: float,
    prior_gain: float,
) -> jax.Array:
    logits = bayes.forward(with_quadratics(layers, numbers), parameters, inputs, key)
    likelihood = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
    return likelihood + weight_of_divergence * bayes.divergence(layers, parameters, prior_gain)


def train(recipe: Recipe, part: datasets.Part, seed: int) -> tuple[tuple[Layer, ...], bayes.Parameters]:
    """Trains a posterior, and the numbers of quadratic activations, with which it returns the layers."""
    layers = NETWORKS[recipe.network]
    if recipe.by_numpyro:
        return layers, variational.train(
            layers,
            part.records,
            part.labels,
            prior_gain=recipe.prior_gain,
            temperature=recipe.temperature,
            learning_rate=recipe.learning_rate,
            epochs=recipe.epochs,
            batch=BATCH,
            seed=seed,
        )
    steps = len(part.records) // BATCH
    optimiser = optax.adam(optax.cosine_decay_schedule(recipe.learning_rate, recipe.epochs * steps))
    if recipe.clipped:
        optimiser = optax.chain(optax.clip_by_global_norm(LARGEST_GRADIENT), optimiser)
    key = jax.random.key(seed)
    parameters = bayes.initial(layers, key, recipe.prior_gain)
    numbers = {name: jnp.array(values) for name, values in quadratics(layers).items()}
    state = optimiser.init((parameters, numbers))
    every_record, every_label = jnp.asarray(part.records), jnp.asarray(part.labels, jnp.int32)
    weight_of_divergence = recipe.temperature / len(part.records)

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(trained, state, chosen, key):
        moved, drawn = jax.random.split(key)
        inputs = every_record[chosen]
        if inputs.dtype == jnp.uint8:
            inputs = inputs.astype(jnp.float32) / 255
            if recipe.augmented:
                inputs = augment.affine(inputs, moved, recipe.degrees, recipe.scale, recipe.shift)
            inputs = inputs[:, None]
        loss, gradient = jax.value_and_grad(_loss, argnums=(0, 1))(
            *trained, layers, inputs, every_label[chosen], drawn, weight_of_divergence, recipe.prior_gain
        )
        updates, state = optimiser.update(gradient, state)
        return optax.apply_updates(trained, updates), state, loss

    trained = parameters, numbers
    shuffle = np.random.Generator(np.random.PCG64(seed))
    started = time.monotonic()
    for epoch in range(1, recipe.epochs + 1):
        order = shuffle.permutation(len(part.records))[: steps * BATCH].reshape(steps, BATCH)
        losses = []
        for number, chosen in enumerate(order):
            own = jax.random.fold_in(key, epoch * steps + number)
            trained, state, loss = step(trained, state, chosen, own)
            losses.append(loss)
        if epoch % PROGRESS_EPOCHS == 0 or epoch in (1, recipe.epochs):
            print(f"epoch {epoch}: loss {np.mean(losses):.4f}, {time.monotonic() - started:.0f} s", flush=True)
    parameters, numbers = trained
    written = {name: tuple(float(f"{value:.6g}") for value in values) for name, values in numbers.items()}
    return with_quadratics(layers, written), parameters


def posterior_of(parameters: bayes.Parameters) -> simulate.Posterior:
    """Means and deviations in NumPy's arrays."""
    return {
        layer: {
            kind: (np.asarray(values["mean"], np.float64), np.asarray(bayes.sigma(values["rho"]), np.float64))
            for kind, values in kinds.items()
        }
        for layer, kinds in parameters.items()
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains a Bayesian network from scratch and writes its directory.")
    parser.add_argument("model", choices=sorted(RECIPES))
    parser.add_argument("--out", type=Path, help="the model directory to write")
    parser.add_argument(
        "--mnist",
        type=Path,
        default=datasets.DATA / "mnist",
        help="the folder with MNIST's files (default: where fetch-mnist.sh puts them)",
    )
    parser.add_argument("--epochs", type=int, help="in place of the recipe's")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument(
        "--measure-only",
        action="store_true",
        help="do not train: measure the model in --out, which this program trained with these options, and write its "
        "card again; with MNIST's test files present, the card then has a section on them",
    )
    parser.add_argument(
        "--recalibrate",
        action="store_true",
        help="do not train: find the ranges of the activations of the model in --out again, then measure it",
    )
    parser.add_argument(
        "--validate",
        action="store_true",
        help=f"to choose a recipe: train without the last of {VALIDATION_SHARE} parts of the training records, measure "
        "on that part, and write nothing",
    )
    arguments = parser.parse_args()
    if arguments.validate and (arguments.measure_only or arguments.recalibrate):
        parser.error("--validate trains: it goes with neither --measure-only nor --recalibrate")
    if arguments.out is None and not arguments.validate:
        parser.error("--out is missing: the model directory to write")
    if arguments.epochs is not None and arguments.epochs < 1:
        parser.error("--epochs must be at least 1")
    return arguments


def _command(arguments: argparse.Namespace) -> str:
    parts = [f"python train.py {arguments.model} --out ../models/{arguments.model}"]
    if arguments.epochs is not None:
        parts.append(f"--epochs {arguments.epochs}")
    if arguments.seed != 1:
        parts.append(f"--seed {arguments.seed}")
    return " ".join(parts)


def main() -> int:
    arguments = _arguments()
    recipe = RECIPES[arguments.model]
    if arguments.epochs is not None:
        recipe = dataclasses.replace(recipe, epochs=arguments.epochs)
    layers = NETWORKS[recipe.network]
    random = np.random.Generator(np.random.PCG64(arguments.seed))
    try:
        data = datasets.load(recipe.data, arguments.mnist)
        if arguments.measure_only or arguments.recalibrate:
            layers, posterior, ranges = export.read(arguments.out, data.interface, layers)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        print(f"train.py: cannot read data or model: {error}", file=sys.stderr)
        return 2
    part, validation = data.train.divided(VALIDATION_SHARE) if arguments.validate else (data.train, None)
    if not arguments.measure_only:
        if not arguments.recalibrate:
            layers, parameters = train(recipe, part, arguments.seed)
            posterior = export.rounded(posterior_of(parameters))
        ranges = export.calibrate(layers, posterior, part.records[:CALIBRATION_RECORDS], random)
        if validation is not None:
            print(describe(layers, data.interface.input["shape"]), ranges, sep="\n")
            print(evaluate.table(evaluate.all_cells(layers, posterior, ranges, validation, arguments.seed)))
            return 0
        export.write(arguments.out, arguments.model, data.interface, layers, posterior, ranges)
    card = evaluate.card(
        arguments.model,
        layers,
        posterior,
        ranges,
        data,
        recipe.describe(),
        recipe.validated,
        _command(arguments),
        arguments.seed,
    )
    (arguments.out / "CARD.md").write_text(card, encoding="utf-8")
    print(card)
    return 0


if __name__ == "__main__":
    sys.exit(main())
