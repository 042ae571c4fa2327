package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.model.Dense;
import io.nightjar.model.Layer;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A driver that ends at some point and is started again. From that point on nothing that it does
 * with files has an effect, not even tidying up.
 */
@Slow
class CrashTest {

  private static final Fault NONE = Fault.always(Operation.OPEN, "nowhere", Effect.FAILS);

  /** Opening them takes long enough; making them as well need not be. */
  @TempDir private static Path shared;

  private static final Map<ProtocolProfile, Path> KEYS = new HashMap<>();

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeAll
  static void makeKeys() throws IOException {
    for (ProtocolProfile profile : ProtocolProfile.ofEachProtocol().toList()) {
      KEYS.put(profile, TestJobs.in(shared, profile).keys(profile.name()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // in the middle of an upload, and at its end
    "bayhenn, RENAME, .*/wave-00000/round-00/up.json",
    "bayhenn, CREATE, .*/wave-00000/round-01/up/.*draw-01.*",
    "bayhenn, RENAME, .*/inputs-.*/wave-00001.round-01",
    "cryptonets, RENAME, .*/wave-00000/round-00/up.json",
    "cryptonets, RENAME, .*/inputs-.*/wave-00001.round-00",
    "2p-dnn, CREATE, .*/wave-00000/round-01/up/.*draw-01.*",
    "2p-dnn, RENAME, .*/inputs-.*/wave-00001.round-01",
    // between tasks and their manifest
    "bayhenn, DELETE, .*/round-00/down/digests.*",
    "bayhenn, RENAME, .*/wave-00000/round-01/down.json",
    "cryptonets, RENAME, .*/wave-00000/round-00/down.json",
    "2p-dnn, RENAME, .*/wave-00000/round-01/down.json",
    // between waves
    "bayhenn, RENAME, .*/parts/part-00000.csv",
    "cryptonets, RENAME, .*/parts/part-00000.csv"
  })
  void aJobWithKeysGoesOn(ProtocolProfile profile, Operation operation, String path)
      throws Exception {
    jobs = TestJobs.in(directory, profile);
    crashAndGoOn(Optional.of(KEYS.get(profile)), operation, path);
  }

  @ParameterizedTest
  @CsvSource({
    // before it can be gone on from
    "bayhenn, RENAME, .*/secret",
    "bayhenn, RENAME, .*/_nightjar/job.json",
    // in the middle of a task, and on the way of its files to their place
    "bayhenn, CREATE, .*/round-00/down/_temporary/.*draw-01.*njb",
    "bayhenn, RENAME, .*/round-00/down/batch-0000001.*",
    "bayhenn, RENAME, .*/wave-00000/round-01/down.json",
    "cryptonets, CREATE, .*/round-00/down/_temporary/.*draw-01.*njb",
    "2p-dnn, CREATE, .*/round-01/down/_temporary/.*draw-01.*njb",
    // between waves
    "bayhenn, DELETE, .*/wave-00001",
    "cryptonets, DELETE, .*/wave-00001",
    // after the last
    "bayhenn, RENAME, .*/out/part-00001.csv",
    "bayhenn, RENAME, .*/_report/report.json",
    "bayhenn, CREATE, .*/_SUCCESS",
    "bayhenn, DELETE, .*/_nightjar/secret"
  })
  void aJobWithoutKeysGoesOn(ProtocolProfile profile, Operation operation, String path)
      throws Exception {
    jobs = TestJobs.in(directory, profile);
    crashAndGoOn(Optional.empty(), operation, path);
  }

  @ParameterizedTest
  @CsvSource({
    "false, RENAME, .*/wave-00000/round-02/up.json",
    "false, DELETE, .*/wave-00000/round-01/up",
    "false, CREATE, .*/wave-00000/round-02/down/.*draw-01.*",
    "false, RENAME, .*/parts/part-00000.csv",
    "true, RENAME, .*/wave-00000/round-02/up.json",
    "true, DELETE, .*/wave-00000/round-01/up",
    "true, RENAME, .*/parts/part-00000.csv"
  })
  void aDeepNetworkGoesOnWithoutTheBlocksOfRoundsBefore(
      boolean residual, Operation operation, String path) throws Exception {
    Layer third = residual ? new ResidualAdd("add", "relu1") : new Relu("relu2");
    jobs =
        TestJobs.in(
            directory,
            TestNetworks.ofSixFeatures(
                2,
                new Dense("fc1", 6, 5, true),
                new Relu("relu1"),
                new Dense("fc2", 5, 5, true),
                third,
                new Relu("relu3"),
                new Dense("fc3", 5, 3, true)));
    crashAndGoOn(Optional.of(KEYS.get(ProtocolProfile.BAYHENN)), operation, path);
  }

  private void crashAndGoOn(Optional<Path> keys, Operation operation, String path)
      throws Exception {
    Path output = directory.resolve("out");
    String uri = FaultyFileSystem.uri(output);
    Path memory = directory.resolve("memory");
    Fault crash = Fault.once(operation, path, Effect.CRASHES);

    assertThrows(
        Exception.class,
        () -> Parties.score(jobs.scoring(uri, keys, FaultyFileSystem.with(crash, memory))));
    assertEquals(1, FaultyFileSystem.strikes(memory));
    Parties.score(
        jobs.scoring(uri, keys, FaultyFileSystem.with(NONE, directory.resolve("no-memory"))));

    jobs.assertScored("out");
    assertTrue(Files.exists(output.resolve("_report/report.json")), "the report");
    assertFalse(Files.exists(output.resolve("_nightjar/secret")), "the secret");
    assertFalse(Files.exists(output.resolve("_nightjar/parts")), "the parts");
  }
}
