package io.nightjar.privacy;

/**
 * A measure of how much the noise of a layer's results gave away of the layer's integer weights.
 *
 * @param results how the results were hidden, for people
 * @param weights how many weights were estimated
 * @param recovered how many of them came out exactly
 * @param correlation the correlation of the estimates with the weights, around the mean of both
 */
public record NoiseRecovery(String results, int weights, int recovered, double correlation) {

  /** Compares estimates with the weights. */
  static NoiseRecovery of(String results, int[] weights, double[] estimates) {
    int recovered = 0;
    double meanWeight = 0;
    double meanEstimate = 0;
    for (int i = 0; i < weights.length; i++) {
      recovered += Math.rint(estimates[i]) == weights[i] ? 1 : 0;
      meanWeight += (double) weights[i] / weights.length;
      meanEstimate += estimates[i] / weights.length;
    }
    double both = 0;
    double weightSquares = 0;
    double estimateSquares = 0;
    for (int i = 0; i < weights.length; i++) {
      double w = weights[i] - meanWeight;
      double e = estimates[i] - meanEstimate;
      both += w * e;
      weightSquares += w * w;
      estimateSquares += e * e;
    }
    double scale = Math.sqrt(weightSquares * estimateSquares);
    return new NoiseRecovery(results, weights.length, recovered, scale == 0 ? 0 : both / scale);
  }

  /**
   * Returns the root mean square error of the best multiple of the estimates, over that of knowing
   * the weights' mean and nothing else.
   */
  public double shrunkenError() {
    return Math.sqrt(1 - correlation * correlation);
  }
}
