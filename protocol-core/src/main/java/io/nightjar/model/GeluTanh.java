package io.nightjar.model;

/**
 * The approximation of {@link Gelu} by a hyperbolic tangent, for networks that were trained with
 * it: x / 2 times 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)).
 */
public record GeluTanh(String name) implements Activation {

  private static final double ROOT = 0.7978845608028654; // of 2 / pi
  private static final double CUBIC = 0.044715;

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public GeluTanh {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return 0.5 * x * (1 + StrictMath.tanh(ROOT * (x + CUBIC * x * x * x)));
  }
}
