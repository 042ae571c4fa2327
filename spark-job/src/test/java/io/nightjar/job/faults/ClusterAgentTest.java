package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.PoisonMark;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.ResultFiles;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.ScoreResult;
import io.nightjar.job.ServingProcess;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.job.faults.ForgedResults.Content;
import io.nightjar.model.Dense;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.tables.RecordSource;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A data owner whose work is done by tasks of its own cluster. */
@Slow
class ClusterAgentTest {

  @TempDir private Path directory;

  private Path exchange() {
    return directory.resolve("exchange");
  }

  private AgentRequest asking(TestJobs jobs, FaultyDisk disk, String... pairs) throws Exception {
    return jobs.asking(FaultyDisk.uri(exchange()), jobs.keys("keys"), "out", disk.settings(pairs));
  }

  private AgentRequest asking(LocalCluster cluster, TestJobs jobs, FaultyDisk disk)
      throws Exception {
    List<String> pairs = new ArrayList<>(LocalCluster.settings());
    pairs.add(TestJobs.WAVE_BY_WAVE);
    pairs.add("spark.authenticate.secret=5ecret-0f-the-cluster");
    return Requests.on(cluster.master(), asking(jobs, disk, pairs.toArray(new String[0])));
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void tasksGiveWhatThreadsGiveWhichGoOnForThem(ProtocolProfile profile) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.once(Operation.CREATE, ".*/wave-00000/round-00/up/.*njb", Effect.FAILS));
    try (ServingProcess serving = ServingProcess.start(jobs, exchange())) {
      AgentRequest request = asking(jobs, disk, TestJobs.WAVE_BY_WAVE);
      assertThrows(
          Moment.Ended.class,
          () ->
              Parties.ask(
                  Requests.on("local[2,4]", request),
                  Moment.uploaded(2, jobs.lastRound(), Moment::end)));
      assertEquals(List.of(1), disk.strikes());
      Parties.ask(request);

      serving.assertDone();
    }
    jobs.assertScored("out");
  }

  /** One of them ends in the middle; branches want what was decrypted before. */
  @Test
  void executorsInProcessesOfTheirOwnOpenTheKeyForThemselves() throws Exception {
    TestJobs jobs =
        TestJobs.in(
            directory,
            TestNetworks.ofSixFeatures(
                2,
                new Dense("fc1", 6, 5, true),
                new Relu("relu1"),
                new Dense("fc2", 5, 5, true),
                new ResidualAdd("add", "relu1"),
                new Relu("relu3"),
                new Dense("fc3", 5, 3, true)));
    Path labels = jobs.writeLabelTable("labels.csv", jobs.count() - 3);
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.once(Operation.CREATE, ".*/wave-00001/round-01/up/.*njb", Effect.HALTS));
    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"));
        ServingProcess serving = ServingProcess.repeating(jobs, exchange())) {
      ScoreResult result = Parties.ask(Requests.labelled(labels, asking(cluster, jobs, disk)));

      serving.assertDone();
      assertEquals((jobs.count() - 3.0) / jobs.count(), result.report().get("accuracy"));
    }
    assertEquals(List.of(1), disk.strikes());
    jobs.assertScored("out");
  }

  /** Records are staged and joined with their ids where no other process is. */
  @Test
  void tablesAreStagedAndPublishedByExecutorsToo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    RecordSource table =
        new RecordSource.Table(
            Optional.of("csv"),
            Optional.of(jobs.writeTable("records.csv").toUri().toString()),
            Optional.empty(),
            Map.of("header", "true"),
            Optional.of("id INT, f0 DOUBLE, f1 DOUBLE, f2 DOUBLE, f3 DOUBLE, f4 DOUBLE, f5 DOUBLE"),
            Optional.empty(),
            List.of());
    List<Boolean> encrypted = new ArrayList<>();
    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"));
        ServingProcess serving = ServingProcess.repeating(jobs, exchange())) {
      Parties.ask(
          Requests.of(table, asking(cluster, jobs, FaultyDisk.in(directory))),
          Moment.uploaded(
              0,
              0,
              () -> {
                SecurityManager security = SparkEnv.get().securityManager();
                encrypted.add(security.isAuthenticationEnabled());
                encrypted.add(security.isEncryptionEnabled());
                encrypted.add(security.getIOEncryptionKey().isDefined());
              }));

      serving.assertDone();
    }
    assertEquals(List.of(true, true, true), encrypted, "records go from process to process");
    Parties.score(Requests.of(table, jobs.scoring("alone")));
    assertEquals(
        ResultFiles.read(directory.resolve("alone")), ResultFiles.read(directory.resolve("out")));
  }

  @Test
  void whatOneExecutorFindsToBePoisonedIsMarkedBeforeAnythingIsUploaded() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path keys = jobs.keys("keys");
    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"));
        CheatingModelOwner cheat =
            CheatingModelOwner.start(
                exchange(),
                jobs.plan(),
                (batch, round, draw) ->
                    batch == 1 && round == 0 && draw == 1
                        ? Content.BEYOND_THE_BOUND
                        : Content.PLAUSIBLE)) {
      AgentRequest request = asking(cluster, jobs, FaultyDisk.in(directory));
      boolean[] marked = new boolean[1];
      ResultsWithheldException end =
          assertThrows(
              ResultsWithheldException.class,
              () ->
                  Parties.ask(
                      request,
                      Moment.uploaded(
                          1, 1, () -> marked[0] = Files.exists(keys.resolve("poisoned.json")))));

      assertTrue(end.getMessage().contains("(batch 1)"), end.getMessage());
      assertTrue(marked[0], "the next upload was there before the mark");
      assertTrue(cheat.seen().toString().contains("done.json"), "the job went on to its end");
    } finally {
      PoisonMark.lift(keys);
    }
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));
  }
}
