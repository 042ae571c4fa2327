package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that fail, and disks that are full. */
@Slow
class ExecutorFaultTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path memory;

  private void prepare(ProtocolProfile profile) {
    jobs = TestJobs.in(directory, profile);
    memory = directory.resolve("memory");
  }

  private void score(String master, Fault fault) throws IOException, InterruptedException {
    Parties.score(
        Requests.on(
            master,
            jobs.scoring(
                FaultyFileSystem.uri(directory.resolve("out")),
                Optional.empty(),
                FaultyFileSystem.with(fault, memory, "spark.nightjar.waves.inFlight=1"))));
  }

  @ParameterizedTest
  @CsvSource({
    "bayhenn, OPEN, .*/wave-00000/round-00/up/.*njb, FAILS",
    "bayhenn, CREATE, .*/wave-00001/round-00/down/.*draw-01.*njb, FAILS",
    "bayhenn, CREATE, .*/wave-00001/round-01/down/.*njb, FILLS_UP",
    "bayhenn, RENAME, .*/wave-00002/round-00/down/_temporary/.*/digests-.*, FAILS",
    "bayhenn, RENAME, .*/wave-00000/round-01/down/batch.*, FAILS",
    "cryptonets, OPEN, .*/wave-00000/round-00/up/.*njb, FAILS",
    "cryptonets, CREATE, .*/wave-00001/round-00/down/.*draw-01.*njb, FILLS_UP",
    "cryptonets, RENAME, .*/wave-00002/round-00/down/batch.*, FAILS",
    "2p-dnn, CREATE, .*/wave-00001/round-01/down/.*draw-01.*njb, FILLS_UP"
  })
  void aTaskThatFailsOnceIsTriedAgain(
      ProtocolProfile profile, Operation operation, String path, Effect effect) throws Exception {
    prepare(profile);
    score("local[2,4]", Fault.once(operation, path, effect));

    assertEquals(1, FaultyFileSystem.strikes(memory));
    jobs.assertScored("out");
  }

  @ParameterizedTest
  @CsvSource({"bayhenn, fc1", "cryptonets, the whole network", "2p-dnn, fc1"})
  void aFullDiskOfExecutorsEndsTheJobWithOneReasonAndItGoesOnLater(
      ProtocolProfile profile, String title) throws Exception {
    prepare(profile);
    Fault full =
        Fault.always(Operation.CREATE, ".*/wave-00002/round-00/down/.*njb", Effect.FILLS_UP);

    RoundFailedException failure =
        assertThrows(RoundFailedException.class, () -> score("local[2,2]", full));

    assertEquals(
        "Wave 2, round 0 (%s) failed on the executors: No space left on device".formatted(title),
        failure.getMessage());
    assertEquals(2, FaultyFileSystem.strikes(memory));
    assertLeftUnpublished();
    score("local[2]", Fault.always(Operation.OPEN, "nowhere", Effect.FAILS));
    jobs.assertScored("out");
  }

  @ParameterizedTest
  @CsvSource({
    "bayhenn, .*/wave-00002/round-00/up/.*njb",
    "bayhenn, .*/wave-00002/round-01/up/.*njb",
    "bayhenn, .*/wave-00002/round-01/[.]up.json.*",
    "bayhenn, .*/_nightjar/parts/[.]part-00002.*",
    "cryptonets, .*/wave-00002/round-00/up/.*njb",
    "cryptonets, .*/_nightjar/parts/[.]part-00002.*"
  })
  void aFullDiskOfTheDataOwnerEndsTheJobWithOneReasonAndItGoesOnLater(
      ProtocolProfile profile, String path) throws Exception {
    prepare(profile);
    Fault full = Fault.always(Operation.CREATE, path, Effect.FILLS_UP);

    IOException failure = assertThrows(IOException.class, () -> score("local[2]", full));

    assertEquals("No space left on device", failure.getMessage());
    assertLeftUnpublished();
    score("local[2]", Fault.always(Operation.OPEN, "nowhere", Effect.FAILS));
    jobs.assertScored("out");
  }

  @Test
  void aFullDiskAtThePublicationOfResultsIsNoLossOfThem() throws Exception {
    prepare(ProtocolProfile.BAYHENN); // no block is in sight any more
    Fault full = Fault.always(Operation.CREATE, ".*/[.]report.json.*", Effect.FILLS_UP);

    assertThrows(IOException.class, () -> score("local[2]", full));

    score("local[2]", Fault.always(Operation.OPEN, "nowhere", Effect.FAILS));
    jobs.assertScored("out");
  }

  /** What succeeded stays, out of sight. */
  private void assertLeftUnpublished() {
    Path out = directory.resolve("out");
    assertTrue(Files.exists(out.resolve("_nightjar/parts/part-00000.csv")));
    assertFalse(Files.exists(out.resolve("part-00000.csv")));
    assertFalse(Files.exists(out.resolve("_SUCCESS")));
    assertFalse(Files.exists(out.resolve("_nightjar/parts/part-00002.csv")));
  }
}
