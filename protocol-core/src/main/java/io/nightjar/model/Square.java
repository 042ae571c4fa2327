package io.nightjar.model;

import java.util.Optional;

/** The square x * x, which executors can compute on ciphertexts. */
public record Square(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Square {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return x * x;
  }

  @Override
  public Optional<Parabola> parabola() {
    return Optional.of(new Parabola(1, 0, 0));
  }
}
