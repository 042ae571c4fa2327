package io.nightjar.tables;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;

/**
 * Keeps Spark from logging why tasks fail: what it says of a row that it cannot read may quote it.
 * The driver hears of it all the same.
 */
public final class QuietTasks implements AutoCloseable {

  private static final List<String> LOGGERS =
      List.of("org.apache.spark.executor", "org.apache.spark.scheduler");

  /**
   * The levels that the loggers had of their own before the first of those that are open now; some
   * have none, and Spark's shells leave those out that have.
   */
  private static final Map<String, Optional<Level>> BEFORE = new LinkedHashMap<>();

  private static int open;

  /** Begins. */
  public QuietTasks() {
    synchronized (BEFORE) {
      if (open++ == 0) {
        for (String logger : LOGGERS) {
          BEFORE.put(logger, ownLevel(logger));
          Configurator.setLevel(logger, Level.OFF);
        }
      }
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }

  private static Optional<Level> ownLevel(String logger) {
    return Optional.ofNullable(context().getConfiguration().getLoggers().get(logger))
        .map(LoggerConfig::getLevel);
  }

  @Override
  public void close() {
    synchronized (BEFORE) {
      if (--open == 0) {
        BEFORE.forEach(QuietTasks::restore);
      }
    }
  }

  private static void restore(String logger, Optional<Level> before) {
    if (before.isPresent()) {
      Configurator.setLevel(logger, before.get());
    } else {
      context().getConfiguration().removeLogger(logger);
      context().updateLoggers();
    }
  }
}
