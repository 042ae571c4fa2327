package io.nightjar.cli;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs progress where nobody watches a terminal: a line for every wave, at the most one in a
 * second, and one in half a minute in which no wave has ended.
 */
final class LoggedProgress extends ShownProgress {

  static final Duration LEAST = Duration.ofSeconds(1);
  static final Duration MOST = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

  private final LongSupplier clock;
  private long last;

  /**
   * Creates it.
   *
   * @param clock nanoseconds from anywhere
   */
  LoggedProgress(JobMeter meter, LongSupplier clock) {
    super(meter);
    this.clock = clock;
    this.last = clock.getAsLong() - LEAST.toNanos();
  }

  @Override
  void show(JobMeter now) {
    log(now, MOST);
  }

  @Override
  void waveFinished(JobMeter now) {
    log(now, LEAST);
  }

  @Override
  void ended(JobMeter now) {}

  private void log(JobMeter now, Duration pause) {
    if (clock.getAsLong() - last >= pause.toNanos()) {
      last = clock.getAsLong();
      LOG.info("{}", now.line(Integer.MAX_VALUE));
    }
  }
}
