package io.nightjar.model;

/** The rectifier: max(x, 0). */
public record Relu(String name) implements Activation {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Relu {
    LayerChecks.name(name);
  }

  @Override
  public double apply(double x) {
    return Math.max(x, 0);
  }
}
