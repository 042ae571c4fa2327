package io.nightjar.spark;

import io.nightjar.text.Amounts;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster that a job is about to run on: it must be there, and have room for an executor. Spark
 * by itself waits for both without an end, and says little.
 */
public final class Cluster {

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LARGE_ENOUGH = Duration.ofSeconds(3);
  private static final Duration LINE = Duration.ofSeconds(30);
  private static final Duration FIRST_LINE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private Cluster() {}

  /**
   * Makes sure that somebody listens where the master is to be.
   *
   * @throws IOException if nobody does
   */
  public static void requireReachable(String master) throws IOException {
    ClusterMaster.requireReachable(master);
  }

  /**
   * Waits for the first executor.
   *
   * @param timeout after which the cluster is given up
   * @throws IOException if none came, or none can come
   */
  public static void awaitExecutor(JavaSparkContext spark, Duration timeout)
      throws IOException, InterruptedException {
    if (spark.isLocal()) {
      return;
    }
    if (spark.sc().isStopped()) {
      throw new IOException(
          "The Spark master %s did not take the application: is a master of this release of Spark there, with the same secret?"
              .formatted(spark.master()));
    }
    long start = System.nanoTime();
    long nextLine = FIRST_LINE.toNanos();
    Optional<JavaFutureAction<Long>> asking =
        spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false)
            ? Optional.of(spark.parallelize(List.of(0), 1).countAsync()) // else none is asked for
            : Optional.empty();
    boolean looked = false;
    while (!hasExecutor(spark)) {
      long waited = System.nanoTime() - start;
      if (spark.sc().isStopped()) {
        throw new IOException(
            "The cluster %s ended the application: its executors do not start, and their logs on the workers say why"
                .formatted(spark.master()));
      }
      if (waited > timeout.toNanos()) {
        throw new IOException(
            "No executor came from %s in %s, which was asked for %s: are its machines busy, or smaller?"
                .formatted(spark.master(), Amounts.duration(timeout), executor(spark)));
      }
      if (!looked && waited > LARGE_ENOUGH.toNanos()) {
        looked = true;
        requireLargeEnough(spark);
      }
      if (waited > nextLine) {
        LOG.warn(
            "Waiting for an executor from {}, which was asked for {}: its machines may be busy, or smaller",
            spark.master(),
            executor(spark));
        nextLine += LINE.toNanos();
      }
      Thread.sleep(LOOK.toMillis());
    }
    asking.ifPresent(job -> job.cancel(true));
  }

  private static boolean hasExecutor(JavaSparkContext spark) {
    return !spark.sc().isStopped() && spark.sc().statusTracker().getExecutorInfos().length > 1;
  }

  private static void requireLargeEnough(JavaSparkContext spark) throws IOException {
    Optional<List<ClusterMaster.Worker>> found = ClusterMaster.workers(spark);
    if (found.isEmpty()) {
      return;
    }
    List<ClusterMaster.Worker> workers = found.get();
    if (workers.isEmpty()) {
      throw new IOException("The master %s has no workers".formatted(spark.master()));
    }
    int cores = ClusterMaster.executorCores(spark).orElse(1);
    int memory = spark.sc().executorMemory();
    if (workers.stream()
        .noneMatch(worker -> worker.cores() >= cores && worker.memoryMib() >= memory)) {
      ClusterMaster.Worker largest =
          workers.stream()
              .max(
                  Comparator.comparingInt(ClusterMaster.Worker::cores)
                      .thenComparingInt(ClusterMaster.Worker::memoryMib))
              .orElseThrow();
      throw new IOException(
          "No worker of %s is as large as an executor, which is to have %s; the largest has %s, %s"
              .formatted(
                  spark.master(),
                  executor(spark),
                  cores(largest.cores()),
                  memory(largest.memoryMib())));
    }
    int most = spark.getConf().getInt("spark.cores.max", Integer.MAX_VALUE);
    if (most < cores) {
      throw new IOException(
          "No executor of %s can have %s: spark.cores.max is %d"
              .formatted(spark.master(), cores(cores), most));
    }
  }

  private static String executor(JavaSparkContext spark) {
    OptionalInt cores = ClusterMaster.executorCores(spark);
    String memory = memory(spark.sc().executorMemory());
    return cores.isPresent() ? cores(cores.getAsInt()) + ", " + memory : memory;
  }

  private static String memory(long mebibytes) {
    return Amounts.bytes(mebibytes << 20) + " of memory";
  }

  private static String cores(int cores) {
    return cores == 1 ? "1 core" : cores + " cores";
  }
}
