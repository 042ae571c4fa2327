package io.nightjar.model;

/**
 * The numbers of one {@link BatchNorm} layer, one per channel; they are point estimates.
 *
 * @param gamma the scale, 1 where the model was trained without
 * @param beta the shift, 0 where the model was trained without
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
    Numbers.checkNotNegative("Variance", runningVar.values());
  }

  /** Returns the number of channels. */
  public int channels() {
    return runningMean.size();
  }

  /** Returns a of the layer's y = a * x + b for one channel. */
  public double scale(int channel, double epsilon) {
    return gamma.value(channel) / Math.sqrt(runningVar.value(channel) + epsilon);
  }

  /** Returns b of the layer's y = a * x + b for one channel. */
  public double shift(int channel, double epsilon) {
    return beta.value(channel) - runningMean.value(channel) * scale(channel, epsilon);
  }
}
