package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Disks that are full: the job ends with one reason, and goes on when there is room again. */
@Slow
@ForEachProtocol
class FullDiskTest {

  private static final String REASON = "No space left on device";

  @Parameter private ProtocolProfile profile;

  private static ScoreRequest request(TestJobs jobs, FaultyDisk disk) throws IOException {
    return jobs.scoring(
        FaultyDisk.uri(jobs.directory().resolve("out")),
        Optional.of(jobs.keys("keys")),
        disk.settings(TestJobs.WAVE_BY_WAVE));
  }

  /** Here it fills up again and again, each time a little later. */
  @Test
  void afterEachFullDiskTheJobGoesOnFromWhatSucceeded(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    String lastRound = ".*/wave-00002/%s/".formatted(jobs.lastRoundName());

    assertOwnersDiskEndsIt(jobs, ".*/wave-00002/round-00/up/.*njb");
    assertExecutorsDiskEndsIt(jobs, ".*/wave-00002/round-00/down/.*njb");
    List<String> later = new ArrayList<>();
    if (jobs.lastRound() > 0) {
      later.add(lastRound + "up/.*njb");
      later.add(lastRound + "[.]up.json.*");
    }
    later.add(".*/_nightjar/parts/[.]part-00002.*");
    for (String path : later) {
      assertOwnersDiskEndsIt(jobs, path);
    }
    assertPublicationEndsIt(jobs);

    Parties.score(request(jobs, FaultyDisk.in(directory)));
    jobs.assertScored("out");
  }

  private static FaultyDisk full(TestJobs jobs, String path) throws IOException {
    return FaultyDisk.in(jobs.directory(), Fault.always(Operation.CREATE, path, Effect.FILLS_UP));
  }

  private static void assertOwnersDiskEndsIt(TestJobs jobs, String path) throws IOException {
    ScoreRequest request = request(jobs, full(jobs, path));

    IOException failure = assertThrows(IOException.class, () -> Parties.score(request), path);

    assertEquals(REASON, failure.getMessage());
    assertUnpublished(jobs);
  }

  private static void assertExecutorsDiskEndsIt(TestJobs jobs, String path) throws IOException {
    FaultyDisk disk = full(jobs, path);
    ScoreRequest request = Requests.on("local[2,2]", request(jobs, disk));

    RoundFailedException failure =
        assertThrows(RoundFailedException.class, () -> Parties.score(request));

    assertEquals(
        "Wave 2, round 0 (%s) failed on the executors: %s"
            .formatted(jobs.plan().rounds().get(0).title(), REASON),
        failure.getMessage());
    assertEquals(List.of(2), disk.strikes(), "attempts");
    assertUnpublished(jobs);
  }

  /** What succeeded stays, out of sight. */
  private static void assertUnpublished(TestJobs jobs) {
    Path out = jobs.directory().resolve("out");
    assertTrue(Files.exists(out.resolve("_nightjar/parts/part-00000.parquet")));
    assertFalse(Files.exists(out.resolve("part-00000.parquet")));
    assertFalse(Files.exists(out.resolve("_SUCCESS")));
    assertFalse(Files.exists(out.resolve("_nightjar/parts/part-00002.parquet")));
  }

  /** No block is in sight any more, and no result is lost. */
  private static void assertPublicationEndsIt(TestJobs jobs) throws IOException {
    ScoreRequest request = request(jobs, full(jobs, ".*/[.]report.json.*"));

    assertThrows(IOException.class, () -> Parties.score(request));

    assertFalse(Files.exists(jobs.directory().resolve("out/_SUCCESS")));
  }
}
