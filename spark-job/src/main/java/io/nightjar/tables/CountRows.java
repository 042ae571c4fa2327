package io.nightjar.tables;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Counts the rows of a task. */
final class CountRows implements FlatMapFunction<Iterator<Row>, Long> {

  private static final long serialVersionUID = 1;

  @Override
  public Iterator<Long> call(Iterator<Row> rows) {
    long count = 0;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return List.of(count).iterator();
  }
}
