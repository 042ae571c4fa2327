package io.nightjar.model;

/** Swish made of lines: x times x / 6 + 1 / 2, the latter cut off at 0 and 1. */
public record HardSwish(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public HardSwish {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return x * Math.max(0, Math.min(1, x / 6 + 0.5));
  }
}
