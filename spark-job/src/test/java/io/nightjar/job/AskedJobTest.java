package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.tables.RecordSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedJobTest {

  private static final String SCORE = "score " + "a".repeat(64);

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  private AskedJob asked(String rest, String... pairs) {
    return AskedJob.of(jobs.plan(pairs), "PARQUET", rest).of(10);
  }

  @Test
  void settingsThatMadeAnotherPlanAreNamed() {
    AskedJob now = asked(SCORE, "spark.nightjar.plan.clipSigmas=3");

    assertEquals("clipSigmas is 4.0 there and 3.0 here", asked(SCORE).difference(now));
  }

  @Test
  void aModelIsOnlySaidToBeAnother() {
    String said = asked(SCORE).difference(asked("score " + "b".repeat(64)));

    assertEquals("the model's files have changed, or are another's", said);
    assertFalse(said.contains("aaaa") || said.contains("bbbb"));
    assertEquals("it was begun without --keys", asked(SCORE).difference(asked(SCORE + " keys")));
    assertEquals(
        "it was begun with --keys, which are not given",
        asked(SCORE + " keys").difference(asked(SCORE)));
  }

  @Test
  void recordsAndFormsAreNamed() {
    AskedJob now = AskedJob.of(jobs.plan(), "CSV", SCORE).of(11);

    assertEquals(
        "records: 10 there and 11 here; results: \"PARQUET\" there and \"CSV\" here",
        asked(SCORE).difference(now));
    assertEquals("the records are others", asked(SCORE).difference(asked(SCORE)));
  }

  @Test
  void whatCannotBeReadIsDoneWithout() {
    assertEquals(Optional.empty(), AskedJob.read("[".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.empty(), AskedJob.read(new byte[0]));
  }

  /**
   * To read them again would take a Spark; the same bytes under another time are still the same.
   */
  @Test
  void recordsOfAJobThatIsOverAreNotReadAgainUnlessTheirFileHasChanged() throws Exception {
    Path table = jobs.writeTable("records.csv");
    byte[] right = Files.readAllBytes(table);
    FileTime before = FileTime.from(Instant.now().minusSeconds(3600));
    Files.setLastModifiedTime(table, before);
    ScoreRequest request =
        Requests.of(
            RecordSource.at(new org.apache.hadoop.fs.Path(table.toUri())), jobs.scoring("out"));
    Parties.score(request);

    Files.write(table, new byte[right.length]);
    Files.setLastModifiedTime(table, before);
    assertTrue(Parties.score(request).before());

    Files.setLastModifiedTime(table, FileTime.from(Instant.now().minusSeconds(1800)));
    assertThrows(RuntimeException.class, () -> Parties.score(request));
    Files.write(table, right); // a moment ago, so it has to be read
    assertTrue(Parties.score(request).before());
  }

  /** Also of a job that is over, whose other files are gone. */
  @Test
  void aJobOfOtherSettingsIsToldInWhatItDiffers() throws Exception {
    Parties.score(jobs.scoring("out"));

    String said =
        assertThrows(
                JobRefusedException.class,
                () -> Parties.score(jobs.scoring("out", "spark.nightjar.plan.clipSigmas=3")))
            .getMessage();

    assertTrue(said.contains(" (clipSigmas is 4.0 there and 3.0 here): choose "), said);
    new OutputDirectory(
            new org.apache.hadoop.fs.Path(directory.resolve("out").toUri()), new Configuration())
        .find();
  }
}
