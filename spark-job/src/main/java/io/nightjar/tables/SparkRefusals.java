package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.InvalidInputException;
import java.util.Optional;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** Says in one line why Spark cannot read a table. */
final class SparkRefusals {

  private SparkRefusals() {}

  /**
   * Returns what is said of a table that Spark cannot read. What Spark says of a plan names columns
   * and files; what it says of rows may quote them, so only its name for the error is told.
   */
  static InvalidInputException of(RecordSource.BySpark source, Exception failure) {
    Optional<String> condition = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidInputException refused) {
        return refused;
      }
      if (cause instanceof AnalysisException) {
        String why = cause.getMessage().lines().findFirst().orElse("");
        return new InvalidInputException(
            "%s: %s".formatted(Text.quote(source.title()), why), failure);
      }
      if (cause instanceof SparkThrowable known && known.getCondition() != null) {
        condition = Optional.of(known.getCondition());
      }
    }
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return new InvalidInputException(
        "%s cannot be read by Spark%s (%s)"
            .formatted(
                Text.quote(source.title()),
                source instanceof RecordSource.Table table
                    ? table.format().map(" as "::concat).orElse("")
                    : "",
                condition.orElse(last.getClass().getSimpleName())),
        failure);
  }
}
