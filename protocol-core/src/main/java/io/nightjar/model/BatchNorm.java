package io.nightjar.model;

/**
 * A layer of batch normalisation with fixed statistics: each element x of a channel becomes (x -
 * mean) / sqrt(variance + epsilon) * gamma + beta. The features of a vector are channels of one
 * element.
 */
public record BatchNorm(String name, int channels, double epsilon) implements LinearLayer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public BatchNorm {
    LayerChecks.name(name);
    LayerChecks.count(name, "channels", channels);
    LayerChecks.epsilon(name, epsilon);
  }

  @Override
  public Shape output(Shape input) {
    LayerChecks.channels(name, channels, input);
    return input;
  }
}
