package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.InvalidInputException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** Has Spark read a table, and says in one line why it cannot. */
final class SparkRefusals {

  /** What Spark calls a header of CSV that is not what it has found the columns to be. */
  private static final String HEADER = "_LEGACY_ERROR_TEMP_3241";

  /** What the parser that Spark has throws of a text that is no CSV. */
  private static final String NOT_CSV = "TextParsingException";

  private SparkRefusals() {}

  /** What is done with a Spark. */
  interface Work<T> {
    T with(OwnSpark spark) throws IOException;
  }

  /**
   * Does some work on a table.
   *
   * @param name says what it is, if Spark has to be started for it
   * @throws InvalidInputException if the table cannot be read
   */
  static <T> T working(RecordSource.BySpark source, OwnSparks sparks, String name, Work<T> work)
      throws IOException {
    try (OwnSpark spark = sparks.open(name)) {
      return work.with(spark);
    } catch (InvalidInputException | IOException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      if (source instanceof RecordSource.Rows rows && rows.isStopped()) {
        throw new IOException(
            "The Spark session of the records was stopped before all were staged: none is", e);
      }
      throw of(source, e);
    }
  }

  /**
   * Returns what is said of a table that Spark cannot read. What Spark says of a plan names columns
   * and files; what it says of rows may quote them, so only its name for the error is told.
   */
  private static InvalidInputException of(RecordSource.BySpark source, Exception failure) {
    Optional<String> condition = Optional.empty();
    Optional<String> file = Optional.empty();
    Optional<String> known = Optional.empty();
    Throwable last = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      Throwable cause = at;
      if (cause instanceof InvalidInputException refused) {
        return refused;
      }
      if (cause instanceof AnalysisException) {
        String why = cause.getMessage().lines().findFirst().orElse("");
        return new InvalidInputException(
            "%s: %s".formatted(Text.quote(source.title()), why), failure);
      }
      if (cause instanceof SparkThrowable named && named.getCondition() != null) {
        condition = Optional.of(named.getCondition());
        file = file.or(() -> Optional.ofNullable(named.getMessageParameters().get("path")));
      }
      known = known.or(() -> known(cause));
      last = cause;
    }
    String title = file.map(path -> new Path(path).getName()).orElse(source.title());
    if (known.isPresent()) {
      return new InvalidInputException("%s: %s".formatted(Text.quote(title), known.get()), failure);
    }
    return new InvalidInputException(
        "%s cannot be read by Spark%s (%s)"
            .formatted(
                Text.quote(title),
                source instanceof RecordSource.Table table
                    ? table.format().map(" as "::concat).orElse("")
                    : "",
                condition.orElse(last.getClass().getSimpleName())),
        failure);
  }

  /** Returns what a failure comes from, if it has a name that says too little. */
  private static Optional<String> known(Throwable cause) {
    if (cause instanceof SparkThrowable named && HEADER.equals(named.getCondition())) {
      return Optional.of(
          "a column is there twice, or not all files have the same columns in the same order");
    }
    return cause.getClass().getSimpleName().equals(NOT_CSV)
        ? Optional.of("it is not CSV: a quote is not closed, not doubled or out of place")
        : Optional.empty();
  }
}
