package io.nightjar.draw;

/**
 * The standard normal distribution in steps of 1 / {@link #STEPS}, cut off at a clip: its integers
 * say how far a weight is from its mean.
 *
 * <p>The integer i has the probability that a normal variable falls nearest to i / {@link #STEPS},
 * divided by that of all integers within the clip.
 */
public final class RoundedNormal {

  /** The number of steps in one standard deviation. */
  public static final int STEPS = 16;

  private final int largest;
  private final long[] cumulative;
  private final double variance;

  private RoundedNormal(int largest) {
    this.largest = largest;
    this.cumulative = new long[2 * largest + 1];
    double[] below = new double[cumulative.length];
    double mass = 1 - 2 * StandardNormal.upperTail((largest + 0.5) / STEPS);
    double tail = StandardNormal.upperTail((largest + 0.5) / STEPS);
    for (int i = -largest; i <= largest; i++) {
      double x = (i + 0.5) / STEPS;
      below[i + largest] = (StandardNormal.probabilityBelow(x) - tail) / mass;
      cumulative[i + largest] = (long) Math.floor(below[i + largest] * 0x1p63); // saturates
    }
    cumulative[2 * largest] = Long.MAX_VALUE;
    double sum = 0;
    for (int i = 1; i <= largest; i++) {
      sum += 2 * probability(i) * i * i;
    }
    this.variance = sum;
  }

  /**
   * Returns the distribution within a clip.
   *
   * @param clip the clip in standard deviations, above 0 and at most {@link
   *     TruncatedNormal#MAX_CLIP}
   */
  public static RoundedNormal clippedAt(double clip) {
    if (!(clip > 0 && clip <= TruncatedNormal.MAX_CLIP)) {
      throw new IllegalArgumentException(
          "A clip must be above 0 and at most %s sigmas, not %s"
              .formatted(TruncatedNormal.MAX_CLIP, clip));
    }
    return new RoundedNormal((int) Math.max(1, Math.floor(clip * STEPS)));
  }

  /** Returns the largest integer; the least one is its negative. */
  public int largest() {
    return largest;
  }

  /**
   * Returns the distribution function of the integers from the least to the largest, times 2^63 and
   * rounded down; the last one is the largest long.
   */
  public long[] cumulative() {
    return cumulative.clone();
  }

  /** Returns the probability of an integer of at most {@link #largest} in magnitude. */
  public double probability(int integer) {
    int i = -Math.abs(integer) + largest; // only the lower tail has all digits
    long before = i == 0 ? 0 : cumulative[i - 1];
    return (cumulative[i] - before) * 0x1p-63;
  }

  /** Returns the variance of the integers, which is near the square of {@link #STEPS}. */
  public double variance() {
    return variance;
  }
}
