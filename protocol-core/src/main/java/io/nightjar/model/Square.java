package io.nightjar.model;

/** x * x, the non-linearity that ciphertexts can compute. */
public record Square(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Square {
    LayerChecks.name(name);
  }
}
