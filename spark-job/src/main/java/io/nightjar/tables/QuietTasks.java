package io.nightjar.tables;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Keeps Spark from logging why tasks fail: what it says of a row that it cannot read may quote it.
 * The driver hears of it all the same.
 */
public final class QuietTasks implements AutoCloseable {

  private static final List<String> LOGGERS =
      List.of("org.apache.spark.executor", "org.apache.spark.scheduler");

  /** What the loggers said before the first of those that are open now. */
  private static final Map<String, Level> BEFORE = new LinkedHashMap<>();

  private static int open;

  /** Begins. */
  public QuietTasks() {
    synchronized (BEFORE) {
      if (open++ == 0) {
        for (String logger : LOGGERS) {
          BEFORE.put(logger, LogManager.getLogger(logger).getLevel());
          Configurator.setLevel(logger, Level.OFF);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (BEFORE) {
      if (--open == 0) {
        BEFORE.forEach(Configurator::setLevel);
      }
    }
  }
}
