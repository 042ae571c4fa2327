package io.nightjar.report;

import io.nightjar.text.Amounts;
import java.util.Locale;

/** Writes numbers as people read them, with their units. */
final class NumberText {

  /** A space at which no line ends, for between a number and its unit. */
  private static final String SPACE = "\u00a0";

  private NumberText() {}

  static String count(long count) {
    return Amounts.count(count);
  }

  /** Returns a count in at most four characters. */
  static String brief(long count) {
    String[] units = {"", "k", "M", "G", "T"};
    double value = count;
    int unit = 0;
    // What would be rounded to 1000 is one of the next unit.
    while (value >= (unit == 0 ? 1000 : 999.5) && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    boolean whole = unit == 0 || value >= 9.95 || value == Math.rint(value);
    String pattern = whole ? "%.0f%s" : "%.1f%s";
    return String.format(Locale.ROOT, pattern, value, units[unit]);
  }

  /** Returns at most three significant digits, but all those before the point. */
  static String of(double value) {
    String number = Amounts.number(value);
    return number.contains("e") ? raised(number) : number;
  }

  /** Returns a number with so many digits behind the point. */
  static String digits(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Says how far such things differ, which all have been compared. */
  static String difference(String what, double most) {
    return most == 0 ? what + " are equal" : "%s differ by at most %s".formatted(what, of(most));
  }

  static String percentile(String name) {
    return name.equals("p50") ? "median" : name.substring(1) + "th percentile";
  }

  /**
   * Returns a quantile as text. A number in the first bin may be anything from 0 to the bin's end.
   */
  static String quantile(Distribution distribution, String name) {
    double value = distribution.quantiles().getOrDefault(name, 0.0);
    return value > 0 && value < distribution.resolution()
        ? "under " + of(distribution.resolution())
        : of(value);
  }

  /** Returns a power of ten as people write it. */
  private static String raised(String scientific) {
    String[] parts = scientific.split("e", 2);
    StringBuilder raised = new StringBuilder();
    Integer.toString(Integer.parseInt(parts[1]))
        .chars()
        .forEach(c -> raised.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0')));
    return parts[0] + SPACE + "×" + SPACE + "10" + raised;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share) + SPACE + "%";
  }

  /** Returns a share as a percentage, where hundredths of a per cent do not matter. */
  static String roughPercent(double share) {
    String pattern = share > 0 && share < 0.1 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, pattern, 100 * share) + SPACE + "%";
  }

  static String withUnit(double value, String unit) {
    return of(value) + SPACE + unit;
  }

  static String bytes(double bytes) {
    return unbroken(Amounts.bytes(bytes));
  }

  /** Returns a time of less than about a second. */
  static String micros(double seconds) {
    return seconds < 1e-3 ? withUnit(1e6 * seconds, "µs") : withUnit(1e3 * seconds, "ms");
  }

  static String seconds(double seconds) {
    return unbroken(Amounts.seconds(seconds));
  }

  private static String unbroken(String text) {
    return text.replace(" ", SPACE);
  }
}
