package io.nightjar.job;

/**
 * Rounds what a report says of decrypted results. A report may be handed on, to the model owner
 * too, who could have chosen results so that the exact figure answers a question.
 */
final class Coarse {

  private Coarse() {}

  /** Returns a noise margin, rounded down to half a bit. */
  static double margin(double bits) {
    return Math.floor(2 * bits) / 2;
  }

  /** Returns the least power of two that a largest value is not above, but at most its bound. */
  static long largest(long value, long bound) {
    long power = 1;
    while (power < value && power <= bound / 2) {
      power *= 2;
    }
    return power < value ? bound : Math.min(power, bound);
  }
}
