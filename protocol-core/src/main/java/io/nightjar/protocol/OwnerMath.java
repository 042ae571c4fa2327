package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Range;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;

/**
 * Makes integers of the values that the data owner uploads, and real numbers of what comes back.
 *
 * <p>The reference evaluator runs the same code.
 */
public final class OwnerMath {

  private OwnerMath() {}

  /** Returns the integers that are encrypted, and how many values did not fit. */
  public static Quantised quantise(Quantiser quantiser, RealColumns columns) {
    double[] from = columns.values();
    long[] to = new long[from.length];
    double scale = quantiser.scale();
    double low = quantiser.low();
    double high = quantiser.high();
    long clamped = 0;
    for (int i = 0; i < from.length; i++) {
      double steps = Math.rint(from[i] / scale);
      if (steps >= low && steps <= high) {
        to[i] = (int) steps;
      } else { // the rare case, and what is no number
        to[i] = quantiser.quantise(from[i]);
        clamped++;
      }
    }
    return new Quantised(new IntegerColumns(columns.columns(), columns.records(), to), clamped);
  }

  /** Returns how many values lie outside a range; a value that is no number does. */
  static long outside(Range range, RealColumns columns) {
    long inside = 0;
    for (double value : columns.values()) {
      if (value >= range.low() && value <= range.high()) {
        inside++;
      }
    }
    return columns.values().length - inside;
  }

  /** Returns the real numbers that a round's integer outputs stand for. */
  public static RealColumns rescale(Round round, IntegerColumns columns) {
    long[] from = columns.values();
    double[] to = new double[from.length];
    int records = columns.records();
    for (int column = 0; column < columns.columns(); column++) {
      double scale = round.outputScale(column);
      for (int i = column * records; i < (column + 1) * records; i++) {
        to[i] = (double) from[i] * scale;
      }
    }
    return new RealColumns(columns.columns(), records, to);
  }

  /** Returns the real numbers that a round's real outputs stand for. */
  public static RealColumns rescale(Round round, RealColumns columns) {
    double[] to = columns.values().clone();
    int records = columns.records();
    for (int column = 0; column < columns.columns(); column++) {
      double scale = round.outputScale(column);
      for (int i = column * records; i < (column + 1) * records; i++) {
        to[i] *= scale;
      }
    }
    return new RealColumns(columns.columns(), records, to);
  }
}
