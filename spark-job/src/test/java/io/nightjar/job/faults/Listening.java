package io.nightjar.job.faults;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Hears all that this process has to say. */
public final class Listening implements AutoCloseable {
  private final StringBuilder text = new StringBuilder();
  private final Logger root = (Logger) LogManager.getRootLogger();
  private final Level before = root.getContext().getConfiguration().getRootLogger().getLevel();
  private final AbstractAppender appender =
      new AbstractAppender(
          "listening",
          null,
          PatternLayout.newBuilder().withPattern("%p %c %m%n%ex").build(),
          true,
          Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          synchronized (text) {
            text.append(getLayout().toSerializable(event));
          }
        }
      };

  /** Listens to what is said at a level and above. */
  /** Begins to listen. */
  public Listening(Level level) {
    appender.start();
    root.getContext().getConfiguration().getAppender("console").stop();
    root.addAppender(appender);
    Configurator.setRootLevel(level);
  }

  /** Returns what was said so far. */
  public String text() {
    synchronized (text) {
      return text.toString();
    }
  }

  @Override
  public void close() {
    Configurator.setRootLevel(before);
    root.removeAppender(appender);
    root.getContext().getConfiguration().getAppender("console").start();
  }
}
