package io.nightjar.draw;

/**
 * The standard normal distribution under the condition that it stays within a clip, in sigmas.
 *
 * <p>A plan proves that no value wraps, so every deviation needs a bound. Draws beyond the bound
 * cannot happen here; they are not moved to the bound. Sampling inverts the distribution function,
 * one number of the stream for one sample, and is the same bit for bit on every machine and JVM.
 */
public final class TruncatedNormal {

  /** The largest clip, in sigmas. */
  public static final double MAX_CLIP = 8;

  private final double clip;
  private final double tail;
  private final double mass;
  private final double variance;

  private TruncatedNormal(double clip) {
    this.clip = clip;
    this.tail = StandardNormal.upperTail(clip);
    this.mass = StandardNormal.centralMass(clip);
    this.variance = StandardNormal.centralVariance(clip);
  }

  /**
   * Returns the distribution on [-clip, clip].
   *
   * @throws IllegalArgumentException unless the clip is above 0 and at most {@link #MAX_CLIP}
   */
  public static TruncatedNormal clippedAt(double clip) {
    if (!(clip > 0 && clip <= MAX_CLIP)) {
      throw new IllegalArgumentException(
          "A clip must be above 0 and at most %s sigmas, not %s".formatted(MAX_CLIP, clip));
    }
    return new TruncatedNormal(clip);
  }

  /** Returns the next sample, made of the stream's next {@link KeyedStream#nextUnit() unit}. */
  public double sample(KeyedStream stream) {
    return at(stream.nextUnit());
  }

  /**
   * Returns the value that is not exceeded with probability u.
   *
   * <p>It is never outside [-clip, clip], and the quantiles of u and 1 - u are negatives of each
   * other where both numbers are exact.
   *
   * @throws IllegalArgumentException unless u is from 0 to 1
   */
  public double quantile(double u) {
    if (!(u >= 0 && u <= 1)) {
      throw new IllegalArgumentException("A probability must be from 0 to 1, not " + u);
    }
    return at(u);
  }

  private double at(double u) {
    double fromMedian = (u - 0.5) * mass;
    if (Math.abs(fromMedian) <= StandardNormal.CENTRE) {
      double x = StandardNormal.centralQuantile(fromMedian);
      return Math.max(-clip, Math.min(x, clip));
    }
    // The smaller tail is used, because near u = 1 the larger one would have lost all digits.
    double beyond = tail + Math.min(u, 1 - u) * mass;
    double x = Math.min(StandardNormal.tailQuantile(beyond), clip);
    return u < 0.5 ? -x : x;
  }

  /** Returns the exact variance, which is below 1 and grows with the clip. */
  public double variance() {
    return variance;
  }

  /** Returns the bound on the absolute value of every sample. */
  public double clip() {
    return clip;
  }

  @Override
  public String toString() {
    return "TruncatedNormal[clip=" + clip + "]";
  }
}
