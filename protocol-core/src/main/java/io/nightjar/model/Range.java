package io.nightjar.model;

/** The values from {@code low} to {@code high}, both included. */
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

  /** Returns the largest magnitude of a value in the range. */
  public double magnitude() {
    return Math.max(Math.abs(low), Math.abs(high));
  }
}
