package io.nightjar.report;

/**
 * The share of independent trials that succeeded, with Wilson's 95 % interval for the chance of
 * success.
 *
 * @param successes at most the trials
 * @param trials at least one
 */
public record Proportion(long successes, long trials) {

  /** The level of the interval. */
  public static final double LEVEL = 0.95;

  /** The normal distribution's quantile of (1 + level) / 2. */
  private static final double Z = 1.959963984540054;

  /** Checks that there are trials, and no more successes than trials. */
  public Proportion {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException("%d of %d trials".formatted(successes, trials));
    }
  }

  /** Returns the share itself. */
  public double share() {
    return (double) successes / trials;
  }

  /** Returns where the interval begins. */
  public double from() {
    return successes == 0 ? 0 : middle() - half();
  }

  /** Returns where the interval ends. */
  public double to() {
    return successes == trials ? 1 : middle() + half();
  }

  private double middle() {
    return (share() + Z * Z / (2.0 * trials)) / (1 + Z * Z / trials);
  }

  private double half() {
    double variance = share() * (1 - share()) / trials + Z * Z / (4.0 * trials * trials);
    return Z * Math.sqrt(variance) / (1 + Z * Z / trials);
  }
}
