package io.nightjar.spark;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs Spark jobs that end with the thread that waits for them, and finds what failures came of.
 */
public final class SparkJobs {

  /** The deepest exception of a task, in Spark's account of it. */
  private static final Pattern EXECUTOR_SAID =
      Pattern.compile(
          "(?s).*(?:Lost task|Caused by:).*?: (?:([\\w.$]+(?:Exception|Error)): )?([^\\n]+)");

  private SparkJobs() {}

  /** A Spark job, which Scala lets throw anything. */
  public interface Work<T> {
    List<T> run();
  }

  /** Makes the exception of a failed job. */
  public interface Failed<E extends Exception> {
    E of(Exception failure);
  }

  /**
   * Runs a job. If the thread is interrupted meanwhile, its tasks are told to stop.
   *
   * @param group tells it from all others
   * @param description what Spark shows of it
   */
  public static <T, E extends Exception> List<T> run(
      JavaSparkContext spark, String group, String description, Work<T> work, Failed<E> failed)
      throws E, InterruptedException {
    spark.setJobGroup(group, description, true);
    try {
      return work.run();
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      Optional<InterruptedException> interruption = interruption(e);
      if (interruption.isPresent()) { // of this thread; its tasks have not heard of it
        spark.cancelJobGroup(group);
        throw interruption.get();
      }
      throw failed.of(e);
    }
  }

  private static Optional<InterruptedException> interruption(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException interruption) {
        return Optional.of(interruption);
      }
    }
    return Optional.empty();
  }

  /** Returns what an executor said, which is a few lines deep in what Spark says. */
  public static String reason(Exception failure) {
    String reason = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Matcher matcher = EXECUTOR_SAID.matcher(message);
      reason = matcher.find() ? matcher.group(2) : message;
    }
    return reason.lines().findFirst().orElse("");
  }

  /** Returns whether the deepest exception of a task, or of the driver, is of a type. */
  public static boolean isCausedBy(Exception failure, Class<? extends Exception> type) {
    boolean found = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher matcher = EXECUTOR_SAID.matcher(String.valueOf(cause.getMessage()));
      found = matcher.find() ? type.getName().equals(matcher.group(1)) : type.isInstance(cause);
    }
    return found;
  }
}
