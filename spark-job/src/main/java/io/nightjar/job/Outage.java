package io.nightjar.job;

import io.nightjar.text.Amounts;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file system that cannot be reached for a while, which is no reason to give up at once. */
final class Outage {

  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final String what;
  private final Duration longest;
  private Optional<Long> since = Optional.empty();

  /**
   * Begins without one.
   *
   * @param what cannot be reached
   * @param longest after which it is given up
   */
  Outage(String what, Duration longest) {
    this.what = what;
    this.longest = longest;
  }

  /**
   * Takes a failure; the first is logged.
   *
   * @throws IOException if it has failed for too long
   */
  void failed(IOException failure) throws IOException {
    long now = System.nanoTime();
    if (since.isEmpty()) {
      since = Optional.of(now);
      LOG.warn("{} cannot be reached, trying again: {}", what, failure.toString());
    } else if (now - since.get() > longest.toNanos()) {
      throw new IOException(
          "%s could not be reached for %s: %s"
              .formatted(what, Amounts.duration(longest), failure.getMessage()),
          failure);
    }
  }

  /** Returns whether it cannot be reached. */
  boolean isOn() {
    return since.isPresent();
  }

  /** It was reached. */
  void over() {
    if (since.isPresent()) {
      since = Optional.empty();
      LOG.info("{} is reached again", what);
    }
  }
}
