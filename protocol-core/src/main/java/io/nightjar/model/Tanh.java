package io.nightjar.model;

/** The hyperbolic tangent. */
public record Tanh(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Tanh {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return StrictMath.tanh(x);
  }
}
