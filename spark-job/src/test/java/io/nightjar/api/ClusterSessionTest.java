package io.nightjar.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.cluster.OwnerPlugin;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.ServingProcess;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.LocalCluster;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose session is on a cluster: executors in other processes do the owner's work. */
@Slow
class ClusterSessionTest {

  private static final Duration MOST_OPEN = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private static SparkSession session(LocalCluster cluster) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(cluster.master())
            .appName("a program on a cluster")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.io.encryption.enabled", "true")
            .config("spark.authenticate", "true")
            .config("spark.authenticate.secret", "5ecret-0f-the-cluster")
            .config("spark.network.crypto.enabled", "true")
            .config("spark.plugins", OwnerPlugin.class.getName())
            .config("spark.sql.shuffle.partitions", "3");
    for (String setting : LocalCluster.settings()) {
      String[] pair = setting.split("=", 2);
      builder.config(pair[0], pair[1]);
    }
    return builder.getOrCreate();
  }

  @Test
  void executorsStageEncryptAndDecryptAndKeepNoKeyAfterwards() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path passphrase = Files.writeString(directory.resolve("passphrase"), TestJobs.PASSPHRASE);
    Agent agent =
        Agent.of(
                jobs.planFile(),
                jobs.keys("keys"),
                directory.resolve("exchange").toUri().toString())
            .modelOwner(TestIdentities.modelOwner().identity().toString())
            .output(directory.resolve("out").toUri().toString())
            .with("spark.nightjar.exchange.pollMillis", "10");

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"));
        ServingProcess serving = ServingProcess.repeating(jobs, directory.resolve("exchange"));
        SparkSession session = session(cluster)) {
      Dataset<Row> records =
          session
              .read()
              .option("header", "true")
              .schema("id INT, f0 DOUBLE, f1 DOUBLE, f2 DOUBLE, f3 DOUBLE, f4 DOUBLE, f5 DOUBLE")
              .csv(jobs.writeTable("records.csv").toUri().toString());
      JobRefusedException refused =
          assertThrows(
              JobRefusedException.class,
              () -> agent.score(records, TestJobs.PASSPHRASE.toCharArray()));
      assertTrue(refused.getMessage().contains("in a file (spark.nightjar.keys.passphraseFile)"));

      Scores scores =
          agent.with("spark.nightjar.keys.passphraseFile", passphrase.toString()).score(records);

      serving.assertDone();
      assertEquals(predicted(jobs), predicted(scores.results()));
      assertTrue(everOpened(session), "executors worked with keys");
      awaitNothingOpen(session);
    }
  }

  /** Returns which class every record has by the known draws. */
  private static Map<Integer, Integer> predicted(TestJobs jobs) throws Exception {
    Map<Integer, Integer> predicted = new TreeMap<>();
    jobs.expected()
        .forEach((id, cells) -> predicted.put(id.intValue(), Integer.valueOf(cells.get(0))));
    return predicted;
  }

  private static Map<Integer, Integer> predicted(Dataset<Row> results) {
    Map<Integer, Integer> predicted = new TreeMap<>();
    for (Row row : results.select("id", "prediction").collectAsList()) {
      predicted.put(row.getInt(0), row.getInt(1));
    }
    return predicted;
  }

  private static List<Long> onExecutors(SparkSession session, String what) {
    List<Integer> tasks = IntStream.range(0, 8).boxed().toList();
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(tasks, tasks.size())
        .map(
            task ->
                what.equals("handles") ? NativeMemory.openHandles() : NativeMemory.peakBlockBytes())
        .collect();
  }

  private static boolean everOpened(SparkSession session) {
    return onExecutors(session, "peak").stream().anyMatch(bytes -> bytes > 0);
  }

  private static void awaitNothingOpen(SparkSession session) throws InterruptedException {
    long end = System.nanoTime() + MOST_OPEN.toNanos();
    List<Long> open = onExecutors(session, "handles");
    while (open.stream().anyMatch(handles -> handles > 0) && System.nanoTime() < end) {
      Thread.sleep(100);
      open = onExecutors(session, "handles");
    }
    Long[] none = new Long[open.size()];
    Arrays.fill(none, 0L);
    assertEquals(List.of(none), open);
  }
}
