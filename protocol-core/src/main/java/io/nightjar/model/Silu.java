package io.nightjar.model;

/** The sigmoid linear unit, also known as swish: x / (1 + exp(-x)). */
public record Silu(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Silu {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return x / (1 + StrictMath.exp(-x));
  }
}
