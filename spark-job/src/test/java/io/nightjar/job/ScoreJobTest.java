package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose driver the data owner runs, where nothing goes wrong. */
class ScoreJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  @Test
  void resultsAreThoseOfTheReferenceBitForBit() throws Exception {
    ScoreResult result = TestJobs.score(jobs.scoring("out"));

    jobs.assertScored("out");
    assertEquals((long) TestJobs.RECORDS, result.report().get("records"));
    assertFalse(Files.exists(directory.resolve("out/_nightjar/secret")));
    try (Stream<Path> left = Files.walk(directory.resolve("out/_nightjar"))) {
      assertFalse(left.anyMatch(file -> file.toString().endsWith(".njb")));
    }
    assertTrue(Files.exists(directory.resolve("out/_report/report.json")));
  }
}
