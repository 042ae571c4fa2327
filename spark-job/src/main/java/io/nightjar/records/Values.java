package io.nightjar.records;

import io.nightjar.model.Range;
import java.util.Optional;

/** Checks the values of features. */
final class Values {

  static final String MISSING = "the value is missing";
  static final String NOT_A_NUMBER = "not a decimal number";
  static final String NOT_UTF_8 = "not UTF-8";
  static final String NOT_FINITE = "not finite (NaN or infinite)";

  private Values() {}

  /**
   * Returns why a value is refused, if it is.
   *
   * <p>A value outside the range would be clamped when it is quantised: the prediction would be
   * that of another record.
   */
  static Optional<String> fault(double value, Range range) {
    if (value >= range.low() && value <= range.high()) {
      return Optional.empty();
    }
    return Optional.of(
        Double.isFinite(value)
            ? "outside the model's range from %s to %s".formatted(range.low(), range.high())
            : NOT_FINITE);
  }

  /**
   * Returns a value of single precision as one of double precision.
   *
   * <p>The range's ends are doubles: a float that is one of them, rounded, stands for it and is not
   * outside.
   */
  static double widen(float value, Range range) {
    if (value > range.high() && value == (float) range.high()) {
      return range.high();
    }
    return value < range.low() && value == (float) range.low() ? range.low() : value;
  }
}
