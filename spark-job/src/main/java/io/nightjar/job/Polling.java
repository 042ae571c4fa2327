package io.nightjar.job;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits for the other party by looking, again and again.
 *
 * @param interval between two looks
 * @param timeout after which the other party is given up
 */
record Polling(Duration interval, Duration timeout) {

  /** Something that may have appeared. */
  interface Look<T> {
    Optional<T> look() throws IOException;
  }

  static Polling of(Settings settings) {
    return new Polling(
        Duration.ofMillis(settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS)),
        settings.get(NightjarSettings.EXCHANGE_TIMEOUT));
  }

  /**
   * Returns what is waited for when it is there.
   *
   * @throws IOException if it does not come in time; it may still come to who waits again
   */
  <T> T await(String what, Look<T> look) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Optional<T> found = look.look();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new IOException(inVain(timeout, what));
      }
      Thread.sleep(interval.toMillis());
    }
  }

  /** Returns what is said of something that did not come in time. */
  static String inVain(Duration timeout, String what) {
    return "Waited %s for %s in vain: is the other party running?"
        .formatted(Amounts.duration(timeout), what);
  }
}
