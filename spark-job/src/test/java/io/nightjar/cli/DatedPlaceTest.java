package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.TestJobs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatedPlaceTest {

  @Test
  void yesterdayIsTheDayBeforeAlsoInALeapYear() {
    assertEquals(
        "hdfs:///r/date=2024-02-29/x-2024-02-29",
        DatedPlace.filled("hdfs:///r/date={yesterday}/x-{yesterday}", LocalDate.of(2024, 3, 1)));
    assertEquals("r/{today}", DatedPlace.filled("r/{today}", LocalDate.of(2024, 3, 1)));
  }

  @Test
  void aPlaceOfManyNightsHasTheDateOfEach() {
    LocalDate night = LocalDate.of(2024, 2, 29);

    assertEquals("l/2024-02-29/2024-02-29.csv", DatedPlace.ofNight("l/{date}/{date}.csv", night));
    assertTrue(DatedPlace.isOfNight("{date}.csv"));
    assertFalse(DatedPlace.isOfNight("labels-{yesterday}.csv"));
    assertEquals("r/{date}", DatedPlace.filled("r/{date}", night), "score knows one night");
  }

  @Test
  void yesterdaysRecordsAreScoredIntoYesterdaysPlace(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    LocalDate before = LocalDate.now(ZoneId.systemDefault()).minusDays(1);
    for (LocalDate date : new LocalDate[] {before, before.plusDays(1)}) { // it may be midnight
      Files.copy(jobs.records(), directory.resolve("records-" + date + ".idx"));
    }

    CommandRun run =
        CommandRun.with(
            jobs,
            "score",
            "--model",
            jobs.model().toString(),
            "--input",
            directory.resolve("records-{yesterday}.idx").toString(),
            "--output",
            directory.resolve("out-{yesterday}").toString(),
            "--master",
            "local[2]");

    assertEquals(0, run.exitCode(), run.err());
    try (var found = Files.list(directory)) {
      assertTrue(
          found.anyMatch(
              path -> path.getFileName().toString().matches("out-\\d{4}-\\d\\d-\\d\\d")));
    }
    assertTrue(run.out().matches("(?s).*Results are in \\S*/out-\\d{4}-.*"), run.out());
  }
}
