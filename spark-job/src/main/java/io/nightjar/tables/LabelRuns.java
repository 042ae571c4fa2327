package io.nightjar.tables;

import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Turns rows of places and classes, which are in the order of the places and leave none out, into
 * runs: the first place, and the classes from there on, four bytes each.
 */
final class LabelRuns implements FlatMapFunction<Iterator<Row>, byte[]> {

  /** So many classes are in a run at the most. */
  static final int MOST = 1 << 16;

  private static final long serialVersionUID = 1;

  @Override
  public Iterator<byte[]> call(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public byte[] next() {
        ByteBuffer run = ByteBuffer.allocate(Long.BYTES + MOST * Integer.BYTES);
        Row first = rows.next();
        run.putLong(first.getLong(0)).putInt(first.getInt(1));
        while (run.hasRemaining() && rows.hasNext()) {
          run.putInt(rows.next().getInt(1));
        }
        byte[] bytes = new byte[run.position()];
        run.flip().get(bytes);
        return bytes;
      }
    };
  }
}
