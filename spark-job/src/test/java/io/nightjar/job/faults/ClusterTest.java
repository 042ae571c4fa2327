package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.testing.Slow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Executors in processes of their own. */
@Slow
class ClusterTest {

  @TempDir private Path directory;

  private ScoreRequest request(
      String master, TestJobs jobs, Optional<Path> keys, FaultyDisk disk, String... pairs)
      throws Exception {
    List<String> all = new ArrayList<>(LocalCluster.settings());
    all.addAll(List.of(disk.settings(pairs)));
    return Requests.on(
        master,
        jobs.scoring(FaultyDisk.uri(directory.resolve("out")), keys, all.toArray(new String[0])));
  }

  /** What executors in other processes write, this process would have written too. */
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#all")
  void anExecutorThatEndsInTheMiddleOfATaskCostsNothingButTime(ProtocolProfile profile)
      throws Exception {
    StoredJobs stored = StoredJobs.of(profile);
    Path output = stored.copyOutput(directory.resolve("out"));
    Path round = StoredJobs.filesIn(output).round(StoredJobs.WAVE, 0);
    EvaluatedFiles before = EvaluatedFiles.below(round);
    assertEquals(TestJobs.DRAWS, before.contents().size(), before.contents().keySet()::toString);
    EvaluatedFiles.delete(round);
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.once(Operation.CREATE, ".*/wave-00001/round-00/down/.*njb", Effect.HALTS));

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"))) {
      Parties.score(
          request(
              cluster.master(),
              stored.jobs(),
              Optional.of(stored.keys()),
              disk,
              TestJobs.WAVE_BY_WAVE,
              TestJobs.KEEP));
    }

    assertEquals(List.of(1), disk.strikes());
    assertEquals(before, EvaluatedFiles.below(round));
    stored.jobs().assertScored(output);
  }

  /** With what the cluster profile says, on Spark's own cluster, which has one secret for all. */
  @Test
  void connectionsAndFilesAreEncryptedAndTheResultsTheSame() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path profile = Path.of("..", "conf", "profiles", "cluster.conf");
    List<String> encryption =
        new ArrayList<>(List.of("spark.authenticate.secret=5ecret-0f-the-cluster"));
    Settings.resolve(List.of(SettingSource.file(profile)))
        .sparkSettings()
        .forEach((key, value) -> encryption.add(key + "=" + value));
    List<Boolean> encrypted = new CopyOnWriteArrayList<>();

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"))) {
      Parties.score(
          request(
              cluster.master(),
              jobs,
              Optional.empty(),
              FaultyDisk.in(directory),
              encryption.toArray(new String[0])),
          Moment.evaluated(
              0,
              0,
              () -> {
                SecurityManager security = SparkEnv.get().securityManager();
                encrypted.add(security.isAuthenticationEnabled());
                encrypted.add(security.isEncryptionEnabled());
                encrypted.add(security.getIOEncryptionKey().isDefined());
              }));
    }

    assertEquals(List.of(true, true, true), encrypted);
    jobs.assertScored("out");
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void aSecondAttemptAtASlowTaskWritesTheSame(ProtocolProfile profile) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.once(
                Operation.CREATE,
                ".*/wave-00000/%s/down/.*njb".formatted(jobs.lastRoundName()),
                Effect.HANGS));

    try (TwoMachines machines = new TwoMachines(directory.resolve("spark"))) {
      Parties.score(
          request(
              machines.uri(),
              jobs,
              Optional.of(jobs.keys("keys")),
              disk,
              "spark.nightjar.exchange.dir=" + FaultyDisk.uri(directory.resolve("exchange")),
              "spark.speculation=true",
              "spark.speculation.interval=50ms",
              "spark.speculation.minTaskRuntime=50ms",
              "spark.speculation.task.duration.threshold=300ms"));
    } finally {
      disk.letGo();
    }

    assertEquals(List.of(1), disk.strikes());
    jobs.assertScored("out");
  }
}
