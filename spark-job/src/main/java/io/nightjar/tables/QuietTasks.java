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

  private final Map<String, Level> before = new LinkedHashMap<>();

  /** Begins. */
  public QuietTasks() {
    for (String logger : LOGGERS) {
      before.put(logger, LogManager.getLogger(logger).getLevel());
      Configurator.setLevel(logger, Level.OFF);
    }
  }

  @Override
  public void close() {
    before.forEach(Configurator::setLevel);
  }
}
