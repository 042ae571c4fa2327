package io.nightjar.tables;

import io.nightjar.model.Task;
import io.nightjar.records.ClassLabels;
import io.nightjar.records.LabelClasses;
import io.nightjar.records.LabelKind;
import io.nightjar.records.LabelNumbers;
import io.nightjar.records.RecordFormat;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Joins results that are there with labels that came later, by the ids of records, as {@link
 * TableLabels} joins labels with records before they are scored. Not every record has to have a
 * label.
 */
public final class ResultLabels {

  /**
   * The formats that results are read in: what a report says is not handed on to Spark as it is.
   */
  private static final Set<String> FORMATS =
      Set.of("parquet", "csv", "json", "orc", "avro", "delta");

  private static final String WHAT = "nightjar labels";
  private static final String PREDICTED = "predicted";

  private final RecordSource.Table results;
  private final List<String> idColumns;
  private final Task task;
  private final List<String> classes;
  private final int outputs;
  private final OwnSparks sparks;

  /**
   * What labels say of results.
   *
   * @param records how many records have a label
   * @param right how many of their classes are right
   * @param squares the sum of the squares of their errors, over the outputs
   */
  public record Comparison(long records, long right, double squares) {}

  /**
   * Describes results.
   *
   * @param results files as a job leaves them
   * @param idColumns the columns whose values tell records apart
   * @param classes the names of a classification's classes; none if they have no names
   * @param outputs how many classes, or values, the model puts out
   */
  public ResultLabels(
      RecordSource.Table results,
      List<String> idColumns,
      Task task,
      List<String> classes,
      int outputs,
      OwnSparks sparks) {
    this.results = results;
    this.idColumns = List.copyOf(idColumns);
    this.task = task;
    this.classes = List.copyOf(classes);
    this.outputs = outputs;
    this.sparks = sparks;
  }

  /** Returns whether results in a format, by the name that a report has for it, can be read. */
  public static boolean reads(String format) {
    return FORMATS.contains(format);
  }

  /** Returns the results in a directory, in a format that is read. */
  public static RecordSource.Table results(Path directory, String format) {
    if (!reads(format)) {
      throw new IllegalArgumentException("Results are not read as " + format);
    }
    RecordSource.Table found = RecordSource.at(directory);
    return format.equals("delta")
        ? new RecordSource.Table(
            Optional.of(format),
            found.path(),
            found.table(),
            found.options(),
            found.schema(),
            found.where(),
            found.columns())
        : found.in(RecordFormat.valueOf(format.toUpperCase(Locale.ROOT)));
  }

  /**
   * Compares the results with labels.
   *
   * @param labels where they are
   * @param format what their files are
   * @throws io.nightjar.records.InvalidInputException if one of both cannot be read, or a row is
   *     bad
   */
  public Comparison with(Path labels, RecordFormat format, Configuration configuration)
      throws IOException {
    if (format == RecordFormat.IDX) {
      return inOrder(labels, configuration);
    }
    LabelTable table = LabelTable.of(RecordSource.at(labels).in(format), idColumns, labelKind());
    return joined(
        (spark, predictions) ->
            SparkRefusals.working( // what cannot be read is said of the table that it is of
                table.source(),
                any -> spark.borrowed(),
                WHAT,
                same -> table.reading(same, truths -> compared(predictions, truths))));
  }

  /** Something that is done with the predictions while they can be read. */
  private interface Joining {
    Comparison with(OwnSpark spark, Dataset<Row> predictions) throws IOException;
  }

  private Comparison joined(Joining joining) throws IOException {
    return SparkRefusals.working(
        results,
        sparks,
        WHAT,
        spark -> predictions().reading(spark, predictions -> joining.with(spark, predictions)));
  }

  private LabelKind labelKind() {
    return task == Task.CLASSIFICATION
        ? new LabelClasses(classes, outputs)
        : new LabelNumbers(outputs);
  }

  private LabelTable predictions() {
    if (task == Task.CLASSIFICATION || outputs == 1) {
      return LabelTable.named(results, idColumns, new LabelNumbers(1), List.of("prediction"));
    }
    return LabelTable.named(
        results,
        idColumns,
        new LabelNumbers(outputs),
        IntStream.range(0, outputs).mapToObj(k -> "y_" + k).toList());
  }

  private static Comparison compared(Dataset<Row> predictions, Dataset<Row> truths) {
    Row sums =
        predictions
            .select(functions.col(LabelRows.ID), functions.col(LabelRows.LABEL).as(PREDICTED))
            .join(truths.select(LabelRows.ID, LabelRows.LABEL), LabelRows.ID)
            .agg(
                functions.count(functions.lit(1)),
                functions.expr("count_if(predicted[0] = label[0])"),
                functions.expr(
                    "coalesce(sum(aggregate(zip_with(predicted, label, (p, y) -> (p - y) * (p - y)), 0D, (s, e) -> s + e)), 0D)"))
            .first();
    return new Comparison(sums.getLong(0), sums.getLong(1), sums.getDouble(2));
  }

  /** Labels of images have no ids; those of the images are their places. */
  private Comparison inOrder(Path labels, Configuration configuration) throws IOException {
    return joined(
        (spark, predictions) -> {
          ClassLabels truths =
              ClassLabels.ofIdx(
                  configuration,
                  labels,
                  predictions.count(),
                  true,
                  new LabelClasses(classes, outputs));
          return inOrder(predictions, truths);
        });
  }

  private static Comparison inOrder(Dataset<Row> predictions, ClassLabels truths) {
    Iterator<Row> rows = predictions.select(LabelRows.ID, LabelRows.LABEL).toLocalIterator();
    long records = 0;
    long right = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      String id = row.getString(0);
      if (id.matches("[0-9]{1,9}") && Integer.parseInt(id) < truths.size()) {
        records++;
        right += row.<Double>getList(1).get(0) == truths.get(Integer.parseInt(id)) ? 1 : 0;
      }
    }
    return new Comparison(records, right, 0);
  }
}
