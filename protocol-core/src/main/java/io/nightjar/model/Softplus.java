package io.nightjar.model;

/** The smooth rectifier: log(1 + exp(x)). */
public record Softplus(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Softplus {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }
}
