package io.nightjar.tables;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Turns rows of places and labels, which are in the order of the places and leave none out, into
 * runs: the first place, and the numbers of the labels from there on, eight bytes each.
 */
final class LabelRuns implements FlatMapFunction<Iterator<Row>, byte[]> {

  /** So many labels are in a run at the most. */
  static final int MOST = 1 << 15;

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
        Row first = rows.next();
        List<Double> label = first.getList(1);
        ByteBuffer run = ByteBuffer.allocate(Long.BYTES + MOST * label.size() * Double.BYTES);
        run.putLong(first.getLong(0));
        label.forEach(run::putDouble);
        while (run.hasRemaining() && rows.hasNext()) {
          rows.next().<Double>getList(1).forEach(run::putDouble);
        }
        byte[] bytes = new byte[run.position()];
        run.flip().get(bytes);
        return bytes;
      }
    };
  }
}
