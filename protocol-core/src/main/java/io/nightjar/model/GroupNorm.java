package io.nightjar.model;

/**
 * A layer that brings groups of channels of each record to the mean 0 and the variance 1: PyTorch's
 * {@code GroupNorm} without weights, which a {@link BatchNorm} or the next layer may have. With one
 * group it is a layer norm over a whole record, with a group for each channel an instance norm.
 *
 * @param groups how many groups there are, of as many channels each
 * @param epsilon what is added to the variance
 */
public record GroupNorm(String name, int groups, double epsilon) implements Unary {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public GroupNorm {
    LayerChecks.name(name);
    LayerChecks.count(name, "groups", groups);
    LayerChecks.epsilon(name, epsilon);
  }

  @Override
  public Shape output(Shape input) {
    if (input.channels() % groups != 0) {
      throw new InvalidModelException(
          "Layer %s has %d groups, which do not divide the %d channels of its input"
              .formatted(Text.quote(name), groups, input.channels()));
    }
    return input;
  }
}
