package io.nightjar.records;

import io.nightjar.crypto.RealColumns;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads records in order, a batch at a time.
 *
 * <p>It has the batch that is being made and the buffers of one file in memory. It checks rows as
 * the census does, except for whether ids differ.
 */
public final class RecordReader implements Closeable {

  private static final int ROWS_AT_ONCE = 16;

  private final FilesCursor cursor;
  private final int columns;

  RecordReader(FilesCursor cursor, int columns) {
    this.cursor = cursor;
    this.columns = columns;
  }

  /**
   * Reads the next records, fewer only at the end.
   *
   * @param mostRecords how many to read
   * @return the records, or nothing at the end
   * @throws InvalidInputException if a row is bad
   * @throws IllegalArgumentException if so many values do not fit an array
   */
  public Optional<RecordBatch> next(int mostRecords) throws IOException {
    if (mostRecords < 1 || (long) columns * mostRecords > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A batch of %d records of %d values: it must have from 1 to %d"
              .formatted(mostRecords, columns, (Integer.MAX_VALUE - 8) / columns));
    }
    List<RecordId> ids = new ArrayList<>();
    double[][] rows = new double[ROWS_AT_ONCE][columns];
    double[] values = new double[0];
    int gathered = 0;
    while (ids.size() < mostRecords) {
      Optional<RecordId> id = read(rows[gathered]);
      if (id.isEmpty()) {
        break;
      }
      if (ids.isEmpty()) {
        values = new double[columns * mostRecords];
      }
      ids.add(id.get());
      gathered++;
      if (gathered == ROWS_AT_ONCE) {
        scatter(rows, gathered, values, mostRecords, ids.size() - gathered);
        gathered = 0;
      }
    }
    scatter(rows, gathered, values, mostRecords, ids.size() - gathered);
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(new RecordBatch(ids, packed(values, mostRecords, ids.size())));
  }

  /**
   * Turns several rows into columns at once, so that each write to a column fills a line of the
   * cache.
   */
  private void scatter(double[][] rows, int count, double[] values, int room, int first) {
    for (int k = 0; k < columns && count > 0; k++) {
      for (int j = 0; j < count; j++) {
        values[k * room + first + j] = rows[j][k];
      }
    }
  }

  /** Passes over records without checking them, to the end if there are not as many. */
  public void skip(long records) throws IOException {
    if (records < 0) {
      throw new IllegalArgumentException("Cannot skip %d records".formatted(records));
    }
    cursor.skip(records);
  }

  private Optional<RecordId> read(double[] row) throws IOException {
    Optional<Row> next = cursor.next(row);
    if (next.isPresent() && next.get() instanceof Row.Bad bad) {
      throw bad.problem().exception();
    }
    return next.map(good -> ((Row.Good) good).id());
  }

  /** Moves the columns of a batch that is not full together. */
  private RealColumns packed(double[] values, int room, int records) {
    if (records == room) {
      return new RealColumns(columns, records, values);
    }
    for (int k = 1; k < columns; k++) {
      System.arraycopy(values, k * room, values, k * records, records);
    }
    return new RealColumns(columns, records, Arrays.copyOf(values, columns * records));
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
