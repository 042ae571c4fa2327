package io.nightjar.records;

import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import java.util.Optional;

/**
 * Encodes a number column as the number, scaled to the model's range, and, if numbers may be
 * missing, whether it is.
 *
 * <p>It counts the numbers beyond the column's ends, over one pass by one thread.
 */
final class ScaledNumber implements NumberEncoding {

  private final NumberColumn column;
  private final Range to;
  private long outside;

  /**
   * Creates the encoding of one pass.
   *
   * @param column what the numbers are like
   * @param to the range of the model that they are scaled to
   */
  ScaledNumber(NumberColumn column, Range to) {
    this.column = column;
    this.to = to;
  }

  @Override
  public int width() {
    return column.features();
  }

  @Override
  public Range range() {
    return new Range(column.low(), column.high());
  }

  @Override
  public Optional<String> number(double number, double[] values, int at) {
    if (!Double.isFinite(number)) {
      return Optional.of(Values.NOT_FINITE);
    }
    if (number < column.low() || number > column.high()) {
      outside++;
    }
    put(number, to.low(), values, at);
    return Optional.empty();
  }

  @Override
  public Optional<String> missing(double[] values, int at) {
    if (column.missing().isEmpty()) {
      return Optional.of(Values.MISSING);
    }
    put(column.missing().getAsDouble(), to.high(), values, at);
    return Optional.empty();
  }

  private void put(double number, double wasMissing, double[] values, int at) {
    values[at] = column.feature(number, to);
    if (width() == 2) {
      values[at + 1] = wasMissing;
    }
  }

  /** Returns the column's name in the table. */
  String name() {
    return column.name();
  }

  /** Returns how many numbers lay beyond the column's ends, and became the nearer of them. */
  long outside() {
    return outside;
  }
}
