package io.nightjar.model;

/** x where x is positive, {@code slope} * x elsewhere. */
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
}
