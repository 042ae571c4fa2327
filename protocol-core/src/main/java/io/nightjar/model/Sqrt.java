package io.nightjar.model;

/** The square root, which is no number where x is negative. */
public record Sqrt(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Sqrt {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return Math.sqrt(x);
  }
}
