package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Text;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.TableCells;
import io.nightjar.records.TableLogs;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
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

/** The rows of a table that are to become records, of which nothing but the columns is known. */
final class TableRows {

  private final RecordSource.BySpark source;
  private final TableReader.Rows read;
  private final String snapshot;
  private final TableCells cells;
  private final List<StructField> ids;
  private final IdType idType;
  private final RowEncoder encoder;

  private TableRows(
      RecordSource.BySpark source,
      TableReader.Rows read,
      String snapshot,
      InputSpec input,
      List<String> idColumns) {
    this.source = source;
    this.read = read;
    this.snapshot = snapshot;
    this.cells = TableCells.find(input, idColumns, source.title(), read.cells());
    if (cells.areByOrder() && source instanceof RecordSource.Table table && table.isUnordered()) {
      throw new InvalidInputException(
          "%s has columns in no order, and the model names none: give their order with --columns"
              .formatted(Text.quote(source.title())));
    }
    this.ids = cells.ids().stream().map(read.columns()::get).toList();
    this.idType = idTypeOfColumns();
    for (int k = 0; k < cells.features().size(); k++) {
      requireFeature(read.columns().get(cells.features().get(k)), cells.takesNumbers(k));
    }
    RowLayout layout =
        new RowLayout(
            idColumns,
            idType,
            ids.stream().map(StructField::dataType).toList(),
            cells.features().size());
    this.encoder = new RowEncoder(layout, input, source.title(), read.cells());
  }

  /**
   * Finds the columns of a model in a table.
   *
   * @param input what the model takes
   * @param idColumns the columns whose values tell rows apart
   * @throws InvalidInputException if they are not there, or of types that no record has
   */
  static TableRows of(
      OwnSpark spark, RecordSource.BySpark source, InputSpec input, List<String> idColumns)
      throws IOException {
    if (source instanceof RecordSource.Rows rows) {
      return new TableRows(source, TableReader.Rows.of(rows.rows()), "", input, idColumns);
    }
    RecordSource.Table table = (RecordSource.Table) source;
    if (isPlainFiles(table)) {
      TableLogs.refuse(spark.hadoop(), new Path(table.path().get()));
    }
    Optional<Snapshots.Snapshot> snapshot =
        new Snapshots(spark.session(), spark.hadoop()).of(table);
    TableReader reader = new TableReader(spark.session(), table, snapshot, idColumns);
    String version = snapshot.map(Snapshots.Snapshot::version).orElse("");
    return new TableRows(source, reader.read(), version, input, idColumns);
  }

  /** Returns whether files are read without regard to a log that they may have. */
  private static boolean isPlainFiles(RecordSource.Table table) {
    String format = table.format().orElse("").toUpperCase(Locale.ROOT);
    return table.path().isPresent()
        && Arrays.stream(TableLogs.values()).noneMatch(log -> log.name().equals(format));
  }

  private IdType idTypeOfColumns() {
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

  /** Returns the rows in the form of the layout. */
  Dataset<Row> rows() {
    return encoder.layout().of(read, cells.ids(), cells.features());
  }

  /** Returns what makes values of them. */
  RowEncoder encoder() {
    return encoder;
  }

  /** Returns the type of their ids. */
  IdType idType() {
    return idType;
  }

  /** Returns the columns of their ids. */
  StructType idSchema() {
    return new StructType(ids.toArray(StructField[]::new));
  }

  /** Returns the version of the table that they are of; empty if it has none. */
  String snapshot() {
    return snapshot;
  }

  /** Returns what is said of bad rows. */
  InvalidInputException refusal(List<StagedPart.Fault> faults, long bad, long rows) {
    String remedy = "correct these rows or leave them out" + source.option("--where");
    if (source instanceof RecordSource.Table table
        && table.isCsv()
        && faults.stream().anyMatch(StagedPart.Fault::isOfRow)) {
      remedy += "; a cell with a line break in it takes --input-option multiLine=true";
    }
    return new InvalidInputException(
        RowFaults.text(read, source.title(), remedy, faults, bad, rows));
  }
}
