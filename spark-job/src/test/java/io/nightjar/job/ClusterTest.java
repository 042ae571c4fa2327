package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Executors in processes of their own. */
class ClusterTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path memory;

  private void prepare(TestJobs prepared) {
    jobs = prepared;
    memory = directory.resolve("memory");
  }

  private void score(String master, Fault fault, String... pairs) throws Exception {
    List<String> all = new ArrayList<>(LocalCluster.settings());
    all.addAll(List.of(FaultyFileSystem.with(fault, memory, pairs)));
    TestJobs.score(
        TestJobs.on(
            master,
            jobs.scoring(
                FaultyFileSystem.uri(directory.resolve("out")),
                Optional.empty(),
                all.toArray(new String[0]))));
  }

  @ParameterizedTest
  @EnumSource
  void executorsInOtherProcessesGiveTheSameResults(Protocol protocol) throws Exception {
    prepare(TestJobs.in(directory, protocol));
    Fault none = Fault.always(Operation.OPEN, "nowhere", Effect.FAILS);

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"))) {
      score(cluster.master(), none);
    }

    jobs.assertScored("out");
  }

  @ParameterizedTest
  @CsvSource({"BAYHENN, NONE", "BAYHENN, BAYESIAN", "CRYPTONETS, NONE"})
  void anExecutorThatEndsInTheMiddleOfATaskCostsNothingButTime(
      Protocol protocol, ModelPrivacy privacy) throws Exception {
    prepare(TestJobs.in(directory, protocol, privacy));
    Fault halt = Fault.once(Operation.CREATE, ".*/wave-00001/round-00/down/.*njb", Effect.HALTS);

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"))) {
      score(cluster.master(), halt);
    }

    assertEquals(1, FaultyFileSystem.strikes(memory));
    jobs.assertScored("out");
  }

  @ParameterizedTest
  @CsvSource({"BAYHENN, 01", "CRYPTONETS, 00"})
  void aSecondAttemptAtASlowTaskWritesTheSame(Protocol protocol, String round) throws Exception {
    prepare(TestJobs.in(directory, protocol));
    Fault slow =
        Fault.once(
            Operation.CREATE, ".*/wave-00000/round-%s/down/.*njb".formatted(round), Effect.HANGS);

    try (TwoMachines machines = new TwoMachines(directory.resolve("spark"))) {
      score(
          machines.uri(),
          slow,
          "spark.nightjar.exchange.dir=" + FaultyFileSystem.uri(directory.resolve("exchange")),
          "spark.speculation=true",
          "spark.speculation.interval=50ms",
          "spark.speculation.minTaskRuntime=50ms",
          "spark.speculation.task.duration.threshold=300ms");
    } finally {
      FaultyFileSystem.letGo(memory);
    }

    assertEquals(1, FaultyFileSystem.strikes(memory));
    jobs.assertScored("out");
  }
}
