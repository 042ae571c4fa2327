package io.nightjar.model;

/** x * Phi(x) with the normal distribution function Phi itself, not an approximation of it. */
public record Gelu(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Gelu {
    LayerChecks.name(name);
  }
}
