package io.nightjar.model;

/** 1 / (1 + exp(-x)). */
public record Sigmoid(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Sigmoid {
    LayerChecks.name(name);
  }
}
