package io.nightjar.model;

/**
 * The exponential linear unit: {@code alpha} * (exp(x) - 1) where x is negative, x elsewhere.
 *
 * @param alpha what it comes to far below zero, with the sign changed
 */
public record Elu(String name, double alpha) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or the number not finite
   */
  public Elu {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "alpha"), alpha);
  }

  @Override
  public double apply(double x) {
    return x < 0 ? alpha * StrictMath.expm1(x) : x;
  }
}
