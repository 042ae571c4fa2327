package io.nightjar.model;

/**
 * The numbers of one {@link BatchNorm} layer, one per channel; they are point estimates.
 *
 * @param gamma the scale, which is 1 in a model that was trained without one
 * @param beta the shift, which is 0 in a model that was trained without one
 */
public record BatchNormParameters(Point gamma, Point beta, Point runningMean, Point runningVar) {

  /**
   * Checks the numbers.
   *
   * @throws InvalidModelException unless all four have one number per channel and no variance is
   *     negative
   */
  public BatchNormParameters {
    int channels = runningMean.size();
    if (gamma.size() != channels || beta.size() != channels || runningVar.size() != channels) {
      throw new InvalidModelException(
          "gamma, beta, mean and variance for %d, %d, %d and %d channels: they must be equal"
              .formatted(gamma.size(), beta.size(), channels, runningVar.size()));
    }
    ParameterChecks.checkNotNegative("Variance", runningVar.values());
  }

  /** Returns the number of channels. */
  public int channels() {
    return runningMean.size();
  }

  /** Returns what the layer multiplies the elements of a channel by. */
  public double scale(int channel, double epsilon) {
    return gamma.value(channel) / Math.sqrt(runningVar.value(channel) + epsilon);
  }

  /** Returns what the layer adds to the elements of a channel after it has multiplied them. */
  public double shift(int channel, double epsilon) {
    return beta.value(channel) - runningMean.value(channel) * scale(channel, epsilon);
  }
}
