package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.LabelKind;
import io.nightjar.records.Labels;
import io.nightjar.records.RecordFormat;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Labels in a table, read by the data owner's own Spark and joined there with the ids of staged
 * records; what comes of it is a label for each record.
 *
 * <p>The table has the input's id columns and a column {@code label}, or one other column whatever
 * its name. Labels of several numbers are columns {@code label_0} and so on, or as many others in
 * their order. Its rows may be in any order, and more than the records.
 */
public final class TableLabels {

  private final LabelTable table;
  private final StagedRecords records;
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
    this.table = LabelTable.of(RecordSource.at(path).in(format), idColumns, kind);
    this.records = records;
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
    return SparkRefusals.working(
        table.source(), sparks, "nightjar labels", spark -> read(spark, labels));
  }

  private <L extends Labels> L read(OwnSpark spark, L into) throws IOException {
    return table.reading(
        spark,
        labels -> {
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
        });
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
                  Text.quote(table.source().title()),
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
