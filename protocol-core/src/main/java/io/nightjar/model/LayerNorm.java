package io.nightjar.model;

/**
 * A layer that brings the channels at each position of a record to the mean 0 and the variance 1,
 * which for a vector are all its elements: PyTorch's {@code LayerNorm} over channels, without
 * weights, which a {@link BatchNorm} or the next layer may have.
 *
 * @param epsilon what is added to the variance
 */
public record LayerNorm(String name, double epsilon) implements Unary {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public LayerNorm {
    LayerChecks.name(name);
    LayerChecks.epsilon(name, epsilon);
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }
}
