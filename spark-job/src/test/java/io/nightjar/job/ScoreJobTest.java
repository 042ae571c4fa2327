package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.records.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs whose driver the data owner runs, where nothing goes wrong. */
class ScoreJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void resultsAreThoseOfTheReference(ProtocolProfile profile) throws Exception {
    jobs = TestJobs.in(directory, profile);

    Map<String, Object> report = Parties.score(jobs.scoring("out")).report();

    jobs.assertScored("out");
    assertEquals(profile.protocol().name(), report.get("protocol"));
    assertEquals((long) jobs.count(), report.get("records"));
    Map<?, ?> margin = (Map<?, ?>) report.get("noiseMarginBits");
    double predicted = ((Number) margin.get("predicted")).doubleValue();
    double measured = ((Number) margin.get("measuredMin")).doubleValue();
    assertTrue(0 < predicted && predicted <= measured, margin.toString());
    assertFalse(Files.exists(directory.resolve("out/_nightjar/secret")));
    try (Stream<Path> left = Files.walk(directory.resolve("out/_nightjar"))) {
      assertFalse(left.anyMatch(file -> file.toString().endsWith(".njb")));
    }
    assertTrue(Files.exists(directory.resolve("out/_report/report.json")));
  }

  @Test
  void aTableWithCategoriesAndMissingValuesIsScoredAsItIs(@TempDir Path tables) throws Exception {
    TestJobs table = TestJobs.ofTable(tables);

    Parties.score(table.scoring("out"));

    table.assertScored("out");
  }

  /** The job has records of its own by then. */
  @Test
  void whatBecomesOfTheInputMeanwhileDoesNotMatter() throws Exception {
    byte[] before = Files.readAllBytes(jobs.records());
    JobProgress writing =
        new JobProgress() {
          @Override
          public void begin(Plan plan, JobDescription job, List<Wave> open) {
            try {
              Files.writeString(jobs.records(), "gone");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    Parties.score(jobs.scoring("out"), writing);

    Files.write(jobs.records(), before); // for whoever compares
    jobs.assertScored("out");
  }

  @Test
  void aTableWithAValueThatTheModelDoesNotKnowIsRefusedBeforeAnythingIsEncrypted(
      @TempDir Path tables) throws Exception {
    TestJobs table = TestJobs.ofTable(tables);
    Files.writeString(
        table.records(), "id,age,creatinine,ward,sex\n1,50,1,icu,f\n2,50,1,SECRET,f\n");

    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> Parties.score(table.scoring("out")));

    assertTrue(
        refused.getMessage().contains("row 2, column \"ward\": not a value"), refused.getMessage());
    assertFalse(refused.getMessage().contains("SECRET"), refused.getMessage());
    try (Stream<Path> left = Files.walk(tables)) {
      assertFalse(left.anyMatch(file -> file.toString().endsWith(".njb")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksGoAsSoonAsNobodyWillReadThemAgain(boolean keep) throws Exception {
    List<Boolean> before = Collections.synchronizedList(new ArrayList<>());
    JobProgress watcher =
        new JobProgress() {
          @Override
          public void evaluated(Wave wave, int round) {
            if (round == 1) {
              before.add(holdsBlocks("wave-%05d/round-00/up".formatted(wave.index())));
            }
          }
        };

    Parties.score(jobs.scoring("out", "spark.nightjar.exchange.keep=" + keep), watcher);

    assertEquals(List.of(keep, keep, keep), before);
    assertEquals(keep, holdsBlocks("wave-00002/round-01"));
  }

  private boolean holdsBlocks(String round) {
    try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
      return files.anyMatch(
          file -> file.toString().contains(round) && file.toString().endsWith(".njb"));
    } catch (IOException | UncheckedIOException e) { // which another wave takes away just now
      return holdsBlocks(round);
    }
  }
}
