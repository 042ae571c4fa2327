"""Images moved by small random affine maps, and turned ones."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import ndimage


def affine(images: jax.Array, key: jax.Array, degrees: float, scale: float, shift: float) -> jax.Array:
    """Images [records, 28, 28], each rotated, scaled (both axes on their own), sheared and shifted at random."""
    records, height, width = images.shape
    draws = jax.random.uniform(key, (6, records, 1, 1), minval=-1, maxval=1)
    angle = draws[0] * np.radians(degrees)
    grow_x, grow_y, shear = 1 + scale * draws[1], 1 + scale * draws[2], scale * draws[3]
    y, x = jnp.meshgrid(jnp.arange(height) - (height - 1) / 2, jnp.arange(width) - (width - 1) / 2, indexing="ij")
    from_x = (jnp.cos(angle) * x + jnp.sin(angle) * y) * grow_x + shear * y + shift * draws[4] + (width - 1) / 2
    from_y = (-jnp.sin(angle) * x + jnp.cos(angle) * y) * grow_y + shift * draws[5] + (height - 1) / 2
    left, top = jnp.floor(from_x), jnp.floor(from_y)
    fraction_x, fraction_y = from_x - left, from_y - top
    padded = jnp.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(records, -1)

    def pixel(row: jax.Array, column: jax.Array) -> jax.Array:
        # The border of zeros stands for everything outside.
        row = jnp.clip(row + 1, 0, height + 1).astype(jnp.int32)
        column = jnp.clip(column + 1, 0, width + 1).astype(jnp.int32)
        place = (row * (width + 2) + column).reshape(records, -1)
        return jnp.take_along_axis(padded, place, axis=1).reshape(records, height, width)

    upper = pixel(top, left) * (1 - fraction_x) + pixel(top, left + 1) * fraction_x
    lower = pixel(top + 1, left) * (1 - fraction_x) + pixel(top + 1, left + 1) * fraction_x
    return upper * (1 - fraction_y) + lower * fraction_y


def rotated(images: np.ndarray, degrees: float) -> np.ndarray:
    """Byte images [records, 28, 28], turned about their middle: every other one this way, the rest that way."""
    turned = images.astype(np.float32)
    for first, angle in ((0, degrees), (1, -degrees)):
        turned[first::2] = ndimage.rotate(turned[first::2], angle, axes=(2, 1), reshape=False, order=1)
    return np.clip(np.rint(turned), 0, 255).astype(np.uint8)
