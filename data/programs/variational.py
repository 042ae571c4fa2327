"""Mean-field Gaussian posteriors of dense networks, trained by NumPyro's stochastic variational inference.

What is minimised is what `bayes.py` has, E_q[-log p(y | x, w)] + T * KL(q || prior) / records, with priors and
temperatures as there; a temperature T makes the likelihood count 1 / T times.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import optax
from numpyro.distributions import Categorical, Normal
from numpyro.handlers import scale
from numpyro.infer import SVI, TraceMeanField_ELBO
from numpyro.infer.autoguide import AutoNormal
from numpyro.infer.initialization import init_to_value
from numpyro.optim import optax_to_numpyro

import bayes
from networks import Layer

# Draws for one gradient: all records of a batch share them.
PARTICLES = 8


def train(
    layers: tuple[Layer, ...],
    records: np.ndarray,
    labels: np.ndarray,
    *,
    prior_gain: float,
    temperature: float,
    learning_rate: float,
    epochs: int,
    batch: int,
    seed: int,
) -> bayes.Parameters:
    """Returns the means and deviations of an `AutoNormal`, as `bayes.py` has them."""
    records, labels = jnp.asarray(records, jnp.float32), jnp.asarray(labels, jnp.int32)
    key = jax.random.key(seed)
    start = bayes.initial(layers, key, prior_gain)
    means = {f"{layer}.{kind}": one["mean"] for layer, kinds in start.items() for kind, one in kinds.items()}

    def model():
        drawn = {}
        for layer in layers:
            for kind in ("weight", "bias"):
                shape = means[f"{layer.name}.{kind}"].shape
                prior = Normal(0, bayes.prior_deviation(layer, kind, prior_gain)).expand(shape).to_event(len(shape))
                drawn[layer.name, kind] = numpyro.sample(f"{layer.name}.{kind}", prior)
        with numpyro.plate("records", len(records), subsample_size=batch) as chosen, scale(scale=1 / temperature):
            x = records[chosen]
            for layer in layers:
                x = x @ drawn[layer.name, "weight"].T + drawn[layer.name, "bias"]
                x = x if layer.activation is None else layer.activation(x)
            numpyro.sample("y", Categorical(logits=x), obs=labels[chosen])

    guide = AutoNormal(model, init_loc_fn=init_to_value(values=means), init_scale=0.02)
    steps = epochs * (len(records) // batch)
    optimiser = optax_to_numpyro(optax.adam(optax.cosine_decay_schedule(learning_rate, steps)))
    found = SVI(model, guide, optimiser, TraceMeanField_ELBO(num_particles=PARTICLES)).run(
        jax.random.fold_in(key, 1), steps, progress_bar=False
    )
    print(f"{steps} steps: the last losses are {np.mean(found.losses[-100:]) / len(records):.4f} a record", flush=True)
    return {
        layer.name: {
            kind: {
                "mean": found.params[f"{layer.name}.{kind}_auto_loc"],
                "rho": jnp.log(jnp.expm1(found.params[f"{layer.name}.{kind}_auto_scale"])),
            }
            for kind in ("weight", "bias")
        }
        for layer in layers
    }
