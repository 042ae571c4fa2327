package io.nightjar.records;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.Type;

/** A cell of a column that becomes values of a record. */
abstract class ParquetFeature extends ParquetCell {

  ParquetFeature(String column) {
    super(column);
  }

  /**
   * Returns a cell for a column.
   *
   * @throws InvalidInputException if the column holds something that this encoding does not take
   */
  static ParquetFeature of(Path file, Type type, Encoding encoding) {
    if (encoding instanceof NumberEncoding numbers) {
      return ParquetNumber.of(file, type, numbers);
    }
    return ParquetCategory.of(file, type, encoding);
  }

  /** Returns how many values it becomes. */
  final int width() {
    return encoding().width();
  }

  /** Puts the values into an array from a place on, or returns why the cell is refused. */
  final Optional<String> encode(double[] values, int at) {
    return isPresent() ? encodePresent(values, at) : encoding().missing(values, at);
  }

  abstract Encoding encoding();

  abstract Optional<String> encodePresent(double[] values, int at);
}
