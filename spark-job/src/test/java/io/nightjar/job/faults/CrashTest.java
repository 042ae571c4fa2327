package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * A driver that ends again and again, each time a little later, and is started again. From the
 * point on where it ends nothing that it does with files has an effect, not even tidying up.
 */
@Slow
@ForEachProtocol
class CrashTest {

  @Parameter private ProtocolProfile profile;

  private static Fault crash(Operation operation, String path) {
    return Fault.once(operation, path, Effect.CRASHES);
  }

  @Test
  void aJobWithKeysGoesOn(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    String last = jobs.lastRoundName();
    List<Fault> crashes = new ArrayList<>();
    // while records are staged
    crashes.add(crash(Operation.CREATE, ".*/staged-.*/records-00000.njst"));
    crashes.add(crash(Operation.RENAME, ".*/staged-.*/index.njst"));
    // before it can be gone on from
    crashes.add(crash(Operation.RENAME, ".*/secret"));
    crashes.add(crash(Operation.RENAME, ".*/_nightjar/job.json"));
    // at the end of an upload
    crashes.add(crash(Operation.RENAME, ".*/wave-00000/round-00/up.json"));
    // between tasks and their manifest
    crashes.add(crash(Operation.RENAME, ".*/wave-00000/round-00/down.json.sig"));
    if (!last.equals("round-00")) { // in the middle of an upload that is made of results
      crashes.add(crash(Operation.CREATE, ".*/wave-00000/%s/up/.*draw-01.*".formatted(last)));
    }
    crashes.add(crash(Operation.RENAME, ".*/wave-00000/%s/down.json".formatted(last)));
    // between waves, in the next, and at its end
    crashes.add(crash(Operation.RENAME, ".*/parts/part-00000.parquet"));
    crashes.add(crash(Operation.RENAME, ".*/inputs-.*/%s.batches-0000001.*".formatted(last)));
    crashes.add(crash(Operation.DELETE, ".*/wave-00001"));
    // after the last
    crashes.add(crash(Operation.RENAME, ".*/out/part-00001.parquet"));
    crashes.add(crash(Operation.RENAME, ".*/_report/report.json"));
    crashes.add(crash(Operation.CREATE, ".*/_SUCCESS"));
    crashes.add(crash(Operation.DELETE, ".*/_nightjar/secret"));
    crashAndGoOn(jobs, Optional.of(jobs.keys("keys")), crashes, 1);
  }

  /** What such a job has uploaded nobody can decrypt any more when it is started again. */
  @Test
  void aJobWithoutKeysGoesOn(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    String last = jobs.lastRoundName();
    // when it is started it removes an open wave, and only then when the wave is finished
    Fault atTheEnd = new Fault(Operation.DELETE, ".*/wave-00001", Effect.CRASHES, 1, 1);
    crashAndGoOn(
        jobs,
        Optional.empty(),
        List.of(
            // in the middle of a task
            crash(Operation.CREATE, ".*/wave-00000/%s/down/.*njb".formatted(last)),
            crash(Operation.RENAME, ".*/wave-00000/%s/down.json".formatted(last)),
            crash(Operation.CREATE, ".*/wave-00001/round-00/down/batch-0000001.*"),
            atTheEnd,
            crash(Operation.RENAME, ".*/out/part-00001.parquet")),
        1);
  }

  /** Ends a job at each of these faults in turn, and then lets it go on to its end. */
  static void crashAndGoOn(
      TestJobs jobs, Optional<Path> keys, List<Fault> crashes, int wavesInFlight) throws Exception {
    Path output = jobs.directory().resolve("out");
    String uri = FaultyDisk.uri(output);
    for (Fault crash : crashes) {
      FaultyDisk disk = FaultyDisk.in(jobs.directory(), crash);
      String[] settings = disk.settings("spark.nightjar.waves.inFlight=" + wavesInFlight);
      assertThrows(
          Exception.class,
          () -> Parties.score(jobs.scoring(uri, keys, settings)),
          crash.toString());
      assertEquals(List.of(1), disk.strikes(), crash.toString());
    }
    Parties.score(jobs.scoring(uri, keys, FaultyDisk.in(jobs.directory()).settings()));

    jobs.assertScored("out");
    assertTrue(Files.exists(output.resolve("_report/report.json")), "the report");
    assertFalse(Files.exists(output.resolve("_nightjar/secret")), "the secret");
    assertFalse(Files.exists(output.resolve("_nightjar/parts")), "the parts");
    try (Stream<Path> left = Files.list(output.resolve("_nightjar"))) {
      assertFalse(
          left.anyMatch(file -> file.getFileName().toString().startsWith("staged-")),
          "the records");
    }
  }
}
