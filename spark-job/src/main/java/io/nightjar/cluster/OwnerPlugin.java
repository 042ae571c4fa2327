package io.nightjar.cluster;

import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.spark.ExecutorMetrics;
import io.nightjar.staging.StagingPlace;
import io.nightjar.tables.QuietTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes of a data owner's cluster have beside tasks: executors tell the driver of
 * poisoned batches and wait until it has written that down, log nothing of what is in rows, show
 * their metrics among Spark's, and close keys and records when they end, or when the driver has no
 * more work for which they are wanted.
 */
public final class OwnerPlugin implements SparkPlugin {

  private static final Map<UUID, PoisonedBatches> JOBS = new ConcurrentHashMap<>();

  /**
   * What an executor asks the driver: whether there is work of which it may have something open.
   */
  private static final String IS_AT_WORK = "at work?";

  private static final Duration LOOKS = Duration.ofSeconds(5);

  /** In the driver, how many calls are at work. */
  private static final AtomicInteger AT_WORK = new AtomicInteger();

  private static final Logger LOG = LoggerFactory.getLogger(OwnerPlugin.class);

  private static volatile Optional<PluginContext> executor = Optional.empty();

  /** The driver begins work of which executors open keys and records. */
  public static void begin() {
    AT_WORK.incrementAndGet();
  }

  /** The driver ends work; executors close what they have open if there is no other. */
  public static void end() {
    AT_WORK.decrementAndGet();
  }

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
      public void registerMetrics(String application, PluginContext context) {
        ProcessMetrics.register(context.metricRegistry(), ProcessMetric.Role.DRIVER);
      }

      @Override
      public Object receive(Object message) {
        if (IS_AT_WORK.equals(message)) {
          return AT_WORK.get() > 0;
        }
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
    private Optional<ScheduledExecutorService> looks = Optional.empty();
    private long closed; // what opened() was when all was closed

    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      executor = Optional.of(context);
      ExecutorMetrics.register(context.metricRegistry());
      quiet = Optional.of(new QuietTasks());
      ScheduledExecutorService timer =
          Executors.newSingleThreadScheduledExecutor(
              work -> {
                Thread thread = new Thread(work, "nightjar-keys");
                thread.setDaemon(true);
                return thread;
              });
      Future<?> unused =
          timer.scheduleWithFixedDelay(
              () -> closeUnwanted(context),
              LOOKS.toMillis(),
              LOOKS.toMillis(),
              TimeUnit.MILLISECONDS);
      looks = Optional.of(timer);
    }

    /** Closes what tasks have opened if the driver has no work for them any more. */
    private void closeUnwanted(PluginContext context) {
      long opened = opened();
      try {
        boolean unwanted = opened != closed && Boolean.FALSE.equals(context.ask(IS_AT_WORK));
        if (unwanted && opened() == opened) { // nothing for work that has begun meanwhile
          closeAll();
          closed = opened;
        }
      } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
        LOG.debug("The driver does not say whether it is at work", e);
      }
    }

    private static long opened() {
      return OwnerProcess.opened() + StagingPlace.opened();
    }

    private static void closeAll() {
      OwnerProcess.closeAll();
      StagingPlace.closeAll();
    }

    @Override
    public void shutdown() {
      looks.ifPresent(ScheduledExecutorService::shutdownNow);
      closeAll();
      quiet.ifPresent(QuietTasks::close);
      executor = Optional.empty();
    }
  }
}
