package io.nightjar.cluster;

import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.staging.StagingPlace;
import io.nightjar.tables.QuietTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * What the processes of a data owner's cluster have beside tasks: executors tell the driver of
 * poisoned batches and wait until it has written that down, log nothing of what is in rows, and
 * close keys and records when they end.
 */
public final class OwnerPlugin implements SparkPlugin {

  private static final Map<UUID, PoisonedBatches> JOBS = new ConcurrentHashMap<>();

  private static volatile Optional<PluginContext> executor = Optional.empty();

  /** Has the driver remember the poisoned batches of a job, until it is closed. */
  static void remember(UUID job, PoisonedBatches batches) {
    JOBS.put(job, batches);
  }

  static void forget(UUID job) {
    JOBS.remove(job);
  }

  /**
   * Tells the driver of a poisoned batch; when this returns, every later process knows of it.
   *
   * @throws UncheckedIOException if the driver cannot be told, or cannot remember
   */
  static void tell(Poisoned batch) {
    try {
      Object known =
          executor.orElseThrow(() -> new IllegalStateException("This is no executor")).ask(batch);
      if (!Boolean.TRUE.equals(known)) {
        throw new IOException("the driver has no such job any more");
      }
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new UncheckedIOException(
          new IOException("The driver does not take the mark of a batch", e));
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        Poisoned poisoned = (Poisoned) message;
        Optional<PoisonedBatches> job = Optional.ofNullable(JOBS.get(poisoned.job()));
        job.ifPresent(batches -> batches.add(poisoned.batch()));
        return job.isPresent();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorSide();
  }

  private static final class ExecutorSide implements ExecutorPlugin {
    private Optional<QuietTasks> quiet = Optional.empty();

    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      executor = Optional.of(context);
      quiet = Optional.of(new QuietTasks());
    }

    @Override
    public void shutdown() {
      OwnerProcess.closeAll();
      StagingPlace.closeAll();
      quiet.ifPresent(QuietTasks::close);
      executor = Optional.empty();
    }
  }
}
