package io.nightjar.records;

import java.io.IOException;
import java.util.Optional;

/** One pass over all rows that checks, counts and digests them. */
final class Census {

  /** Takes the rows of an input of which none has been bad so far. */
  interface RowTaker {
    /** Takes a row; the array is written to again when this returns. */
    void take(RecordId id, double[] values) throws IOException;
  }

  private final String idColumn;
  private final RowTaker taker;
  private final double[] values;
  private final ContentDigest digest;
  private final IdSet ids = new IdSet();
  private final Problems problems = new Problems();
  private long rows;

  Census(String idColumn, int columns, RowTaker taker) {
    this.idColumn = idColumn;
    this.taker = taker;
    this.values = new double[columns];
    this.digest = new ContentDigest(columns);
  }

  /**
   * Goes over all rows.
   *
   * @param request what the cursor reads by
   * @throws InvalidInputException if any is bad
   */
  RecordCensus of(FilesCursor cursor, TableRequest request) throws IOException {
    try {
      for (Optional<Row> row = cursor.next(values); row.isPresent(); row = cursor.next(values)) {
        rows++;
        look(cursor, row.get());
      }
    } catch (InvalidInputException e) {
      throw problems.before(rows, e);
    }
    problems.throwIfAny(rows);
    return new RecordCensus(rows, cursor.idType(), digest.finish(), request.outside());
  }

  private void look(FilesCursor cursor, Row row) throws IOException {
    if (row instanceof Row.Bad bad) {
      problems.add(bad.problem());
    } else if (row instanceof Row.Good good && (cursor.numbered() || ids.add(good.id()))) {
      digest.add(good.id(), values);
      if (problems.areNone()) {
        taker.take(good.id(), values);
      }
    } else {
      problems.add(cursor.problem(Optional.of(idColumn), "a row before this one has the same id"));
    }
  }
}
