package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.PoisonMark;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.job.faults.ForgedResults.Content;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A data owner's process ends at each step from a wrong result to the end of the job, and is
 * started again. The model owner takes its question back meanwhile, as if it had never asked.
 */
@Slow
class PoisonedCrashTest {

  private static final int WAVE = 1;
  private static final String MARK = "_nightjar/poisoned-0000001.json";

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;
  private Path keys;

  private static List<ProtocolProfile> profiles() {
    return List.of(ProtocolProfile.BAYHENN, ProtocolProfile.CRYPTONETS);
  }

  private static Fault crash(Operation operation, String path) {
    return Fault.once(operation, path, Effect.CRASHES);
  }

  /** The steps in their order; the mark is durable after the second. */
  private static List<Fault> steps(int lastRound) {
    List<Fault> steps = new ArrayList<>();
    // between the mark at the identity and that of the batch
    steps.add(crash(Operation.CREATE, ".*/_nightjar/.poisoned-0000001.*"));
    steps.add(crash(Operation.RENAME, ".*/_nightjar/poisoned-0000001.json"));
    if (lastRound > 0) { // before, inside and after the next upload
      steps.add(crash(Operation.CREATE, ".*/wave-00001/round-01/up/.*draw-00.*"));
      steps.add(crash(Operation.CREATE, ".*/wave-00001/round-01/up/.*draw-01.*"));
      steps.add(crash(Operation.RENAME, ".*/wave-00001/round-01/up.json"));
      steps.add(crash(Operation.DELETE, ".*/wave-00001/round-00/up"));
    }
    steps.add(crash(Operation.RENAME, ".*/parts/part-00001.parquet"));
    steps.add(crash(Operation.RENAME, ".*/wave-00001.done"));
    steps.add(crash(Operation.RENAME, ".*/wave-00002/round-00/up.json"));
    // finished for the model owner, and then for the data owner
    steps.add(crash(Operation.RENAME, ".*/jobs/[^/]*/done.json"));
    steps.add(crash(Operation.RENAME, ".*/_nightjar/withheld"));
    steps.add(crash(Operation.DELETE, ".*/_nightjar/parts"));
    return steps;
  }

  private AgentRequest asking(FaultyDisk disk) throws Exception {
    AgentRequest request =
        jobs.asking(
            FaultyDisk.uri(exchange),
            keys,
            "out",
            disk.settings(TestJobs.WAVE_BY_WAVE, "spark.nightjar.exchange.timeout=30s"));
    return new AgentRequest(
        request.exchange(),
        keys,
        Optional.empty(),
        request.modelOwner(),
        request.input(),
        new org.apache.hadoop.fs.Path(FaultyDisk.uri(directory.resolve("jobs/out"))),
        request.target(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        request.settings());
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void theMarkOutlivesEveryStepAndTheExchangeShowsNone(ProtocolProfile profile) throws Exception {
    SortedMap<String, String> honest = honest(profile);
    jobs = TestJobs.in(directory.resolve("jobs"), profile);
    keys = jobs.keys("keys");
    exchange = jobs.directory().resolve("exchange");
    Path mark = jobs.directory().resolve("out").resolve(MARK);

    try (CheatingModelOwner cheat =
        CheatingModelOwner.start(
            exchange,
            jobs.plan(),
            (batch, round, draw) ->
                batch == WAVE && round == 0 && draw == 0
                    ? Content.BEYOND_THE_BOUND
                    : Content.PLAUSIBLE)) {
      boolean durable = false;
      for (Fault step : steps(jobs.lastRound())) {
        FaultyDisk disk = FaultyDisk.in(directory, step);
        Exception end = assertThrows(Exception.class, () -> Parties.ask(asking(disk)));
        assertEquals(List.of(1), disk.strikes(), () -> step + " after " + end);
        assertFalse(end instanceof ResultsWithheldException, step.toString());
        assertTrue(PoisonMark.find(keys).isPresent(), step.toString());
        assertTrue(Files.exists(mark) || !durable, step.toString());
        durable = !step.path().contains("poisoned");
        if (!Files.exists(exchangeFile("wave-00001/round-01/up.json"))) {
          cheat.unsay(WAVE, 0);
        }
      }

      ResultsWithheldException end =
          assertThrows(
              ResultsWithheldException.class, () -> Parties.ask(asking(FaultyDisk.in(directory))));

      assertTrue(end.getMessage().contains("(batch 1)"), end.getMessage());
      assertEquals(honest, cheat.seen());
      assertTrue(Files.exists(mark));
      assertFalse(Files.exists(mark.resolveSibling("parts")));
      assertFalse(Files.exists(jobs.directory().resolve("out/_SUCCESS")));
    }
  }

  private Path exchangeFile(String name) throws Exception {
    try (var found = Files.list(exchange.resolve("jobs"))) {
      return found.findFirst().orElseThrow().resolve(name);
    }
  }

  private SortedMap<String, String> honest(ProtocolProfile profile) throws Exception {
    TestJobs like = TestJobs.in(directory.resolve("honest"), profile);
    Path place = like.directory().resolve("exchange");
    try (CheatingModelOwner honest =
        CheatingModelOwner.start(place, like.plan(), CheatingModelOwner.Questions.NONE)) {
      Parties.ask(like.asking(place, like.keys("keys"), "out", TestJobs.WAVE_BY_WAVE));
      return honest.seen();
    }
  }
}
