package io.nightjar.records;

import org.apache.parquet.io.api.PrimitiveConverter;

/** One column's value in the row that was read last. */
abstract class ParquetCell extends PrimitiveConverter {

  private final String column;
  private boolean present;

  ParquetCell(String column) {
    this.column = column;
  }

  final String column() {
    return column;
  }

  /** Returns whether the row has a value in this column: Parquet is silent about nulls. */
  final boolean isPresent() {
    return present;
  }

  final void clear() {
    present = false;
  }

  final void markPresent() {
    present = true;
  }
}
