package io.nightjar.model;

import java.util.OptionalDouble;

/**
 * A column of numbers: it has one feature, and a second one if a number may be missing.
 *
 * <p>The first feature is as far up the input's range as the number is on the way from {@code low}
 * to {@code high}; a number beyond these two counts as the nearer one. The second feature is on if
 * the number is missing.
 *
 * @param name the column's name in the table
 * @param low the number that becomes the low end of the input's range
 * @param high the number that becomes its high end
 * @param missing what a missing number counts as; if absent, none may be missing
 */
public record NumberColumn(String name, double low, double high, OptionalDouble missing)
    implements InputColumn {

  /**
   * Checks the numbers.
   *
   * @throws InvalidModelException unless the ends differ, are in order and have a finite
   *     difference, and {@code missing} is one of them or between
   */
  public NumberColumn {
    Checks.label("Column", name);
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new InvalidModelException(
          "Column %s: low is %s and high is %s: low must be below high, and their difference finite"
              .formatted(Text.quote(name), low, high));
    }
    if (missing.isPresent() && !(missing.getAsDouble() >= low && missing.getAsDouble() <= high)) {
      throw new InvalidModelException(
          "Column %s: missing is %s: it must be from low to high, %s to %s"
              .formatted(Text.quote(name), missing.getAsDouble(), low, high));
    }
  }

  @Override
  public int features() {
    return missing.isPresent() ? 2 : 1;
  }

  /** Returns the first feature of a number that is not NaN. */
  public double feature(double number, Range range) {
    double clamped = Math.max(low, Math.min(high, number));
    return range.at((clamped - low) / (high - low));
  }
}
