package io.nightjar.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The rows of one file, in order.
 *
 * <p>A bad row does not end the reading. A fault after which nothing more can be read, such as a
 * missing column or a truncated file, does, with an {@link InvalidInputException}.
 */
interface RowCursor extends Closeable {

  /** Returns the type of all ids. */
  IdType idType();

  /** Returns the columns that the values come from, in order; none if they have no names. */
  List<String> features();

  /**
   * Reads the next row.
   *
   * @param values where to put its values; undefined after a bad row
   * @return the row, or nothing at the end
   */
  Optional<Row> next(double[] values) throws IOException;

  /**
   * Passes over rows without looking at their cells.
   *
   * @return how many there were, at most as many as asked for
   */
  long skip(long rows) throws IOException;

  /** Describes something wrong with the row that was read last. */
  Problem problem(Optional<String> column, String why);
}
