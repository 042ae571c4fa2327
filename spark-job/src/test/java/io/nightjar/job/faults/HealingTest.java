package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.StoredSection;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.ledger.Entry;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * What is in an exchange is damaged while nobody looks. The same command, run again, makes it good:
 * with the same bytes, so that nothing is answered twice.
 */
@Slow
@ForEachProtocol
class HealingTest {

  private static final int WAVE = 1;

  @Parameter private ProtocolProfile profile;
  @TempDir private Path directory;
  private TestJobs jobs;
  private Path keys;
  private Path out;

  /** What becomes of a file. */
  enum Damage {
    ONE_BIT_FLIPPED,
    CUT_OFF,
    GONE;

    void happenTo(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      switch (this) {
        case ONE_BIT_FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        }
        case CUT_OFF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case GONE -> {}
      }
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory, profile);
    keys = jobs.keys("keys");
    out = directory.resolve("out");
  }

  private static Path signature(Path manifest) {
    return manifest.resolveSibling(manifest.getFileName() + ".sig");
  }

  /** Returns the hashes of the blocks of a round, by their names. */
  private static Map<String, String> hashes(JobFiles job, int wave, int round, Direction direction)
      throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    Path manifest = job.manifest(wave, round, direction);
    for (JsonNode section : new ObjectMapper().readTree(manifest.toFile()).get("sections")) {
      hashes.put(section.get("name").asText(), section.get("blake3").asText());
    }
    for (StoredSection section : StoredSection.of(manifest)) {
      assertEquals(hashes.get(section.name()), JobFiles.blake3(section.bytes()), section.name());
    }
    return hashes;
  }

  private void scoreUntil(JobProgress end) {
    assertThrows(
        Moment.Ended.class,
        () -> Parties.score(jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE), end));
  }

  private JobFiles inDriver() throws IOException {
    return StoredJobs.filesIn(out);
  }

  @Test
  void aDriversJobHealsWhereverItWasDamaged() throws Exception {
    for (int round : IntStream.of(0, jobs.lastRound()).distinct().toArray()) {
      JobProgress uploaded = Moment.uploaded(WAVE, round, Moment::end);
      scoreUntil(uploaded);
      Map<String, String> uploads = hashes(inDriver(), WAVE, round, Direction.UP);
      for (Damage damage : Damage.values()) {
        damage.happenTo(inDriver().block(WAVE, round, Direction.UP));
        scoreUntil(uploaded);
        assertEquals(uploads, hashes(inDriver(), WAVE, round, Direction.UP), damage.name());
      }
      Path up = inDriver().manifest(WAVE, round, Direction.UP);
      Damage.ONE_BIT_FLIPPED.happenTo(up);
      scoreUntil(uploaded);
      Damage.GONE.happenTo(signature(up));
      scoreUntil(uploaded);
      assertEquals(uploads, hashes(inDriver(), WAVE, round, Direction.UP));

      JobProgress evaluated = Moment.evaluated(WAVE, round, Moment::end);
      scoreUntil(evaluated);
      Map<String, String> results = hashes(inDriver(), WAVE, round, Direction.DOWN);
      for (Damage damage : Damage.values()) {
        damage.happenTo(inDriver().block(WAVE, round, Direction.DOWN));
        scoreUntil(evaluated);
        assertEquals(results, hashes(inDriver(), WAVE, round, Direction.DOWN), damage.name());
      }
      Damage.CUT_OFF.happenTo(inDriver().manifest(WAVE, round, Direction.DOWN));
      Damage.GONE.happenTo(inDriver().block(WAVE, round, Direction.DOWN));
      Damage.GONE.happenTo(inDriver().block(WAVE, round, Direction.UP));
      scoreUntil(evaluated);
      assertEquals(results, hashes(inDriver(), WAVE, round, Direction.DOWN));
    }
    Parties.score(jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE));
    jobs.assertScored(out);
  }

  private Path exchange() {
    return directory.resolve("exchange");
  }

  private JobFiles between() throws IOException {
    return JobFiles.onlyOf(exchange());
  }

  private AgentRequest asking() {
    return jobs.asking(exchange(), keys, "out", TestJobs.WAVE_BY_WAVE);
  }

  private void askUntil(JobProgress end) {
    assertThrows(Moment.Ended.class, () -> Parties.ask(asking(), end));
  }

  /** Serves until it has refused or evaluated so many jobs. */
  private CompletableFuture<Integer> serving(int ends) {
    return Parties.serving(jobs.serving(exchange(), ends, TestJobs.WAVE_BY_WAVE));
  }

  /** The model owner goes on meanwhile, and has the last results evaluated as well. */
  @Test
  void twoPartiesGoOnTogether() throws Exception {
    int last = jobs.lastRound();
    jobs.offer(exchange());
    askUntil(Moment.uploaded(WAVE - 1, 0, Moment::end)); // nobody serves
    CompletableFuture<Integer> serving = serving(2);
    askUntil(Moment.evaluated(WAVE, last, Moment::end));
    Damage.ONE_BIT_FLIPPED.happenTo(between().block(WAVE, last, Direction.DOWN));
    assertThrows(ExchangeException.class, () -> Parties.ask(asking(), damageOnceMore(last)));
    Parties.ask(asking());

    assertEquals(1, serving.get(), "that agent gave up");
    jobs.assertScored(out);
    assertCountedOnce();
  }

  /** Damages results again when they have been made good, which then is seen when they are read. */
  private JobProgress damageOnceMore(int round) {
    return Moment.evaluated(
        WAVE, round, () -> Damage.CUT_OFF.happenTo(between().block(WAVE, round, Direction.DOWN)));
  }

  /** Brings a job to the last upload of its first wave, which nobody has evaluated. */
  private void uploadLastRound() throws Exception {
    int last = jobs.lastRound();
    jobs.offer(exchange());
    if (last == 0) {
      askUntil(Moment.uploaded(0, 0, Moment::end));
      return;
    }
    CompletableFuture<Integer> serving =
        Parties.serving(
            jobs.serving(exchange(), 1, TestJobs.WAVE_BY_WAVE),
            Moment.evaluated(0, last - 1, Moment::end));
    askUntil(Moment.uploaded(0, last, Moment::end));
    assertEquals(1, serving.get(), "it ended");
  }

  @Test
  void tasksOfAClusterMakeUploadsAgainAsThreadsDo() throws Exception {
    int last = jobs.lastRound();
    uploadLastRound();
    Map<String, String> uploads = hashes(between(), 0, last, Direction.UP);
    Damage.ONE_BIT_FLIPPED.happenTo(between().block(0, last, Direction.UP));

    AgentRequest onCluster = Requests.on("local[2]", asking());
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(onCluster, Moment.uploaded(0, last, Moment::end)));

    assertEquals(uploads, hashes(between(), 0, last, Direction.UP));
  }

  /** The data owner's own memory is damaged as well: other randomness gives other bytes. */
  @Test
  void whatWouldHaveOtherBytesIsNotWritten() throws Exception {
    JobProgress uploaded = Moment.uploaded(0, 0, Moment::end);
    scoreUntil(uploaded);
    Path upload = inDriver().block(0, 0, Direction.UP);
    Damage.GONE.happenTo(upload);
    Path memory = out.resolve("_nightjar/uploads/00000/round-00.json");
    String kept = Files.readString(memory);
    Files.writeString(
        memory,
        kept.replaceAll("\"nonce\":\"[0-9a-f]{32}\"", "\"nonce\":\"" + "0".repeat(32) + "\""));

    ExchangeException refused =
        assertThrows(
            ExchangeException.class,
            () -> Parties.score(jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE)));
    assertTrue(refused.getMessage().contains("cannot be made again as it was"), refused::toString);
    try (Stream<Path> left = Files.list(upload.getParent())) {
      assertEquals(List.of(), left.toList());
    }
    Files.writeString(memory, kept);
    Parties.score(jobs.scoring("out", keys, TestJobs.WAVE_BY_WAVE));
    jobs.assertScored(out);
  }

  /** The model owner meets a damaged upload first, and refuses the job. */
  @Test
  void aModelOwnerWhoCouldNotReadAnUploadEvaluatesItWhenItIsMadeAgain() throws Exception {
    int last = jobs.lastRound();
    uploadLastRound();
    Damage.GONE.happenTo(between().block(0, last, Direction.UP));
    assertEquals(1, serving(1).get());
    String refusal = Files.readString(between().resolve("refused.json"));
    assertTrue(refusal.contains("is in its manifest, but not there"), refusal);

    CompletableFuture<Integer> again = serving(1);
    Parties.ask(asking());
    assertEquals(0, again.get());
    jobs.assertScored(out);
    assertCountedOnce();
  }

  private void assertCountedOnce() throws IOException {
    assertEquals(1, jobs.entries().size());
    Entry entry = jobs.entries().get(0);
    assertEquals(jobs.plan().sheet().answered(jobs.count()) * TestJobs.DRAWS, entry.answers());
  }

  /**
   * A model owner damages an upload and puts other results where those were that it was made of:
   * whether they come to the same upload would tell something of what was encrypted.
   */
  @Test
  void anUploadIsMadeAgainOfTheSameResultsOnly() throws Exception {
    int last = jobs.lastRound();
    if (last == 0) {
      return; // uploads are made of records only
    }
    jobs.offer(exchange());
    CompletableFuture<Integer> serving = serving(1);
    askUntil(Moment.uploaded(WAVE, last, Moment::end));
    Damage.GONE.happenTo(between().block(WAVE, last, Direction.UP));
    Path results = between().manifest(WAVE, last - 1, Direction.DOWN);
    ObjectNode changed = (ObjectNode) new ObjectMapper().readTree(results.toFile());
    ((ObjectNode) changed.get("sections").get(0)).put("blake3", "0".repeat(64));
    JobFiles.write(results, changed, TestIdentities.modelOwner());

    ExchangeException refused = assertThrows(ExchangeException.class, () -> Parties.ask(asking()));
    assertTrue(refused.getMessage().contains("are not those that"), refused::toString);
    assertFalse(Files.exists(out.resolve("_SUCCESS")));
    assertEquals(1, serving.get());
  }
}
