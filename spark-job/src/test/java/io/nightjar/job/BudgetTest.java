package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.ledger.Entry;
import io.nightjar.ledger.LedgerException;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model owner answers, and to whom. */
@Slow
class BudgetTest {

  /** What a job counts as: three batches of 2,048 are answered, though the last is not full. */
  private static final long ANSWERS = 3L * 2048 * TestJobs.DRAWS;

  private static final String BUDGET = "spark.nightjar.ledger.budget=";

  @TempDir private static Path shared;

  private static Path keys;
  private static Path otherKeys;

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;

  @BeforeAll
  static void makeKeys() throws IOException {
    keys = TestJobs.in(shared).keys("keys");
    otherKeys = TestJobs.in(shared).keys("other-keys");
  }

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
    exchange = directory.resolve("exchange");
  }

  private CompletableFuture<Integer> serving(int count, JobProgress progress, String... pairs) {
    return Parties.serving(jobs.serving(exchange, count, pairs), progress);
  }

  private CompletableFuture<Integer> serving(int count, String... pairs) {
    return serving(count, JobProgress.NONE, pairs);
  }

  private AgentRequest asking(Path ownKeys, String output) {
    return jobs.asking(exchange, ownKeys, output);
  }

  private ScoreResult ask(Path ownKeys, String output) throws IOException, InterruptedException {
    return Parties.ask(asking(ownKeys, output));
  }

  private void assertRefused(String why, Path ownKeys, String output) {
    ProtocolException refusal = assertThrows(ProtocolException.class, () -> ask(ownKeys, output));
    assertTrue(
        refusal.getMessage().startsWith("The model owner refuses the job: "), refusal.getMessage());
    assertTrue(refusal.getMessage().endsWith(why), refusal.getMessage());
  }

  private List<Entry> entries(String... pairs) throws IOException {
    return jobs.entries(pairs);
  }

  private static String fingerprint(Path ownKeys) throws IOException {
    return new ObjectMapper()
        .readTree(ownKeys.resolve("key.json").toFile())
        .get("fingerprint")
        .asText();
  }

  private boolean wasAnythingEvaluated() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(
          path -> path.endsWith("down") || path.endsWith("secret") || path.endsWith("inputs"));
    }
  }

  @Test
  void aDataOwnerIsAnsweredUpToTheBudgetAndHearsWhatIsLeft() throws Exception {
    CompletableFuture<Integer> serving = serving(3, BUDGET + (2 * ANSWERS - 1));

    ask(keys, "out");
    jobs.assertScored("out");
    assertRefused(": 12,287 answers are left", keys, "again");
    ask(otherKeys, "others");

    assertEquals(1, serving.get(), "jobs refused");
    jobs.assertScored("others");
    List<Entry> entries = entries();
    assertEquals(
        List.of(fingerprint(keys), fingerprint(otherKeys)),
        entries.stream().map(Entry::owner).toList());
    assertEquals(List.of(ANSWERS, ANSWERS), entries.stream().map(Entry::answers).toList());
  }

  @Test
  void aJobBeyondTheBudgetIsRefusedBeforeAnyWorkAndGoesOnWhenThereIsMore() throws Exception {
    CompletableFuture<Integer> first = serving(1, BUDGET + (ANSWERS - 1));
    assertRefused(": 12,287 answers are left", keys, "out");
    assertEquals(1, first.get());
    assertFalse(wasAnythingEvaluated());
    assertEquals(List.of(), entries());

    CompletableFuture<Integer> second = serving(1, BUDGET + ANSWERS);
    ask(keys, "out");

    assertEquals(0, second.get());
    jobs.assertScored("out");
    assertEquals(1, entries().size());
  }

  @Test
  void aJobThatIsInterruptedOnBothSidesIsCountedOnce() throws Exception {
    CompletableFuture<Integer> first =
        serving(1, Moment.evaluations(1, Moment::end), BUDGET + ANSWERS);
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(asking(keys, "out"), Moment.uploads(1, Moment::end)));
    assertEquals(1, first.get());
    CompletableFuture<Integer> second = serving(1, BUDGET + ANSWERS);

    ask(keys, "out");

    assertEquals(0, second.get());
    jobs.assertScored("out");
    assertEquals(1, entries().size());
  }

  @Test
  void anOrderThatAsksForMoreLaterIsRefused() throws Exception {
    CompletableFuture<Integer> first = serving(1, Moment.evaluations(1, Moment::end));
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(asking(keys, "out"), Moment.uploads(1, Moment::end)));
    assertEquals(1, first.get());
    Path order = find("job.json");
    Files.writeString(
        order, Files.readString(order).replace("\"records\":5000", "\"records\":5001"));

    assertEquals(1, serving(1).get());

    assertTrue(Files.readString(find("refused.json")).contains("order a new job"));
    assertEquals(ANSWERS, entries().get(0).answers());
  }

  @Test
  void onlyAcceptedDataOwnersAreAnswered() throws Exception {
    Path owners = directory.resolve("owners");
    Files.writeString(
        owners, "# who has signed\n\n  %s # the clinic\n".formatted(fingerprint(keys)));
    CompletableFuture<Integer> serving = serving(3, "spark.nightjar.ledger.owners=" + owners);

    assertRefused(
        fingerprint(otherKeys) + " is not among those that the model owner accepts",
        otherKeys,
        "others");
    ask(keys, "out");
    Files.writeString(owners, fingerprint(otherKeys));
    ask(otherKeys, "others");

    assertEquals(1, serving.get());
    assertEquals(2, entries().size());
  }

  @Test
  void aListOfDataOwnersWithAMistakeIsRefusedByItsLine() throws Exception {
    Path owners = directory.resolve("owners");
    Files.writeString(owners, fingerprint(keys) + "\nthe clinic\n");

    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class,
            () ->
                Parties.serve(jobs.serving(exchange, 1, "spark.nightjar.ledger.owners=" + owners)));

    assertTrue(refusal.getMessage().contains("owners, line 2, is no"), refusal.getMessage());
  }

  @Test
  void aLedgerThatCannotBeReadKeepsServeFromOfferingAnything() throws Exception {
    Path ledger = Files.createDirectories(directory.resolve("ledger"));
    Files.writeString(ledger.resolve("000000001.json"), "{}\n");

    assertThrows(
        LedgerException.class,
        () -> Parties.serve(jobs.serving(exchange, 1, "spark.nightjar.ledger.location=" + ledger)));

    assertFalse(Files.exists(exchange));
  }

  private Path find(String name) throws IOException {
    try (Stream<Path> files = Files.walk(exchange)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  @Test
  void aJobOfOneOwnerIsCountedOnceAndItsReportSaysWhatIsLeft() throws Exception {
    String ledger = "spark.nightjar.ledger.location=" + directory.resolve("ledger");
    String budget = BUDGET + (ANSWERS + 1);
    assertThrows(
        Moment.Ended.class,
        () ->
            Parties.score(
                jobs.scoring("out", keys, ledger, budget), Moment.evaluations(1, Moment::end)));

    Parties.score(jobs.scoring("out", keys, ledger, budget));

    jobs.assertScored("out");
    assertEquals(1, entries(ledger).size());
    JsonNode report =
        new ObjectMapper().readTree(directory.resolve("out/_report/report.json").toFile());
    assertEquals(
        new ObjectMapper()
            .createObjectNode()
            .put("owner", fingerprint(keys))
            .put("answered", (int) ANSWERS)
            .put("budget", (int) ANSWERS + 1)
            .put("left", 1),
        report.get("ledger"));
    AdmissionRefusedException refusal =
        assertThrows(
            AdmissionRefusedException.class,
            () -> Parties.score(jobs.scoring("again", keys, ledger, budget)));
    assertTrue(refusal.getMessage().endsWith(": 1 answers are left"), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("again")));
  }

  @Test
  void withoutALedgerNothingIsCounted() throws Exception {
    Parties.score(jobs.scoring("out", keys));

    assertFalse(Files.exists(directory.resolve("serve-state")));
    assertFalse(Files.readString(directory.resolve("out/_report/report.json")).contains("ledger"));
  }

  /** It would be another data owner for every job. */
  @Test
  void aKeyThatIsForgottenIsNotCounted() {
    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class, () -> Parties.score(jobs.scoring("out", BUDGET + ANSWERS)));

    assertTrue(refusal.getMessage().endsWith("give --keys, made by keygen"), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
