package io.nightjar.model;

/** The logistic function: 1 / (1 + exp(-x)). */
public record Sigmoid(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Sigmoid {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }
}
