package io.nightjar.job;

import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.Lease;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second process off an output directory while this one works there, and tells it who does.
 * On a local disk it ends with the process; elsewhere the process renews it, and one that was
 * killed has it for some {@value #PATIENCE_SECONDS} seconds more.
 */
final class OutputLock implements Closeable {

  private static final int PATIENCE_SECONDS = 20;

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Tells this process from others, so that it has what it left behind at once. */
  private static final UUID PROCESS = UUID.randomUUID();

  /** The outputs away from local disks that this process works in, and since when. */
  private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);

  private final OutputDirectory output;
  private final Closeable held;
  private volatile Optional<InUseException> lost = Optional.empty();

  private OutputLock(OutputDirectory output, Configuration configuration)
      throws IOException, InterruptedException {
    this.output = output;
    UnaryOperator<String> refusal =
        who ->
            "%s works in the output %s: wait for it, or choose another output"
                .formatted(capitalised(who), output.path());
    this.held =
        output.path().toUri().getScheme().equals("file")
            ? ProcessLock.take(java.nio.file.Path.of(output.lock().toUri().getPath()), refusal)
            : renewed(output, configuration, refusal);
  }

  /**
   * Takes the output of a job that is about to be looked for there.
   *
   * @throws InUseException if another process works in it
   * @throws JobRefusedException if there is something in it that is not ours
   */
  static OutputLock take(OutputDirectory output, Configuration configuration)
      throws IOException, InterruptedException {
    boolean unused = output.find().isPresent(); // what is not ours is left as it is
    return new OutputLock(output, configuration);
  }

  private static String capitalised(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private Closeable renewed(
      OutputDirectory output, Configuration configuration, UnaryOperator<String> refusal)
      throws IOException, InterruptedException {
    String here = Occupant.here();
    String before = HELD.putIfAbsent(output.path(), here);
    if (before != null) {
      throw new InUseException(refusal.apply(before));
    }
    Lease lease;
    boolean done = false;
    try {
      Lease.Holder holder = new Lease.Holder(PROCESS, here, refusal);
      lease = Lease.take(output.lock(), configuration, holder);
      done = true;
    } finally {
      if (!done) {
        HELD.remove(output.path());
      }
    }
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread renewing = new Thread(task, "nightjar-output-lock");
              renewing.setDaemon(true);
              return renewing;
            });
    var unused =
        thread.scheduleWithFixedDelay(
            () -> renew(lease), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    return () -> {
      thread.shutdownNow();
      try {
        if (thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          lease.close();
        }
      } catch (InterruptedException e) { // then the lease ends by itself
        Thread.currentThread().interrupt();
      } finally {
        HELD.remove(output.path());
      }
    };
  }

  private void renew(Lease lease) {
    try {
      lease.renew();
    } catch (InUseException e) {
      lost = Optional.of(e);
      throw e; // the last time
    } catch (IOException | RuntimeException e) { // a file system may throw anything, once
      LOG.warn("The lock of {} cannot be renewed, trying again: {}", output.path(), e.toString());
    }
  }

  /**
   * Makes sure that nobody else works in the output, before something is written there.
   *
   * @throws InUseException if another process took it over, because this one was not heard of
   */
  void requireHeld() {
    lost.ifPresent(
        e -> {
          throw e;
        });
  }

  @Override
  public void close() throws IOException {
    held.close();
    output.removeIfEmpty();
  }
}
