"""Measures how hard digits is: the test accuracy of softmax regression and of a small CNN, both ordinary networks."""

from __future__ import annotations

import argparse
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax

import bayes
import digits
from networks import NETWORKS, Convolution, Dense, Layer

BATCH = 256
CLASSIFIERS: dict[str, tuple[Layer, ...]] = {
    "softmax regression": (Dense("linear", digits.SIDE**2, 10),),
    "CNN": NETWORKS["cnn"],
}


def _logits(layers: tuple[Layer, ...], means: dict, x: jax.Array) -> jax.Array:
    for layer in layers:
        weight, bias = means[layer.name]["weight"], means[layer.name]["bias"]
        if isinstance(layer, Convolution):
            kernel = bayes.pooled_kernel(weight, layer.pool)
            x = jnp.einsum("nyxckl,ockl->noyx", bayes.patches(x, layer), kernel) + bias[:, None, None]
        else:
            x = x.reshape(x.shape[0], -1) @ weight.T + bias
        if layer is not layers[-1]:
            x = jax.nn.relu(x)
    return x


def accuracy(layers: tuple[Layer, ...], count: int, epochs: int) -> float:
    """Trains on so many images and returns the accuracy on the test part."""
    images, labels = digits.generate("train", count)
    steps = count // BATCH
    optimiser = optax.adam(optax.cosine_decay_schedule(2e-3, epochs * steps))
    drawn = bayes.initial(layers, jax.random.key(1))
    means = {name: {kind: values["mean"] for kind, values in kinds.items()} for name, kinds in drawn.items()}
    state = optimiser.init(means)

    def scaled(pixels: np.ndarray) -> jax.Array:
        return jnp.asarray(pixels[:, None], jnp.float32) / 255

    def loss(means: dict, x: jax.Array, y: jax.Array) -> jax.Array:
        return optax.softmax_cross_entropy_with_integer_labels(_logits(layers, means, x), y).mean()

    @jax.jit
    def step(means, state, x, y):
        updates, state = optimiser.update(jax.grad(loss)(means, x, y), state)
        return optax.apply_updates(means, updates), state

    shuffle = np.random.Generator(np.random.PCG64(1))
    for _ in range(epochs):
        for chosen in shuffle.permutation(count)[: steps * BATCH].reshape(steps, BATCH):
            means, state = step(means, state, scaled(images[chosen]), jnp.asarray(labels[chosen], jnp.int32))
    test_images, test_labels = digits.generate("test", digits.TEST)
    return float(np.mean(np.argmax(_logits(layers, means, scaled(test_images)), -1) == test_labels))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=digits.TRAIN_FULL, help="training images (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=15, help="default: %(default)s")
    arguments = parser.parse_args()
    if arguments.train < BATCH or arguments.epochs < 1:
        parser.error(f"at least {BATCH} images and one epoch are needed")
    for name, layers in CLASSIFIERS.items():
        print(f"{name}: {100 * accuracy(layers, arguments.train, arguments.epochs):.2f} %", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
