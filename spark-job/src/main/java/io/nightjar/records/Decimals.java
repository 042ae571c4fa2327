package io.nightjar.records;

import java.util.OptionalDouble;

/** Reads numbers from text: decimal digits, perhaps with a sign, a point and an exponent. */
final class Decimals {

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private static final int EXACT_DIGITS = 15;

  private Decimals() {}

  /**
   * Returns the double nearest to the number, or nothing if the text is not a number.
   *
   * <p>The JDK would take hexadecimal, {@code NaN} and {@code 1d} too. A number beyond all doubles
   * is infinite.
   */
  static OptionalDouble parse(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    boolean signed = start < end && (text.charAt(start) == '-' || text.charAt(start) == '+');
    boolean negative = signed && text.charAt(start) == '-';
    int digits = 0;
    int decimals = 0;
    boolean point = false;
    long mantissa = 0;
    int i = signed ? start + 1 : start;
    for (; i < end; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
        decimals += point ? 1 : 0;
        mantissa = digits <= EXACT_DIGITS ? mantissa * 10 + (c - '0') : mantissa;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0 || (i < end && !isExponent(text, i, end))) {
      return OptionalDouble.empty();
    }
    if (i < end || digits > EXACT_DIGITS) {
      return OptionalDouble.of(Double.parseDouble(text.substring(start, end)));
    }
    // Both numbers are exact, so the quotient is rounded once and is the nearest double.
    double value = mantissa / EXACT_POWERS[decimals];
    return OptionalDouble.of(negative ? -value : value);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private static boolean isExponent(String text, int at, int end) {
    int i = at + 1;
    if (text.charAt(at) != 'e' && text.charAt(at) != 'E') {
      return false;
    }
    if (i < end && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    boolean digits = i < end;
    for (; i < end; i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits;
  }
}
