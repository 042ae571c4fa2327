package io.nightjar.model;

/** a x^2 + b x + c: like {@link Square} one that ciphertexts can compute, but trained. */
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
}
