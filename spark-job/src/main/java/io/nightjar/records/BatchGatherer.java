package io.nightjar.records;

import io.nightjar.crypto.RealColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns rows, one after the other, into batches of columns. */
public final class BatchGatherer {

  /** So many rows become columns at once: each write to a column then fills a line of the cache. */
  private static final int ROWS_AT_ONCE = 16;

  private final int columns;
  private final int size;
  private final double[][] rows;
  private List<RecordId> ids = new ArrayList<>();
  private double[] values = new double[0];
  private int gathered;

  /**
   * Creates one for batches of one size.
   *
   * @throws IllegalArgumentException if so many values do not fit an array
   */
  public BatchGatherer(int columns, int size) {
    if (size < 1 || (long) columns * size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A batch of %d records of %d values: it must have from 1 to %d"
              .formatted(size, columns, (Integer.MAX_VALUE - 8) / columns));
    }
    this.columns = columns;
    this.size = size;
    this.rows = new double[ROWS_AT_ONCE][columns];
  }

  /** Returns where the values of the next row go. */
  public double[] row() {
    return rows[gathered];
  }

  /** Takes the row that has been written to {@link #row}. */
  public void add(RecordId id) {
    if (ids.isEmpty()) {
      values = new double[columns * size];
    }
    ids.add(id);
    gathered++;
    if (gathered == ROWS_AT_ONCE) {
      scatter();
    }
  }

  private void scatter() {
    int first = ids.size() - gathered;
    for (int k = 0; k < columns && gathered > 0; k++) {
      for (int j = 0; j < gathered; j++) {
        values[k * size + first + j] = rows[j][k];
      }
    }
    gathered = 0;
  }

  public boolean isEmpty() {
    return ids.isEmpty();
  }

  public boolean isFull() {
    return ids.size() == size;
  }

  /** Returns the rows so far, of which there is at least one, and begins the next batch. */
  public RecordBatch take() {
    scatter();
    RecordBatch batch = new RecordBatch(ids, packed());
    ids = new ArrayList<>();
    values = new double[0];
    return batch;
  }

  /** Moves the columns of a batch that is not full together. */
  private RealColumns packed() {
    int records = ids.size();
    if (records == size) {
      return new RealColumns(columns, records, values);
    }
    for (int k = 1; k < columns; k++) {
      System.arraycopy(values, k * size, values, k * records, records);
    }
    return new RealColumns(columns, records, Arrays.copyOf(values, columns * records));
  }
}
