package io.nightjar.history;

/**
 * A figure of one night.
 *
 * @param value the figure
 * @param noise the standard deviation that it would have if only chance chose the night's records;
 *     0 where that says nothing of it
 * @param trials of how many independent trials it is a share; 0 if it is none
 */
public record Measured(double value, double noise, long trials) {

  /** So many successes and failures are added to what was counted, for the noise alone. */
  private static final double AGRESTI_COULL = 2;

  /** A normal distribution has a kurtosis of 3; errors have more. */
  private static final double KURTOSIS_OF_ERRORS = 6;

  /** Returns what chance says nothing of. */
  static Measured exactly(double value) {
    return new Measured(value, 0, 0);
  }

  /**
   * Returns a share.
   *
   * @param count of how many independent trials, at least one
   */
  static Measured share(double share, long count) {
    return new Measured(share, noise(share, count), count);
  }

  private static double noise(double share, long count) {
    double p = (share * count + AGRESTI_COULL) / (count + 2 * AGRESTI_COULL);
    return Math.sqrt(p * (1 - p) / count);
  }

  /** Returns the noise that it would have if the figure itself were the usual one. */
  double noiseAt(double usual) {
    return trials > 0 ? noise(Math.min(1, Math.max(0, usual)), trials) : noise;
  }

  /** Returns the mean of so many numbers with such a standard deviation. */
  static Measured mean(double mean, double deviation, long count) {
    return new Measured(mean, deviation / Math.sqrt((double) count), 0);
  }

  /** Returns the root of the mean of so many squares of errors. */
  static Measured rootMeanSquare(double value, long count) {
    return new Measured(value, value * Math.sqrt((KURTOSIS_OF_ERRORS - 1) / (4.0 * count)), 0);
  }
}
