package io.nightjar.model;

import io.nightjar.draw.StandardNormal;

/**
 * The Gaussian error linear unit: x * Phi(x), with the normal distribution function Phi itself, not
 * an approximation of it.
 */
public record Gelu(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Gelu {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return x * StandardNormal.probabilityBelow(x);
  }
}
