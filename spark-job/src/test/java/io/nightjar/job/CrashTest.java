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
import io.nightjar.plan.Protocol;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
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

  private static final Map<Protocol, Path> KEYS = new EnumMap<>(Protocol.class);

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeAll
  static void makeKeys() throws IOException {
    for (Protocol protocol : Protocol.values()) {
      KEYS.put(protocol, TestJobs.in(shared, protocol).keys(protocol.text()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // in the middle of an upload, and at its end
    "BAYHENN, RENAME, .*/wave-00000/round-00/up.json",
    "BAYHENN, CREATE, .*/wave-00000/round-01/up/.*draw-01.*",
    "BAYHENN, RENAME, .*/inputs-.*/wave-00001.round-01",
    "CRYPTONETS, RENAME, .*/wave-00000/round-00/up.json",
    "CRYPTONETS, RENAME, .*/inputs-.*/wave-00001.round-00",
    "TWO_PARTY_DNN, CREATE, .*/wave-00000/round-01/up/.*draw-01.*",
    "TWO_PARTY_DNN, RENAME, .*/inputs-.*/wave-00001.round-01",
    // between tasks and their manifest
    "BAYHENN, DELETE, .*/round-00/down/digests.*",
    "BAYHENN, RENAME, .*/wave-00000/round-01/down.json",
    "CRYPTONETS, RENAME, .*/wave-00000/round-00/down.json",
    "TWO_PARTY_DNN, RENAME, .*/wave-00000/round-01/down.json",
    // between waves
    "BAYHENN, RENAME, .*/parts/part-00000.csv",
    "CRYPTONETS, RENAME, .*/parts/part-00000.csv"
  })
  void aJobWithKeysGoesOn(Protocol protocol, Operation operation, String path) throws Exception {
    jobs = TestJobs.in(directory, protocol);
    crashAndGoOn(Optional.of(KEYS.get(protocol)), operation, path);
  }

  @ParameterizedTest
  @CsvSource({
    // before it can be gone on from
    "BAYHENN, RENAME, .*/secret",
    "BAYHENN, RENAME, .*/_nightjar/job.json",
    // in the middle of a task, and on the way of its files to their place
    "BAYHENN, CREATE, .*/round-00/down/_temporary/.*draw-01.*njb",
    "BAYHENN, RENAME, .*/round-00/down/batch-0000001.*",
    "BAYHENN, RENAME, .*/wave-00000/round-01/down.json",
    "CRYPTONETS, CREATE, .*/round-00/down/_temporary/.*draw-01.*njb",
    "TWO_PARTY_DNN, CREATE, .*/round-01/down/_temporary/.*draw-01.*njb",
    // between waves
    "BAYHENN, DELETE, .*/wave-00001",
    "CRYPTONETS, DELETE, .*/wave-00001",
    // after the last
    "BAYHENN, RENAME, .*/out/part-00001.csv",
    "BAYHENN, RENAME, .*/_report/report.json",
    "BAYHENN, CREATE, .*/_SUCCESS",
    "BAYHENN, DELETE, .*/_nightjar/secret"
  })
  void aJobWithoutKeysGoesOn(Protocol protocol, Operation operation, String path) throws Exception {
    jobs = TestJobs.in(directory, protocol);
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
            TestJobs.network(
                2,
                new Dense("fc1", 6, 5, true),
                new Relu("relu1"),
                new Dense("fc2", 5, 5, true),
                third,
                new Relu("relu3"),
                new Dense("fc3", 5, 3, true)));
    crashAndGoOn(Optional.of(KEYS.get(Protocol.BAYHENN)), operation, path);
  }

  private void crashAndGoOn(Optional<Path> keys, Operation operation, String path)
      throws Exception {
    Path output = directory.resolve("out");
    String uri = FaultyFileSystem.uri(output);
    Path memory = directory.resolve("memory");
    Fault crash = Fault.once(operation, path, Effect.CRASHES);

    assertThrows(
        Exception.class,
        () -> TestJobs.score(jobs.scoring(uri, keys, FaultyFileSystem.with(crash, memory))));
    assertEquals(1, FaultyFileSystem.strikes(memory));
    TestJobs.score(
        jobs.scoring(uri, keys, FaultyFileSystem.with(NONE, directory.resolve("no-memory"))));

    jobs.assertScored("out");
    assertTrue(Files.exists(output.resolve("_report/report.json")), "the report");
    assertFalse(Files.exists(output.resolve("_nightjar/secret")), "the secret");
    assertFalse(Files.exists(output.resolve("_nightjar/parts")), "the parts");
  }
}
