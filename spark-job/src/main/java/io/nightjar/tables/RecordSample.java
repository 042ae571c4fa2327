package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Text;
import io.nightjar.records.BatchGatherer;
import io.nightjar.records.IdxRecords;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.TableCells;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Some records of an input, for whoever has to know what records are like: the same ones whenever
 * it is read, and from all over it, whatever order it is in.
 */
public final class RecordSample {

  private final RecordSource source;
  private final InputSpec input;
  private final List<String> idColumns;
  private final int most;

  /**
   * Describes a sample.
   *
   * @param input what the model takes
   * @param idColumns the columns that tell rows of a table apart
   * @param most how many records there are at the most, from all over the input
   */
  public RecordSample(RecordSource source, InputSpec input, List<String> idColumns, int most) {
    this.source = source;
    this.input = input;
    this.idColumns = List.copyOf(idColumns);
    this.most = most;
  }

  /**
   * Reads the sample.
   *
   * @param sparks where a Spark is from if the records are in a table
   * @throws InvalidInputException if there are no records, or one is bad
   */
  public RecordBatch read(Configuration conf, OwnSparks sparks) throws IOException {
    RecordSource found = source.found(conf);
    Optional<RecordBatch> batch =
        found instanceof RecordSource.Idx images
            ? ofImages(conf, images)
            : ofTable((RecordSource.BySpark) found, sparks);
    return batch.orElseThrow(
        () ->
            new InvalidInputException(
                "There are no records in %s".formatted(Text.quote(source.title()))));
  }

  private Optional<RecordBatch> ofImages(Configuration conf, RecordSource.Idx images)
      throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    IdxRecords records = new IdxRecords(conf, images.path(), input, OptionalLong.empty());
    records.sample(most, batches::add);
    return batches.stream().findFirst();
  }

  private Optional<RecordBatch> ofTable(RecordSource.BySpark table, OwnSparks sparks)
      throws IOException {
    return SparkRefusals.working(
        table,
        sparks,
        "nightjar sample",
        spark -> {
          TableRows rows = TableRows.of(spark, table, input, idColumns);
          Column[] order = rows.encoder().layout().byId();
          return encoded(
              rows, rows.rows().orderBy(functions.xxhash64(order)).limit(most).collectAsList());
        });
  }

  private static Optional<RecordBatch> encoded(TableRows table, List<Row> rows) {
    RowEncoder encoder = table.encoder();
    TableCells cells = encoder.cells();
    BatchGatherer batch = new BatchGatherer(cells.width(), Math.max(1, rows.size()));
    List<StagedPart.Fault> faults = new ArrayList<>();
    for (Row row : rows) {
      Optional<TableCells.Fault> fault = encoder.encode(row, cells, batch.row());
      if (fault.isPresent()) {
        faults.add(StagedPart.Fault.of(encoder.layout().position(row), fault.get()));
      } else {
        batch.add(encoder.layout().id(row).orElseThrow());
      }
    }
    if (!faults.isEmpty()) {
      throw table.refusal(faults, faults.size(), rows.size());
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(batch.take());
  }
}
