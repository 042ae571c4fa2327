package io.nightjar.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads records in order, a batch at a time.
 *
 * <p>It has the batch that is being made and the buffers of one file in memory. It checks rows as
 * the census does, except for whether ids differ.
 */
public final class RecordReader implements Closeable {

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
    BatchGatherer batch = new BatchGatherer(columns, mostRecords);
    while (!batch.isFull()) {
      Optional<RecordId> id = read(batch.row());
      if (id.isEmpty()) {
        break;
      }
      batch.add(id.get());
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(batch.take());
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

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
