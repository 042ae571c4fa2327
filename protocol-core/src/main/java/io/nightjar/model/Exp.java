package io.nightjar.model;

/** The exponential function. */
public record Exp(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Exp {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return StrictMath.exp(x);
  }
}
