package io.nightjar.model;

import java.util.Optional;

/**
 * The polynomial a x^2 + b x + c, which executors can compute on ciphertexts as they can {@link
 * Square}; its coefficients are trained with the network.
 */
public record Quadratic(String name, double a, double b, double c) implements Activation {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed, a number not finite, or {@code a} 0
   */
  public Quadratic {
    LayerChecks.name(name);
    Checks.finite(LayerChecks.field(name, "a"), a);
    Checks.finite(LayerChecks.field(name, "b"), b);
    Checks.finite(LayerChecks.field(name, "c"), c);
    if (a == 0) {
      throw new InvalidModelException(
          LayerChecks.field(name, "a") + " is 0: without x^2 this is no activation");
    }
  }

  @Override
  public double apply(double x) {
    // Horner's scheme has no difference of infinities, so no finite x becomes NaN.
    return (a * x + b) * x + c;
  }

  @Override
  public Optional<Parabola> parabola() {
    double shift = b / (2 * a);
    double rest = c - b * b / (4 * a);
    return Optional.of(new Parabola(a, shift, rest));
  }
}
