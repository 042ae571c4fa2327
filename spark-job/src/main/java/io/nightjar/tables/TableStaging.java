package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Text;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.RecordSetDigest;
import io.nightjar.records.TableCells;
import io.nightjar.staging.Piece;
import io.nightjar.staging.StagingArea;
import io.nightjar.staging.StagingPlace;
import io.nightjar.staging.StagingTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Stages a table by the data owner's own Spark: reads, checks and encodes its rows, brings them
 * into the order of their ids, which also shows ids that come twice, and has every task write its
 * part of the batches.
 */
public final class TableStaging implements StagingArea.Source {

  private final RecordSource.BySpark source;
  private final InputSpec input;
  private final RecordOptions options;
  private final OwnSparks sparks;

  /**
   * Creates the source of the records in a table.
   *
   * @param input what the model takes
   */
  public TableStaging(
      RecordSource.BySpark source, InputSpec input, RecordOptions options, OwnSparks sparks) {
    this.source = source;
    this.input = input;
    this.options = options;
    this.sparks = sparks;
  }

  @Override
  public StagingArea.Content write(StagingTarget target, int batchSize) throws IOException {
    return inSpark((spark, staged) -> staged.write(target.place(spark.access()), batchSize));
  }

  /** Looks through the table as {@link #write} does, and writes nothing. */
  public RecordCensus census() throws IOException {
    return inSpark((spark, staged) -> staged.census());
  }

  private interface Work<T> {
    T of(OwnSpark spark, Staged staged) throws IOException;
  }

  private <T> T inSpark(Work<T> work) throws IOException {
    return SparkRefusals.working(
        source,
        sparks,
        "nightjar staging",
        spark ->
            work.of(spark, new Staged(TableRows.of(spark, source, input, options.idColumns()))));
  }

  /** The rows of the table on their way. */
  private final class Staged {
    private final TableRows table;
    private final JavaRDD<Row> sorted;
    private final long[] counts;

    Staged(TableRows table) throws IOException {
      this.table = table;
      RowLayout layout = table.encoder().layout();
      Dataset<Row> rows = table.rows();
      this.sorted =
          rows.repartitionByRange(layout.byId())
              .sortWithinPartitions(layout.byIdAndPosition())
              .toJavaRDD();
      this.counts =
          sorted.mapPartitions(new CountRows(), true).collect().stream()
              .mapToLong(Long::longValue)
              .toArray();
      if (Arrays.stream(counts).sum() == 0 && !rows.toJavaRDD().isEmpty()) {
        throw new IOException(
            "Spark found rows in %s that were gone when it had sorted them: run the command again"
                .formatted(Text.quote(source.title())));
      }
    }

    RecordCensus census() {
      return write(Optional.empty(), 1).census();
    }

    StagingArea.Content write(StagingPlace target, int batchSize) {
      return write(Optional.of(target), batchSize);
    }

    private StagingArea.Content write(Optional<StagingPlace> target, int batchSize) {
      long[] firsts = new long[counts.length];
      long rows = 0;
      for (int i = 0; i < counts.length; i++) {
        firsts[i] = rows;
        rows += counts[i];
      }
      OptionalLong limit = options.limit();
      long records = limit.isPresent() ? Math.min(limit.getAsLong(), rows) : rows;
      List<StagedPart> parts =
          sorted
              .mapPartitionsWithIndex(
                  new WriteRows(target, firsts, records, batchSize, table.encoder()), true)
              .collect()
              .stream()
              .map(StagedPart::of)
              .toList();
      long bad = parts.stream().mapToLong(StagedPart::bad).sum();
      if (bad > 0) {
        throw table.refusal(
            parts.stream().flatMap(part -> part.faults().stream()).toList(), bad, rows);
      }
      TableCells cells = table.encoder().cells();
      List<Piece> pieces = new ArrayList<>();
      RecordSetDigest digest = new RecordSetDigest();
      long[] outside = new long[cells.scaled()];
      for (StagedPart part : parts) {
        pieces.addAll(part.pieces());
        digest.add(part.digest().bytes());
        for (int i = 0; i < outside.length; i++) {
          outside[i] += part.outside().get(i);
        }
      }
      RecordCensus census =
          new RecordCensus(records, table.idType(), digest.finish(records), cells.outside(outside));
      return new StagingArea.Content(census, pieces, table.idSchema().toDDL(), table.snapshot());
    }
  }
}
