package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.RecordSetDigest;
import io.nightjar.records.TableCells;
import io.nightjar.records.TableLogs;
import io.nightjar.staging.Piece;
import io.nightjar.staging.StagingArea;
import io.nightjar.staging.StagingPlace;
import io.nightjar.staging.StagingTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Stages a table by the data owner's own Spark: reads, checks and encodes its rows, brings them
 * into the order of their ids, which also shows ids that come twice, and has every task write its
 * part of the batches.
 */
public final class TableStaging implements StagingArea.Source {

  private final RecordSource.BySpark source;
  private final Plan plan;
  private final RecordOptions options;
  private final OwnSparks sparks;

  /** Creates the source of the records that a plan is for. */
  public TableStaging(
      RecordSource.BySpark source, Plan plan, RecordOptions options, OwnSparks sparks) {
    this.source = source;
    this.plan = plan;
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

  /** Returns the columns whose values tell rows apart. */
  private List<String> idColumns() {
    return idColumns(options);
  }

  /** Returns the columns that options name for ids. */
  public static List<String> idColumns(RecordOptions options) {
    return Arrays.stream(options.idColumn().split(",", -1)).map(String::strip).toList();
  }

  private interface Work<T> {
    T of(OwnSpark spark, Staged staged) throws IOException;
  }

  private <T> T inSpark(Work<T> work) throws IOException {
    try (OwnSpark spark = sparks.open("nightjar staging")) {
      return work.of(spark, staged(spark));
    } catch (InvalidInputException | IOException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      if (source instanceof RecordSource.Rows rows && rows.isStopped()) {
        throw new IOException(
            "The Spark session of the records was stopped before all were staged: none is", e);
      }
      throw SparkRefusals.of(source, e);
    }
  }

  private Staged staged(OwnSpark spark) throws IOException {
    if (source instanceof RecordSource.Rows rows) {
      return new Staged(TableReader.Rows.of(rows.rows()), "");
    }
    RecordSource.Table table = (RecordSource.Table) source;
    if (isPlainFiles(table)) {
      TableLogs.refuse(spark.hadoop(), new Path(table.path().get()));
    }
    Optional<Snapshots.Snapshot> snapshot =
        new Snapshots(spark.session(), spark.hadoop()).of(table);
    TableReader reader = new TableReader(spark.session(), table, snapshot);
    return new Staged(reader.read(), snapshot.map(Snapshots.Snapshot::version).orElse(""));
  }

  /** Returns whether files are read without regard to a log that they may have. */
  private static boolean isPlainFiles(RecordSource.Table table) {
    String format = table.format().orElse("").toUpperCase(Locale.ROOT);
    return table.path().isPresent()
        && Arrays.stream(TableLogs.values()).noneMatch(log -> log.name().equals(format));
  }

  /** The rows of the table on their way. */
  private final class Staged {
    private final TableReader.Rows read;
    private final String snapshot;
    private final TableCells cells;
    private final List<StructField> ids;
    private final IdType idType;
    private final RowLayout layout;
    private final JavaRDD<Row> sorted;
    private final long[] counts;

    Staged(TableReader.Rows read, String snapshot) throws IOException {
      this.read = read;
      this.snapshot = snapshot;
      this.cells = TableCells.find(plan.input(), idColumns(), source.title(), read.cells());
      this.ids = cells.ids().stream().map(read.columns()::get).toList();
      this.idType = idType();
      for (int k = 0; k < cells.features().size(); k++) {
        requireFeature(read.columns().get(cells.features().get(k)), cells.takesNumbers(k));
      }
      this.layout =
          new RowLayout(
              PlanJson.write(plan),
              idColumns(),
              idType,
              ids.stream().map(StructField::dataType).toList(),
              source.title(),
              read.cells(),
              cells.features().size());
      Dataset<Row> rows = layout.of(read);
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

    private IdType idType() {
      for (StructField column : ids) {
        DataType type = column.dataType();
        boolean fine =
            type instanceof StringType
                || isInteger(type)
                || type instanceof DecimalType
                || type instanceof DateType
                || type instanceof TimestampType
                || type instanceof TimestampNTZType
                || type instanceof BooleanType;
        if (!fine) {
          throw refused(column, "an id must be a whole number, a decimal, a string or a time");
        }
      }
      DataType first = ids.get(0).dataType();
      if (ids.size() > 1 || !(first instanceof StringType || isInteger(first))) {
        return IdType.VALUES;
      }
      return first instanceof StringType ? IdType.STRING : IdType.LONG;
    }

    private static boolean isInteger(DataType type) {
      return type.equals(DataTypes.ByteType)
          || type.equals(DataTypes.ShortType)
          || type.equals(DataTypes.IntegerType)
          || type.equals(DataTypes.LongType);
    }

    private void requireFeature(StructField column, boolean number) {
      DataType type = column.dataType();
      if (cells.isPacked()) {
        if (type instanceof ArrayType array && !(array.elementType() instanceof NumericType)) {
          throw refused(column, "the values of a record must be numbers");
        }
        return;
      }
      boolean text = type instanceof StringType;
      if (number && !(type instanceof NumericType) && !(text && read.mayBeMalformed())) {
        throw refused(column, "a feature must be a number");
      }
      boolean category =
          text
              || isInteger(type)
              || type instanceof BooleanType
              || type instanceof DateType
              || type instanceof DecimalType;
      if (!number && !category) {
        throw refused(column, "a category must be a string, whole number, date or truth value");
      }
    }

    private InvalidInputException refused(StructField column, String must) {
      return new InvalidInputException(
          "%s column %s is %s: %s; cast it%s"
              .formatted(
                  Text.quote(source.title()),
                  Text.quote(column.name()),
                  column.dataType().simpleString(),
                  must,
                  source.option("--columns")));
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
                  new WriteRows(target, firsts, records, batchSize, layout), true)
              .collect()
              .stream()
              .map(StagedPart::of)
              .toList();
      requireGood(parts, rows);
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
          new RecordCensus(records, idType, digest.finish(records), cells.outside(outside));
      String schema = new StructType(ids.toArray(StructField[]::new)).toDDL();
      return new StagingArea.Content(census, pieces, schema, snapshot);
    }

    private void requireGood(List<StagedPart> parts, long rows) {
      long bad = parts.stream().mapToLong(StagedPart::bad).sum();
      if (bad > 0) {
        List<StagedPart.Fault> faults =
            parts.stream().flatMap(part -> part.faults().stream()).toList();
        String remedy = "correct these rows or leave them out" + source.option("--where");
        throw new InvalidInputException(
            RowFaults.text(read, source.title(), remedy, faults, bad, rows));
      }
    }
  }
}
