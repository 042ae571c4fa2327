package io.nightjar.model;

/** The nearest number from {@code low} to {@code high}; with 0 and 6 it is known as ReLU6. */
public record Clip(String name, double low, double high) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed, or the ends are not finite or not in
   *     order
   */
  public Clip {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "low"), low);
    Checks.finite(LayerChecks.field(name, "high"), high);
    if (low >= high) {
      throw new InvalidModelException(
          "%s is %s: it must be less than high, which is %s"
              .formatted(LayerChecks.field(name, "low"), low, high));
    }
  }

  @Override
  public double apply(double x) {
    return Math.max(low, Math.min(high, x));
  }
}
