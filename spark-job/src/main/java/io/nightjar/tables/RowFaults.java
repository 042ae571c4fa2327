package io.nightjar.tables;

import io.nightjar.model.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Says where bad rows stand: in which file, and which of its rows they are. */
final class RowFaults {

  private static final StructType SPANS =
      new StructType()
          .add("partition", DataTypes.IntegerType)
          .add("first", DataTypes.LongType)
          .add("rows", DataTypes.LongType)
          .add("file", DataTypes.StringType)
          .add("block", DataTypes.LongType);

  private RowFaults() {}

  /** Consecutive rows of a partition that are from the same block of the same file. */
  private record Span(int partition, long first, long rows, String file, long block) {}

  /**
   * Returns what is said of a table with bad rows.
   *
   * @param title what the table is called
   * @param remedy what can be done about it
   */
  static String text(
      TableReader.Rows read,
      String title,
      String remedy,
      List<StagedPart.Fault> faults,
      long bad,
      long rows) {
    List<StagedPart.Fault> first =
        faults.stream()
            .sorted(Comparator.comparingLong(StagedPart.Fault::position))
            .limit(StagedPart.MOST_FAULTS)
            .toList();
    List<Span> spans = read.located() ? spans(read) : List.of();
    String shown =
        first.stream()
            .map(
                fault ->
                    where(fault, spans, title, read.filtered() ? "selected row" : "row")
                        + column(fault)
                        + ": "
                        + fault.why())
            .collect(Collectors.joining("; "));
    String more = bad > first.size() ? "; and %d more".formatted(bad - first.size()) : "";
    return "%d of %d rows %s bad: %s%s; %s"
        .formatted(bad, rows, bad == 1 ? "is" : "are", shown, more, remedy);
  }

  private static String column(StagedPart.Fault fault) {
    return fault.column().isEmpty() ? "" : ", column " + Text.quote(fault.column());
  }

  private static String where(StagedPart.Fault fault, List<Span> spans, String title, String row) {
    int partition = RowLayout.partition(fault.position());
    long place = RowLayout.place(fault.position());
    Optional<Span> span =
        spans.stream()
            .filter(one -> one.partition() == partition)
            .filter(one -> one.first() <= place && place < one.first() + one.rows())
            .findFirst();
    if (span.isEmpty()) {
      return "%s partition %d, %s %d".formatted(Text.quote(title), partition, row, place + 1);
    }
    long before =
        spans.stream()
            .filter(one -> one.file().equals(span.get().file()))
            .filter(one -> one.block() < span.get().block())
            .mapToLong(Span::rows)
            .sum();
    return "%s %s %d"
        .formatted(
            Text.quote(new Path(span.get().file()).getName()),
            row,
            before + place - span.get().first() + 1);
  }

  private static List<Span> spans(TableReader.Rows read) {
    int file = read.columns().size() + (read.mayBeMalformed() ? 1 : 0);
    return read
        .rows()
        .mapPartitions(new FindSpans(file), Encoders.row(SPANS))
        .collectAsList()
        .stream()
        .map(
            row ->
                new Span(
                    row.getInt(0),
                    row.getLong(1),
                    row.getLong(2),
                    row.getString(3),
                    row.getLong(4)))
        .toList();
  }

  /** Finds the spans of a partition. */
  private static final class FindSpans implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final int file;

    FindSpans(int file) {
      this.file = file;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Map<List<Object>, long[]> spans = new HashMap<>();
      long place = 0;
      while (rows.hasNext()) {
        Row row = rows.next();
        long first = place;
        spans
            .computeIfAbsent(
                List.of(row.getString(file), row.getLong(file + 1)), key -> new long[] {first, 0})[
            1]++;
        place++;
      }
      List<Row> found = new ArrayList<>();
      spans.forEach(
          (key, span) ->
              found.add(
                  RowFactory.create(
                      TaskContext.getPartitionId(), span[0], span[1], key.get(0), key.get(1))));
      return found.iterator();
    }
  }
}
