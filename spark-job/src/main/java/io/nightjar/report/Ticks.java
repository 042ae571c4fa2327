package io.nightjar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The marks of an axis: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param step the distance between them
 * @param values all of them within the axis
 */
record Ticks(double step, List<Double> values) {

  /** The tolerance for rounding errors, in steps. */
  private static final double SLACK = 1e-9;

  Ticks {
    values = List.copyOf(values);
  }

  /**
   * Returns the ticks of an axis.
   *
   * @param most how many steps the axis may have
   */
  static Ticks of(double from, double to, int most) {
    if (!(to > from)) {
      throw new IllegalArgumentException("An axis from %s to %s".formatted(from, to));
    }
    double power = Math.pow(10, Math.floor(Math.log10((to - from) / most)));
    double step = power;
    for (int factor : new int[] {1, 2, 5, 10}) {
      step = factor * power;
      if ((to - from) / step <= most + SLACK) {
        break;
      }
    }
    List<Double> values = new ArrayList<>();
    long first = (long) Math.ceil(from / step - SLACK);
    for (long i = first; i * step <= to + step * SLACK; i++) {
      values.add(i * step);
    }
    return new Ticks(step, values);
  }

  /** Returns a tick as text, with as many digits as tell it from the next. */
  String label(double value) {
    if (step < 1e-4 || step >= 1e6) {
      return value == 0 ? "0" : String.format(Locale.ROOT, "%.2g", value);
    }
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + SLACK));
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
