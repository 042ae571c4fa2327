package io.nightjar.history;

import io.nightjar.text.Amounts;
import java.util.Locale;

/** Writes figures with their units, for a terminal as well as for a page. */
public final class FigureText {

  /** A space at which no line ends, for between a number and its unit. */
  private static final String SPACE = "\u00a0";

  private static final double LEAST_SHARE = 5e-5;

  private FigureText() {}

  static String of(Figure.Unit unit, double value) {
    return switch (unit) {
      case COUNT -> Amounts.count(Math.round(value));
      case RATE -> Amounts.number(value) + SPACE + "records/s";
      case SECONDS -> Amounts.seconds(value).replace(" ", SPACE);
      case SHARE -> share(value);
      case NUMBER -> Amounts.number(value);
      case BITS -> format("%.1f", value) + SPACE + "bits";
    };
  }

  /** Returns a share as a percentage. */
  public static String share(double share) {
    return share > 0 && share < LEAST_SHARE
        ? "<" + SPACE + "0.01" + SPACE + "%"
        : format("%.2f", 100 * share) + SPACE + "%";
  }

  /** Returns a text with spaces at which lines may end, for whoever counts characters. */
  public static String plain(String text) {
    return text.replace(SPACE, " ");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
