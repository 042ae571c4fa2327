package io.nightjar.crypto;

/** The layout that integer and real columns share. */
final class ColumnValues {

  private ColumnValues() {}

  static void check(int columns, int records, int length) {
    if (columns < 1 || records < 1 || (long) columns * records != length) {
      throw new IllegalArgumentException(
          "%d columns of %d records need %d values, not %d"
              .formatted(columns, records, (long) columns * records, length));
    }
  }

  static int index(int columns, int records, int column, int record) {
    if (column < 0 || column >= columns || record < 0 || record >= records) {
      throw new IndexOutOfBoundsException(
          "Record %d of column %d is not among %d records of %d columns"
              .formatted(record, column, records, columns));
    }
    return column * records + record;
  }
}
