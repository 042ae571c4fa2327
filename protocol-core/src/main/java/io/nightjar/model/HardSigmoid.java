package io.nightjar.model;

/** A line between 0 and 1: {@code slope} * x + {@code shift}, cut off at both. */
public record HardSigmoid(String name, double slope, double shift) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number not finite
   */
  public HardSigmoid {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "slope"), slope);
    Checks.finite(LayerChecks.field(name, "shift"), shift);
  }

  @Override
  public double apply(double x) {
    return Math.max(0, Math.min(1, slope * x + shift));
  }
}
