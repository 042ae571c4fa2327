package io.nightjar.model;

/**
 * The softmax, which turns scores into probabilities: exp(x) over the sum of the exp(x) of all
 * channels at the same position.
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
    return input;
  }
}
