package io.nightjar.cli;

import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a command says on standard error besides its log: a line for people or, where every line is
 * to be JSON, an event of the log.
 */
final class ErrorLines {

  /** The system property by which the launcher says what lines are to be. */
  static final String FORM = "nightjar.log";

  /** The log, which is not there where a command has the job jar alone. */
  private static final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorLines.class);
  }

  private ErrorLines() {}

  private static boolean areEvents() {
    return "json".equals(System.getProperty(FORM));
  }

  /** Says why a command fails, if that explains it. */
  static void error(PrintWriter err, String message) {
    if (areEvents()) {
      Events.LOG.error(message);
    } else {
      err.println("nightjar: " + message);
    }
  }

  /** Says what went wrong that nobody has thought of; as text, with the whole stack trace. */
  static void unexpected(PrintWriter err, Exception e) {
    if (areEvents()) {
      Events.LOG.error("An exception that nobody has thought of, at {}", place(e), e);
    } else {
      e.printStackTrace(err);
    }
  }

  private static Object place(Exception e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0];
  }

  /** Says what should be known of a command that goes on. */
  static void warning(PrintWriter err, String message) {
    if (areEvents()) {
      Events.LOG.warn(message);
    } else {
      err.println("nightjar: warning: " + message);
    }
  }

  /** Says what to do next. */
  static void next(PrintWriter err, String what) {
    if (areEvents()) {
      Events.LOG.info("Next: {}", what);
    } else {
      err.println("Next: " + what);
    }
  }

  /** Says what a benchmark is at. */
  static void note(PrintWriter err, String message) {
    if (areEvents()) {
      Events.LOG.info(message);
    } else {
      err.println("bench: " + message);
    }
  }
}
