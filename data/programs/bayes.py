"""Mean-field Gaussian posteriors, trained by Bayes by Backprop (Blundell et al., ICML 2015).

Every weight has a posterior N(mu, sigma^2) with sigma = log(1 + exp(rho)) and a prior N(0, p^2) with
p = gain / sqrt(fan-in) for its layer. What is minimised, per record, is

    E_q[-log p(y | x, w)] + T * KL(q || prior) / records

with a temperature T < 1 (the posterior is colder than Bayes' rule has it). Gradients use the local
reparameterisation (Kingma et al., NIPS 2015) in dense layers and Flipout (Wen et al., ICLR 2018) in
convolutions, so that the records of a batch see different weights.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from networks import Convolution, Dense, Layer

# Of the prior, unless a recipe has another.
PRIOR_GAIN = 1.4
# Of a bias, in place of a fan-in.
BIAS_PRIOR = 0.2
INITIAL_SPREAD = 0.1

# Layer name -> "weight" or "bias" -> "mean" or "rho".
Parameters = dict[str, dict[str, dict[str, jax.Array]]]


def prior_deviation(layer: Layer, kind: str, gain: float) -> float:
    """p, the prior's standard deviation for a layer's weights or biases."""
    return BIAS_PRIOR if kind == "bias" else gain / float(np.sqrt(layer.fan_in))


def sigma(rho: jax.Array) -> jax.Array:
    """The standard deviation, log(1 + exp(rho))."""
    return jax.nn.softplus(rho)


def initial(layers: tuple[Layer, ...], key: jax.Array, gain: float = PRIOR_GAIN) -> Parameters:
    """He's initial means, and deviations that are a small part of the prior's."""
    parameters: Parameters = {}
    for layer in layers:
        key, own = jax.random.split(key)
        means = {
            "weight": jax.random.normal(own, layer.weight_shape) * np.sqrt(2 / layer.fan_in),
            "bias": jnp.zeros(layer.outputs),
        }
        parameters[layer.name] = {
            kind: {
                "mean": mean,
                "rho": jnp.full_like(mean, np.log(np.expm1(INITIAL_SPREAD * prior_deviation(layer, kind, gain)))),
            }
            for kind, mean in means.items()
        }
    return parameters


def divergence(layers: tuple[Layer, ...], parameters: Parameters, gain: float) -> jax.Array:
    """KL(q || prior) = sum of log(p / sigma) + (sigma^2 + mu^2) / (2 p^2) - 1/2 over all weights."""
    total = jnp.zeros(())
    for layer in layers:
        for kind, values in parameters[layer.name].items():
            p = prior_deviation(layer, kind, gain)
            s = sigma(values["rho"])
            total += jnp.sum(jnp.log(p / s) + (s**2 + values["mean"] ** 2) / (2 * p**2) - 0.5)
    return total


def pooled_kernel(weight: jax.Array, pool: int) -> jax.Array:
    """The kernel of a convolution and the average pool after it in one: [outputs, inputs, K, K], K = k + pool - 1."""
    grow = pool - 1
    total = 0
    for y in range(pool):
        for x in range(pool):
            total += jnp.pad(weight, ((0, 0), (0, 0), (y, grow - y), (x, grow - x)))
    return total / pool**2


def patches(images: jax.Array, layer: Convolution) -> jax.Array:
    """What a pooled convolution reads: [records, rows, columns, inputs, K, K] of [records, inputs, height, width]."""
    padding, step, kernel = layer.padding, layer.step, layer.kernel + layer.pool - 1
    padded = jnp.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (padded.shape[2] - kernel) // step + 1
    columns = (padded.shape[3] - kernel) // step + 1
    slices = [
        padded[:, :, y : y + step * (rows - 1) + 1 : step, x : x + step * (columns - 1) + 1 : step]
        for y in range(kernel)
        for x in range(kernel)
    ]
    stacked = jnp.stack(slices, axis=-1)
    return stacked.reshape(*stacked.shape[:-1], kernel, kernel).transpose(0, 2, 3, 1, 4, 5)


def _dense(x: jax.Array, layer: Dense, values: dict, key: jax.Array) -> jax.Array:
    x = x.reshape(x.shape[0], -1)
    mean = x @ values["weight"]["mean"].T + values["bias"]["mean"]
    variance = (x**2) @ (sigma(values["weight"]["rho"]) ** 2).T + sigma(values["bias"]["rho"]) ** 2
    return mean + jnp.sqrt(variance + 1e-12) * jax.random.normal(key, mean.shape)


def _convolution(x: jax.Array, layer: Convolution, values: dict, key: jax.Array) -> jax.Array:
    keys = jax.random.split(key, 4)
    read = patches(x, layer)
    records, rows, columns = read.shape[:3]
    size = (layer.kernel + layer.pool - 1) ** 2

    def product(gathered: jax.Array, weight: jax.Array) -> jax.Array:
        kernel = pooled_kernel(weight, layer.pool).reshape(layer.outputs, -1)
        flat = gathered.reshape(records * rows * columns, layer.inputs * size) @ kernel.T
        return flat.reshape(records, rows, columns, layer.outputs)

    weight, bias = values["weight"], values["bias"]
    deviation = sigma(weight["rho"]) * jax.random.normal(keys[0], weight["mean"].shape)
    signs_in = jax.random.rademacher(keys[1], (records, 1, 1, layer.inputs, 1, 1), x.dtype)
    signs_out = jax.random.rademacher(keys[2], (records, 1, 1, layer.outputs), x.dtype)
    noise = jax.random.normal(keys[3], (records, 1, 1, layer.outputs))
    y = product(read, weight["mean"]) + signs_out * product(read * signs_in, deviation)
    return (y + bias["mean"] + sigma(bias["rho"]) * noise).transpose(0, 3, 1, 2)


def forward(layers: tuple[Layer, ...], parameters: Parameters, x: jax.Array, key: jax.Array) -> jax.Array:
    """The logits of records, images being [records, 1, 28, 28], with weights drawn for each record."""
    for layer in layers:
        key, own = jax.random.split(key)
        step = _dense if isinstance(layer, Dense) else _convolution
        x = step(x, layer, parameters[layer.name], own)
        if layer.activation is not None:
            x = layer.activation(x)
    return x
