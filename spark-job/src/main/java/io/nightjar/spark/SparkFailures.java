package io.nightjar.spark;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in a failure of a Spark job what it came of. */
public final class SparkFailures {

  /** The deepest exception of a task, in Spark's account of it. */
  private static final Pattern EXECUTOR_SAID =
      Pattern.compile(
          "(?s).*(?:Lost task|Caused by:).*?: (?:([\\w.$]+(?:Exception|Error)): )?([^\\n]+)");

  private SparkFailures() {}

  /** Returns the interruption of this thread, of which the tasks have not heard. */
  public static Optional<InterruptedException> interruption(Exception failure) {
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
