package io.nightjar.crypto;

import java.util.Objects;

/**
 * Integers of a batch, column after column: the value of record j in column k is at k * records +
 * j.
 *
 * <p>The array is not copied; whoever passes it on no longer writes to it.
 */
public final class IntegerColumns {

  private final int columns;
  private final int records;
  private final long[] values;

  /**
   * Wraps an array of columns * records values.
   *
   * @throws IllegalArgumentException if it has another length
   */
  public IntegerColumns(int columns, int records, long[] values) {
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
  public long[] values() {
    return values;
  }

  /** Returns the value of one record in one column. */
  public long get(int column, int record) {
    return values[ColumnValues.index(columns, records, column, record)];
  }

  @Override
  public String toString() {
    return "IntegerColumns[%d columns, %d records]".formatted(columns, records);
  }
}
