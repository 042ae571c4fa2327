package io.nightjar.calibration;

import io.nightjar.model.Range;
import io.nightjar.plan.Quantiser;
import java.util.Arrays;

/**
 * How often a layer puts out which values: exact ends, and between them bins whose ends differ by
 * less than 0.4 %.
 */
final class ValueHistogram {

  /** So many bits of the mantissa tell values apart. */
  private static final int MANTISSA_BITS = 8;

  private static final int BINS_PER_OCTAVE = 1 << MANTISSA_BITS;
  private static final int MANTISSA_SHIFT = 52 - MANTISSA_BITS;
  private static final int LEAST_EXPONENT = -40;
  private static final int MOST_EXPONENT = 40;
  private static final int BINS = (MOST_EXPONENT - LEAST_EXPONENT + 1) * BINS_PER_OCTAVE;

  /**
   * The shares of values that a range may leave outside. More would be a loss that quantisation
   * does not make good: a network is trained with all of its values.
   */
  private static final double[] SHARES = {0, 1e-5, 1e-4, 5e-4, 1e-3, 2e-3, 5e-3};

  private final long[] negative = new long[BINS]; // by magnitude, the least first
  private final long[] positive = new long[BINS];
  private long count;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;

  /**
   * Takes values.
   *
   * @throws ArithmeticException if one is not finite
   */
  void add(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new ArithmeticException("not finite");
      }
      least = Math.min(least, value);
      most = Math.max(most, value);
      int exponent = Math.getExponent(value);
      if (exponent >= LEAST_EXPONENT) { // what is smaller is as good as zero, which never changes
        (value < 0 ? negative : positive)[bin(value, exponent)]++;
      }
    }
    count += values.length;
  }

  private static int bin(double value, int exponent) {
    int within = (int) (Double.doubleToRawLongBits(value) >>> MANTISSA_SHIFT) & BINS_PER_OCTAVE - 1;
    return Math.min(BINS - 1, (exponent - LEAST_EXPONENT) * BINS_PER_OCTAVE + within);
  }

  /** Returns the magnitude at which a bin begins. */
  private static double begin(int bin) {
    double mantissa = 1 + (bin % BINS_PER_OCTAVE) / (double) BINS_PER_OCTAVE;
    return Math.scalb(mantissa, LEAST_EXPONENT + bin / BINS_PER_OCTAVE);
  }

  private static double middle(int bin) {
    return (begin(bin) + begin(bin + 1)) / 2;
  }

  long count() {
    return count;
  }

  /** Returns the least and the largest value. */
  Range ends() {
    return new Range(least, most);
  }

  /** Returns how many values are outside a range, as far as bins tell. */
  long outside(Range range) {
    return beyond(positive, range.high(), most) + beyond(negative, -range.low(), -least);
  }

  /** Returns how many values of a sign are larger than a magnitude. */
  private static long beyond(long[] bins, double end, double largest) {
    if (end >= largest) {
      return 0;
    }
    long beyond = 0;
    for (int bin = BINS - 1; bin >= 0 && middle(bin) > end; bin--) {
      beyond += bins[bin];
    }
    return beyond;
  }

  /**
   * Returns the range whose quantiser changes values least, in the mean of squares: a narrower one
   * has finer steps, and moves more values to its ends.
   *
   * @param bits how many bits there are for a value
   */
  Range best(int bits) {
    return Arrays.stream(SHARES)
        .mapToObj(this::without)
        .min((a, b) -> Double.compare(error(a, bits), error(b, bits)))
        .orElseThrow();
  }

  /** Returns the range without a share of the values that are farthest out, from each end. */
  private Range without(double share) {
    long most = (long) (share * count);
    return new Range(0 - end(negative, most, -least), end(positive, most, this.most));
  }

  /** Returns the magnitude beyond which there are so many values of a sign at the most. */
  private static double end(long[] bins, long most, double largest) {
    if (largest <= 0) {
      return 0;
    }
    long beyond = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      beyond += bins[bin];
      if (beyond > most) {
        return Math.min(begin(bin + 1), largest);
      }
    }
    return Math.min(begin(0), largest);
  }

  /** Returns the sum of the squares of what a range's quantiser changes. */
  private double error(Range range, int bits) {
    double step = Quantiser.of(range, bits).scale();
    return error(positive, range.high(), step) + error(negative, -range.low(), step);
  }

  private static double error(long[] bins, double end, double step) {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double over = Math.max(0, middle(bin) - end);
      error += bins[bin] * (over > 0 ? over * over : rounding(bin, step));
    }
    return error;
  }

  /**
   * Returns the mean square of what rounding to multiples of a step changes the values of a bin.
   */
  private static double rounding(int bin, double step) {
    double from = begin(bin) / step;
    double to = begin(bin + 1) / step;
    return step * step * (squares(to) - squares(from)) / (to - from);
  }

  /** Returns the integral, from 0 to a number, of the square of how far the next integer is. */
  private static double squares(double x) {
    double rest = x - Math.rint(x);
    return Math.rint(x) / 12 + rest * rest * rest / 3;
  }
}
