package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.testing.Slow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Executors in processes of their own. */
@Slow
class ClusterTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path memory;

  private void prepare(ProtocolProfile profile) {
    jobs = TestJobs.in(directory, profile);
    memory = directory.resolve("memory");
  }

  private ScoreRequest request(String master, Optional<Path> keys, Fault fault, String... pairs)
      throws Exception {
    List<String> all = new ArrayList<>(LocalCluster.settings());
    all.addAll(List.of(FaultyFileSystem.with(fault, memory, pairs)));
    return Requests.on(
        master,
        jobs.scoring(
            FaultyFileSystem.uri(directory.resolve("out")), keys, all.toArray(new String[0])));
  }

  /** What executors in other processes write, this process would have written too. */
  @ParameterizedTest
  @CsvSource({"bayhenn", "private bayhenn", "cryptonets", "2p-dnn"})
  void anExecutorThatEndsInTheMiddleOfATaskCostsNothingButTime(ProtocolProfile profile)
      throws Exception {
    prepare(profile);
    Path out = directory.resolve("out");
    Optional<Path> keys = Optional.of(jobs.keys("keys"));
    String[] pairs = {"spark.nightjar.waves.inFlight=1", "spark.nightjar.exchange.keep=true"};
    Fault none = Fault.always(Operation.OPEN, "nowhere", Effect.FAILS);
    Fault halt = Fault.once(Operation.CREATE, ".*/wave-00001/round-00/down/.*njb", Effect.HALTS);
    ScoreRequest inThisProcess = request("local[2]", keys, none, pairs);
    assertThrows(
        SameBytesTest.Ended.class, () -> Parties.score(inThisProcess, SameBytesTest.ENDING));
    SortedMap<String, String> wave = SameBytesTest.evaluated(out);
    wave.keySet().removeIf(name -> !name.contains("wave-00001"));
    assertEquals(3, wave.size(), wave.keySet().toString());
    SameBytesTest.delete(out);

    try (LocalCluster cluster = LocalCluster.prepare(directory.resolve("spark"))) {
      Parties.score(request(cluster.master(), keys, halt, pairs));
    }

    assertEquals(1, FaultyFileSystem.strikes(memory));
    SortedMap<String, String> again = SameBytesTest.evaluated(out);
    again.keySet().retainAll(wave.keySet());
    assertEquals(wave, again);
    jobs.assertScored("out");
  }

  @ParameterizedTest
  @CsvSource({"bayhenn, 01", "cryptonets, 00"})
  void aSecondAttemptAtASlowTaskWritesTheSame(ProtocolProfile profile, String round)
      throws Exception {
    prepare(profile);
    Fault slow =
        Fault.once(
            Operation.CREATE, ".*/wave-00000/round-%s/down/.*njb".formatted(round), Effect.HANGS);

    try (TwoMachines machines = new TwoMachines(directory.resolve("spark"))) {
      Parties.score(
          request(
              machines.uri(),
              Optional.empty(),
              slow,
              "spark.nightjar.exchange.dir=" + FaultyFileSystem.uri(directory.resolve("exchange")),
              "spark.speculation=true",
              "spark.speculation.interval=50ms",
              "spark.speculation.minTaskRuntime=50ms",
              "spark.speculation.task.duration.threshold=300ms"));
    } finally {
      FaultyFileSystem.letGo(memory);
    }

    assertEquals(1, FaultyFileSystem.strikes(memory));
    jobs.assertScored("out");
  }
}
