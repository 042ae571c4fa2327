package io.nightjar.model;

/**
 * The softmax, which turns scores into probabilities at the end of a network: exp(x) over the sum
 * of all exp(x).
 */
public record Softmax(String name) implements Unary {

  /**
   * Checks the name.
   *
   * @throws InvalidModelException if the name is not allowed
   */
  public Softmax {
    LayerChecks.name(name);
  }

  @Override
  public Shape output(Shape input) {
    return LayerChecks.flat(name, input);
  }
}
