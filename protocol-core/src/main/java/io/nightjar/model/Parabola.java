package io.nightjar.model;

/**
 * A quadratic function written around its vertex: {@code factor * (x + shift)^2 + rest}.
 *
 * <p>In this form its only non-linear part is a square, which is what can be computed on
 * ciphertexts: the linear layer before it adds the shift to its bias, and the linear layer after it
 * has the factor in its weights and the rest in its bias.
 *
 * @param factor what the square is multiplied by, never 0
 * @param shift what is added to x before it is squared
 * @param rest the value at the vertex, where the square is 0
 */
public record Parabola(double factor, double shift, double rest) {

  /** Returns the largest |x + shift| for which the function's value is in a range. */
  public double largestRoot(Range values) {
    return Math.sqrt(Math.max((values.low() - rest) / factor, (values.high() - rest) / factor));
  }

  /** Returns the largest magnitude of the function's values where |x + shift| is at most a root. */
  public double largestValue(double root) {
    return Math.max(Math.abs(rest), Math.abs(factor * root * root + rest));
  }
}
