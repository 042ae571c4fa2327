package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.LabelKind;
import io.nightjar.records.Labels;
import io.nightjar.records.RecordFormat;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
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
 * Labels in a table, read by the data owner's own Spark and joined there with the ids of staged
 * records; what comes of it is a label for each record.
 *
 * <p>The table has the input's id columns and a column {@code label}, or one other column whatever
 * its name. Labels of several numbers are columns {@code label_0} and so on, or as many others in
 * their order. Its rows may be in any order, and more than the records.
 */
public final class TableLabels {

  private static final String LABEL = "label";
  private static final String TIMES = "times";

  private final RecordSource.Table source;
  private final StagedRecords records;
  private final List<String> idColumns;
  private final LabelKind kind;
  private final OwnSparks sparks;

  /**
   * Describes labels.
   *
   * @param format what their files are
   * @param idColumns the columns whose values tell records apart
   */
  public TableLabels(
      Path path,
      RecordFormat format,
      StagedRecords records,
      List<String> idColumns,
      LabelKind kind,
      OwnSparks sparks) {
    this.source = RecordSource.at(path).in(format);
    this.records = records;
    this.idColumns = List.copyOf(idColumns);
    this.kind = kind;
    this.sparks = sparks;
  }

  /**
   * Reads the labels.
   *
   * @param labels takes them
   * @throws InvalidInputException if a record has no label, or one that is of another kind
   */
  public <L extends Labels> L readInto(L labels) throws IOException {
    return SparkRefusals.working(source, sparks, "nightjar labels", spark -> read(spark, labels));
  }

  private <L extends Labels> L read(OwnSpark spark, L into) throws IOException {
    TableReader.Rows read =
        new TableReader(spark.session(), source, Optional.empty(), List.of()).read();
    Dataset<Row> labels = labels(read).persist(); // it is looked at more than once
    try {
      requireGood(read, labels);
      Dataset<Row> joined =
          ids(spark)
              .join(
                  labels,
                  functions.col(StagedIds.ID).equalTo(functions.col(LabelRows.ID)),
                  "left_outer")
              .select(functions.col(StagedIds.PLACE), functions.col(LabelRows.LABEL));
      requireAll(joined);
      setInOrder(joined, into);
      return into;
    } finally {
      labels.unpersist();
    }
  }

  private Dataset<Row> labels(TableReader.Rows read) {
    List<String> names = read.columns().stream().map(StructField::name).toList();
    List<Integer> ids = idColumns.stream().map(name -> place(names, name)).toList();
    List<Integer> label = label(names, ids);
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

  private Dataset<Row> ids(OwnSpark spark) {
    long batches = (records.census().records() - 1) / records.batchSize() + 1;
    return spark
        .session()
        .range(batches)
        .flatMap(new StagedIds(records.place(spark.access())), Encoders.row(StagedIds.SCHEMA));
  }

  private void requireAll(Dataset<Row> joined) {
    Row missing =
        joined
            .where(functions.col(LabelRows.LABEL).isNull())
            .agg(functions.count(functions.lit(1)), functions.min(functions.col(StagedIds.PLACE)))
            .first();
    if (missing.getLong(0) > 0) {
      throw new InvalidInputException(
          ("%d of %d records have no label in %s, the first of them is record %d:"
                  + " each id must have a row there")
              .formatted(
                  missing.getLong(0),
                  records.census().records(),
                  Text.quote(source.title()),
                  missing.getLong(1) + 1));
    }
  }

  private void setInOrder(Dataset<Row> joined, Labels labels) {
    Iterator<byte[]> runs =
        joined
            .repartitionByRange(functions.col(StagedIds.PLACE))
            .sortWithinPartitions(functions.col(StagedIds.PLACE))
            .toJavaRDD()
            .mapPartitions(new LabelRuns())
            .toLocalIterator();
    double[] label = new double[kind.columns()];
    while (runs.hasNext()) {
      ByteBuffer run = ByteBuffer.wrap(runs.next());
      long place = run.getLong();
      while (run.hasRemaining()) {
        for (int k = 0; k < label.length; k++) {
          label[k] = run.getDouble();
        }
        labels.set(place++, label);
      }
    }
  }
}
