package io.nightjar.crypto;

import java.util.Objects;

/**
 * Real numbers of a batch, column after column: the value of record j in column k is at k * records
 * + j.
 *
 * <p>The array is not copied; whoever passes it on no longer writes to it.
 */
public final class RealColumns {

  private final int columns;
  private final int records;
  private final double[] values;

  /**
   * Wraps an array of columns * records values.
   *
   * @throws IllegalArgumentException if it has another length
   */
  public RealColumns(int columns, int records, double[] values) {
    Objects.requireNonNull(values, "values");
    ColumnValues.check(columns, records, values.length);
    this.columns = columns;
    this.records = records;
    this.values = values;
  }

  /** Returns the number of columns. */
  public int columns() {
    return columns;
  }

  /** Returns the number of records in each column. */
  public int records() {
    return records;
  }

  /** Returns the array itself. */
  public double[] values() {
    return values;
  }

  /** Returns the value of one record in one column. */
  public double get(int column, int record) {
    return values[ColumnValues.index(columns, records, column, record)];
  }

  /** Returns a copy with some of the records, in this order. */
  public RealColumns only(int... chosen) {
    double[] some = new double[columns * chosen.length];
    for (int k = 0; k < columns; k++) {
      for (int j = 0; j < chosen.length; j++) {
        some[k * chosen.length + j] = get(k, chosen[j]);
      }
    }
    return new RealColumns(columns, chosen.length, some);
  }

  @Override
  public String toString() {
    return "RealColumns[%d columns, %d records]".formatted(columns, records);
  }
}
