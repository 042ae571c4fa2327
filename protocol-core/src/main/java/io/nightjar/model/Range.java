package io.nightjar.model;

/** A range of values from {@code low} to {@code high}, both included. */
public record Range(double low, double high) {

  /**
   * Checks the ends.
   *
   * @throws InvalidModelException unless both are finite and in order
   */
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new InvalidModelException(
          "Range [%s, %s]: both ends must be finite, the lower one first".formatted(low, high));
    }
  }

  /** Returns the value at this share, from 0 to 1, of the way from the low end to the high one. */
  public double at(double share) {
    // This gives both ends exactly, and takes no difference of the ends, which might overflow.
    double value = low * (1 - share) + high * share;
    return Math.max(low, Math.min(high, value));
  }

  /** Returns the largest magnitude of a value in the range. */
  public double magnitude() {
    return Math.max(Math.abs(low), Math.abs(high));
  }
}
