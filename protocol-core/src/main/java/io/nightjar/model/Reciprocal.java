package io.nightjar.model;

/** One divided by a number. */
public record Reciprocal(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Reciprocal {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return 1 / x;
  }
}
