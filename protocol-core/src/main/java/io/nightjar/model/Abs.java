package io.nightjar.model;

/** The magnitude of a number. */
public record Abs(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Abs {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return Math.abs(x);
  }
}
