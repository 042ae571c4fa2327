package io.nightjar.cryptonets;

import io.nightjar.model.Activation;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Range;
import io.nightjar.model.Square;
import java.util.Optional;

/**
 * A quadratic activation as a square: {@code a x^2 + b x + c = a (x + shift)^2 + rest}. The shift
 * goes into the bias of the layer before it, a and the rest into the weights and the bias of the
 * layer after it.
 *
 * @param factor a
 * @param shift b / 2a
 * @param rest c - b^2 / 4a
 */
record Parabola(double factor, double shift, double rest) {

  /** What a layer reads that is not squared. */
  static final Parabola IDENTITY = new Parabola(1, 0, 0);

  /** Returns the parabola of an activation, if it is one. */
  static Optional<Parabola> of(Activation activation) {
    if (activation instanceof Square) {
      return Optional.of(new Parabola(1, 0, 0));
    }
    if (activation instanceof Quadratic quadratic) {
      double shift = quadratic.b() / (2 * quadratic.a());
      double rest = quadratic.c() - quadratic.b() * quadratic.b() / (4 * quadratic.a());
      return Optional.of(new Parabola(quadratic.a(), shift, rest));
    }
    return Optional.empty();
  }

  /** Returns the largest |x + shift| for which the activation is within a range. */
  double largestRoot(Range values) {
    return Math.sqrt(Math.max((values.low() - rest) / factor, (values.high() - rest) / factor));
  }
}
