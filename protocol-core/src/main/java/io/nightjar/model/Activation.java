package io.nightjar.model;

import java.util.Optional;

/**
 * A layer that applies a function of one number to each element by itself.
 *
 * <p>An activation is one class that implements this interface, and one row in {@link LayerTypes}.
 */
public non-sealed interface Activation extends Unary {

  /**
   * Returns the function's value.
   *
   * <p>It has the same bits on every machine: implementations use arithmetic, {@link Math#max},
   * {@link Math#sqrt} and {@link StrictMath}, and nothing whose last digits a JVM may choose.
   */
  double apply(double x);

  /** Returns the function as a parabola, if it is one: then it can be computed on ciphertexts. */
  default Optional<Parabola> parabola() {
    return Optional.empty();
  }

  @Override
  default Shape output(Shape input) {
    return input;
  }
}
