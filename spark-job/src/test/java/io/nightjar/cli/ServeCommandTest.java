package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.TestJobs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} refuses before it offers anything. */
class ServeCommandTest {

  @TempDir private Path directory;

  /** Under a seed, whoever orders two jobs has two equations for the same weights. */
  @Test
  void aSeedIsRefused() {
    TestJobs jobs = TestJobs.in(directory); // whose settings name one

    CommandRun run =
        CommandRun.with(
            jobs,
            "serve",
            "--model",
            jobs.model().toString(),
            "--exchange",
            directory.resolve("exchange").toString(),
            "--jobs",
            "1",
            "--budget",
            "unlimited",
            "--owners",
            "anyone");

    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: spark.nightjar.job.seedFile is "), run.err());
    assertFalse(Files.exists(directory.resolve("exchange")));
  }
}
