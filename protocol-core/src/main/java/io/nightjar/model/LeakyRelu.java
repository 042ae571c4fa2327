package io.nightjar.model;

/** The leaky rectifier: {@code slope} * x where x is negative, x elsewhere. */
public record LeakyRelu(String name, double slope) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or the slope not finite
   */
  public LeakyRelu {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "slope"), slope);
  }

  @Override
  public double apply(double x) {
    return x < 0 ? x * slope : x;
  }
}
