package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.records.InvalidInputException;
import io.nightjar.records.NoRecordsException;
import io.nightjar.staging.StagingException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From its first moment on, a job has records of its own. */
@Slow
class StagedJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    keys = jobs.keys("keys");
  }

  private void interrupt(ScoreRequest request) {
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluations(2, Moment::end)));
  }

  /** Writes the records with another value in one of them, and returns what was there. */
  private byte[] changeARecord() throws IOException {
    byte[] before = Files.readAllBytes(jobs.records());
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(jobs.records(), changed);
    return before;
  }

  private List<Path> staged() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("out"))) {
      return all.filter(path -> path.toString().endsWith(".njst")).toList();
    }
  }

  @Test
  void aJobWithKeysGoesOnThoughItsInputIsGone() throws Exception {
    interrupt(jobs.scoring("out", keys));
    assertEquals(2, staged().size());
    Path away = Files.move(jobs.records(), directory.resolve("away.idx"));

    Parties.score(jobs.scoring("out", keys));

    Files.move(away, jobs.records()); // for whoever compares
    jobs.assertScored("out");
    assertEquals(List.of(), staged());
  }

  @Test
  void aJobWithKeysGoesOnWithTheRecordsThatItBeganWith() throws Exception {
    interrupt(jobs.scoring("out", keys));
    byte[] before = changeARecord();

    Parties.score(jobs.scoring("out", keys));

    Files.write(jobs.records(), before);
    jobs.assertScored("out");
  }

  /** Its key is gone, and with it what the records were sealed under. */
  @Test
  void aJobWithoutKeysStagesItsRecordsAgainAndTheyMustBeTheSame() throws Exception {
    interrupt(jobs.scoring("out"));
    byte[] before = changeARecord();

    JobRefusedException refused =
        assertThrows(JobRefusedException.class, () -> Parties.score(jobs.scoring("out")));

    assertTrue(refused.getMessage().contains("another model, input or plan"), refused.getMessage());
    Files.write(jobs.records(), before);
    Parties.score(jobs.scoring("out"));
    jobs.assertScored("out");
    assertEquals(List.of(), staged());
  }

  @Test
  void theRecordsOfAnInterruptedJobAreNotScoredForAnotherRequest() throws Exception {
    interrupt(jobs.scoring("out", keys));

    JobRefusedException fewer =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.score(Requests.limited(10, jobs.scoring("out", keys))));

    assertTrue(fewer.getMessage().contains("another model, input or plan"), fewer.getMessage());
    Parties.score(jobs.scoring("out", keys));
    jobs.assertScored("out");
  }

  /** What was staged of a job that did not begin, another command does not take for its own. */
  @Test
  void recordsThatWereStagedBeforeAJobBeganAreStagedAgain() throws Exception {
    ScoreRequest request = jobs.scoring("out", keys);
    interrupt(request);
    Files.delete(directory.resolve("out/_nightjar/job.json"));
    byte[] before = Files.readAllBytes(jobs.records());
    jobs.writeRecords("records.idx", 0);

    assertThrows(NoRecordsException.class, () -> Parties.score(request), "no records");

    assertEquals(List.of(), staged());
    Files.write(jobs.records(), before);
  }

  @Test
  void damagedRecordsEndTheJobAndTheSameCommandStagesThemAgain() throws Exception {
    interrupt(jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE)); // in the first of three waves
    for (Path file : staged()) {
      if (file.getFileName().toString().startsWith("records")) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1; // of the last batch, which is not uploaded yet
        Files.write(file, bytes);
      }
    }

    StagingException damaged =
        assertThrows(StagingException.class, () -> Parties.score(jobs.scoring("out", keys)));

    assertTrue(damaged.getMessage().contains("run the command again"), damaged.getMessage());
    Parties.score(jobs.scoring("out", keys));
    jobs.assertScored("out");
  }

  /** A bit that flips in what a job keeps must not become other results. */
  @Test
  void resultsThatAreDamagedBeforeTheyArePublishedAreNotPublished() throws Exception {
    assertThrows(
        Moment.Ended.class,
        () ->
            Parties.score(
                jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE), Moment.finished(1, Moment::end)));
    Path part = directory.resolve("out/_nightjar/parts/part-00000.parquet");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length - 2] ^= 1;
    Files.write(part, bytes);

    IOException damaged =
        assertThrows(IOException.class, () -> Parties.score(jobs.scoring("out", keys)));

    assertTrue(
        damaged.getMessage().contains("part-00000.parquet is damaged"), damaged.getMessage());
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));
    assertFalse(Files.exists(directory.resolve("out/part-00000.parquet")));
  }

  @Test
  void aSecretThatIsDamagedDrawsNothing() throws Exception {
    interrupt(jobs.scoring("out", keys));
    Path secret = directory.resolve("out/_nightjar/secret");
    byte[] bytes = Files.readAllBytes(secret);
    for (int bit : new int[] {8, 200, 8 * bytes.length - 1}) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(secret, changed);

      JobRefusedException refused =
          assertThrows(JobRefusedException.class, () -> Parties.score(jobs.scoring("out", keys)));

      assertTrue(refused.getMessage().contains("is damaged: remove"), refused.getMessage());
    }
    Files.write(secret, bytes);
    Parties.score(jobs.scoring("out", keys));
    jobs.assertScored("out");
  }

  @Test
  void nothingIsLeftOfRecordsThatAreRefused() throws Exception {
    byte[] whole = Files.readAllBytes(jobs.records());
    Files.write(jobs.records(), Arrays.copyOf(whole, whole.length - 1));

    assertThrows(InvalidInputException.class, () -> Parties.score(jobs.scoring("out", keys)));

    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void anOutputInTheExchangeIsRefusedBeforeAnythingIsThere() throws Exception {
    Path exchange = directory.resolve("exchange");
    jobs.offer(exchange);

    JobRefusedException agent =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.ask(jobs.asking(exchange, keys, "exchange/here/out")));
    JobRefusedException score =
        assertThrows(
            JobRefusedException.class,
            () ->
                Parties.score(
                    jobs.scoring(
                        "exchange/out", "spark.nightjar.exchange.dir=" + exchange.toUri())));

    for (JobRefusedException refused : List.of(agent, score)) {
      assertTrue(refused.getMessage().contains("is in the exchange"), refused.getMessage());
    }
    assertFalse(Files.exists(exchange.resolve("here")));
    assertFalse(Files.exists(exchange.resolve("out")));
  }

  /** A job is ordered from somebody; until then its records are nobody's business. */
  @Test
  void nothingIsLeftOfAJobWhosePlanIsSignedByAnother() throws Exception {
    Path exchange = directory.resolve("exchange");
    jobs.offer(exchange);
    AgentRequest request =
        Requests.from(
            java.util.Optional.of(TestIdentities.of("keys").identity()),
            jobs.asking(exchange, keys, "out"));

    assertThrows(io.nightjar.protocol.ProtocolException.class, () -> Parties.ask(request));

    assertFalse(Files.exists(directory.resolve("out")));
  }
}
