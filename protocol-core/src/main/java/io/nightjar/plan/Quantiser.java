package io.nightjar.plan;

import io.nightjar.model.Range;

/**
 * A quantiser makes small integers of real numbers: x becomes round(x / scale), clamped to [low,
 * high].
 *
 * <p>Zero becomes zero, because padding is zero on ciphertexts too.
 *
 * @param scale what one step is worth
 * @param low the least integer; at most 0
 * @param high the largest integer; at least 0
 */
public record Quantiser(double scale, int low, int high) {

  /** Checks that the scale is usable and zero is in range. */
  public Quantiser {
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY) || low > 0 || high < 0) {
      throw new IllegalArgumentException(
          "A quantiser needs a positive scale and a range around 0, not %s in [%d, %d]"
              .formatted(scale, low, high));
    }
  }

  /**
   * Returns the quantiser of {@code bits} bits for a calibrated range: unsigned where nothing is
   * negative, otherwise symmetric.
   */
  public static Quantiser of(Range range, int bits) {
    double low = Math.min(range.low(), 0);
    double high = Math.max(range.high(), 0);
    int steps = low < 0 ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
    double largest = Math.max(-low, high);
    double scale = largest > 0 ? largest / steps : 1;
    return new Quantiser(scale, (int) Math.rint(low / scale), (int) Math.rint(high / scale));
  }

  /**
   * Returns the integer for a real number.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  public int quantise(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("A value to quantise is not a number");
    }
    return (int) Math.max(low, Math.min(high, Math.rint(value / scale)));
  }

  /** Returns the larger of the magnitudes of low and high. */
  public int largest() {
    return Math.max(-low, high);
  }
}
