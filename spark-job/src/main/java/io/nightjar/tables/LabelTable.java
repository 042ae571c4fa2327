package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.LabelKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * A table that says something of records in numbers: by their ids, what they are, or what was
 * predicted for them. Its rows may be in any order.
 */
final class LabelTable {

  private static final String LABEL = "label";
  private static final String TIMES = "times";

  private final RecordSource.Table source;
  private final List<String> idColumns;
  private final LabelKind kind;
  private final List<String> named;

  private LabelTable(
      RecordSource.Table source, List<String> idColumns, LabelKind kind, List<String> named) {
    this.source = source;
    this.idColumns = List.copyOf(idColumns);
    this.kind = kind;
    this.named = List.copyOf(named);
  }

  /**
   * Describes labels: a column {@code label}, or one other column whatever its name; of several
   * numbers columns {@code label_0} and so on, or as many others in their order.
   *
   * @param idColumns the columns whose values tell records apart
   */
  static LabelTable of(RecordSource.Table source, List<String> idColumns, LabelKind kind) {
    return new LabelTable(source, idColumns, kind, List.of());
  }

  /**
   * Describes a table whose columns have these names.
   *
   * @param named as many as the kind has
   */
  static LabelTable named(
      RecordSource.Table source, List<String> idColumns, LabelKind kind, List<String> named) {
    return new LabelTable(source, idColumns, kind, named);
  }

  RecordSource.Table source() {
    return source;
  }

  /** What is done with the rows: ids as texts and numbers, as {@link LabelRows} has them. */
  interface Use<T> {
    T with(Dataset<Row> rows) throws IOException;
  }

  /**
   * Reads the table.
   *
   * @throws InvalidInputException if a row is bad, or two have the same id
   */
  <T> T reading(OwnSpark spark, Use<T> use) throws IOException {
    TableReader.Rows read =
        new TableReader(spark.session(), source, Optional.empty(), List.of()).read();
    Dataset<Row> labels = labels(read).persist(); // it is looked at more than once
    try {
      requireGood(read, labels);
      return use.with(labels);
    } finally {
      labels.unpersist();
    }
  }

  private Dataset<Row> labels(TableReader.Rows read) {
    List<String> names = read.columns().stream().map(StructField::name).toList();
    List<Integer> ids = idColumns.stream().map(name -> place(names, name)).toList();
    List<Integer> label =
        named.isEmpty()
            ? label(names, ids)
            : named.stream().map(name -> place(names, name)).toList();
    label.forEach(column -> requireLabel(read.columns().get(column)));
    RowLayout layout =
        new RowLayout(
            idColumns,
            IdType.VALUES,
            ids.stream().map(id -> read.columns().get(id).dataType()).toList(),
            label.size());
    return layout
        .of(read, ids, label)
        .mapPartitions(
            new LabelRows(layout, label.stream().map(names::get).toList(), kind),
            Encoders.row(LabelRows.SCHEMA));
  }

  private int place(List<String> names, String name) {
    if (names.stream().filter(name::equals).count() != 1) {
      throw new InvalidInputException(
          "%s has %s column %s; it has %s"
              .formatted(
                  Text.quote(source.title()),
                  names.contains(name) ? "more than one" : "no",
                  Text.quote(name),
                  String.join(", ", names.stream().map(Text::quote).toList())));
    }
    return names.indexOf(name);
  }

  /** Returns the columns of a label. */
  private List<Integer> label(List<String> names, List<Integer> ids) {
    List<String> own =
        kind.columns() == 1
            ? List.of(LABEL)
            : IntStream.range(0, kind.columns()).mapToObj(k -> LABEL + "_" + k).toList();
    if (own.stream().allMatch(name -> names.contains(name) && !ids.contains(names.indexOf(name)))) {
      return own.stream().map(name -> place(names, name)).toList();
    }
    List<Integer> others =
        IntStream.range(0, names.size()).filter(column -> !ids.contains(column)).boxed().toList();
    if (others.size() == kind.columns()) {
      return others;
    }
    throw new InvalidInputException(
        own.size() == 1
            ? "%s has %d columns and none of them is %s: name the column of the labels so, or leave only it and the id"
                .formatted(Text.quote(source.title()), names.size(), Text.quote(LABEL))
            : "%s has %d columns, and not all from %s to %s are among them: name the columns of the labels so, or leave only them and the id"
                .formatted(
                    Text.quote(source.title()),
                    names.size(),
                    Text.quote(own.get(0)),
                    Text.quote(own.get(own.size() - 1))));
  }

  private void requireLabel(StructField field) {
    DataType type = field.dataType();
    boolean whole =
        type instanceof StringType
            || type instanceof ByteType
            || type instanceof ShortType
            || type instanceof IntegerType
            || type instanceof LongType;
    boolean fraction =
        type instanceof FloatType || type instanceof DoubleType || type instanceof DecimalType;
    if (!whole && !(fraction && kind.hasFractions())) {
      throw new InvalidInputException(
          "%s column %s is %s: a label must be a string or a %s"
              .formatted(
                  Text.quote(source.title()),
                  Text.quote(field.name()),
                  type.simpleString(),
                  kind.hasFractions() ? "number" : "whole number"));
    }
  }

  /** Refuses a table with rows that are bad, or that say something of the same record. */
  private void requireGood(TableReader.Rows read, Dataset<Row> labels) {
    Dataset<Row> twice =
        labels
            .where(functions.col(LabelRows.ID).isNotNull())
            .groupBy(functions.col(LabelRows.ID))
            .agg(
                functions.count(functions.lit(1)).as(TIMES),
                functions.max(functions.col(LabelRows.POSITION)).as(LabelRows.POSITION))
            .where(functions.col(TIMES).gt(1))
            .select(
                functions.col(LabelRows.POSITION),
                functions.lit(String.join(", ", idColumns)).as(LabelRows.COLUMN),
                functions.lit("a row before this one has the same id").as(LabelRows.WHY));
    Dataset<Row> bad =
        labels
            .where(functions.col(LabelRows.WHY).isNotNull())
            .select(
                functions.col(LabelRows.POSITION),
                functions.col(LabelRows.COLUMN),
                functions.col(LabelRows.WHY))
            .union(twice);
    long count = bad.count();
    if (count > 0) {
      List<StagedPart.Fault> first =
          bad
              .orderBy(functions.col(LabelRows.POSITION))
              .limit(StagedPart.MOST_FAULTS)
              .collectAsList()
              .stream()
              .map(row -> new StagedPart.Fault(row.getLong(0), row.getString(1), row.getString(2)))
              .toList();
      throw new InvalidInputException(
          RowFaults.text(read, source.title(), "correct them", first, count, labels.count()));
    }
  }
}
