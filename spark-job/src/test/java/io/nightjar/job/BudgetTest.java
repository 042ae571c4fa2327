package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.identity.Identity;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.ledger.Entry;
import io.nightjar.ledger.LedgerException;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.model.Model;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.spark.ModelFiles;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  private static Identity identity(Path ownKeys) throws IOException {
    return TestIdentities.in(ownKeys);
  }

  private static String account(Path ownKeys) throws IOException {
    return identity(ownKeys).hex();
  }

  private boolean wasAnythingEvaluated() throws IOException {
    return isAnywhere("down") || isAnywhere("secret") || isAnywhere("inputs");
  }

  private boolean isAnywhere(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(path -> path.endsWith(name));
    }
  }

  private static void remove(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void aDataOwnerIsAnsweredUpToTheBudgetAndHearsWhatIsLeft() throws Exception {
    long refused = ProcessMetrics.value(ProcessMetric.JOBS_REFUSED).longValue();
    CompletableFuture<Integer> serving = serving(3, BUDGET + (2 * ANSWERS - 1));

    ask(keys, "out");
    jobs.assertScored("out");
    assertRefused(": 12,287 answers are left", keys, "again");
    ask(otherKeys, "others");

    assertEquals(1, serving.get(), "jobs refused");
    jobs.assertScored("others");
    assertEquals(
        refused + 1, ProcessMetrics.value(ProcessMetric.JOBS_REFUSED).longValue(), "metrics");
    assertEquals(ANSWERS - 1, ProcessMetrics.value(ProcessMetric.ANSWERS_LEFT).longValue());
    assertEquals(0, ProcessMetrics.value(ProcessMetric.JOBS_IN_WORK).intValue());
    List<Entry> entries = entries();
    assertEquals(
        List.of(account(keys), account(otherKeys)), entries.stream().map(Entry::owner).toList());
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
    String was = Files.readString(order);
    Files.writeString(order, was.replace("\"records\":5000", "\"records\":5001"));
    assertNotEquals(was, Files.readString(order));
    TestIdentities.sign(order, TestIdentities.of("keys"));

    assertEquals(1, serving(1).get());

    assertTrue(Files.readString(find("refused.json")).contains("order a new job"));
    assertEquals(ANSWERS, entries().get(0).answers());
  }

  /**
   * The same batches in other waves would be other rounds to the model owner's memory of uploads,
   * but the same draws.
   */
  @Test
  void anOrderThatCutsItsWavesAnotherWayLaterIsRefused() throws Exception {
    CompletableFuture<Integer> first = serving(1, Moment.evaluations(1, Moment::end));
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(asking(keys, "out"), Moment.uploads(1, Moment::end)));
    assertEquals(1, first.get());
    Path order = find("job.json");
    String was = Files.readString(order);
    Files.writeString(order, was.replace("\"batchesPerWave\":1", "\"batchesPerWave\":2"));
    assertNotEquals(was, Files.readString(order));
    TestIdentities.sign(order, TestIdentities.of("keys"));

    assertEquals(1, serving(1).get());

    assertTrue(
        Files.readString(find("refused.json")).contains("admitted before with another order"));
    assertEquals(1, entries().size());
  }

  /** Whoever has results under lost draws would have more of them under new ones. */
  @Test
  void aJobWhoseStateIsLostIsNotAnsweredWithDrawsThatNobodyCounts() throws Exception {
    String ledger = "spark.nightjar.ledger.location=" + directory.resolve("ledger");
    CompletableFuture<Integer> first =
        serving(1, Moment.evaluations(1, Moment::end), TestJobs.FRESH, ledger);
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(asking(keys, "out"), Moment.uploads(1, Moment::end)));
    assertEquals(1, first.get());
    remove(directory.resolve("serve-state"));

    assertEquals(1, Parties.servingAfresh(jobs.serving(exchange, 1, ledger)).get());

    String refusal = Files.readString(find("refused.json"));
    assertTrue(
        refusal.contains("draws would be new ones that nobody has counted: order a new job"),
        refusal);
    assertEquals(1, entries(ledger).size());
    assertFalse(isAnywhere("secret"));
    assertFalse(isAnywhere("inputs"));
  }

  /** The steps of a process that serves, before which it may be killed. */
  enum Step {
    SECRET,
    ADMISSION,
    LOSS
  }

  /** Does what a process does until it is killed, and returns the job's secret. */
  private byte[] serveUpTo(Step step) throws IOException {
    Exchange at = new Exchange(new org.apache.hadoop.fs.Path(exchange.toUri()), configuration());
    UUID job = at.jobs(List.of()).get(0);
    try (ServeState state = ServingElsewhere.open(jobs, TestJobs.FRESH);
        JobSecret secret = state.secret(job).secret()) {
      if (step != Step.SECRET) {
        LedgerPolicy.open(jobs.settings())
            .admit(
                at.order(job),
                jobs.plan(),
                ModelFiles.read(
                    new org.apache.hadoop.fs.Path(jobs.model().toUri()), configuration()),
                secret);
      }
      if (step == Step.LOSS) {
        state.finish(job);
      }
      return secret.toBytes(RawSecretAccess.granted());
    }
  }

  private static Configuration configuration() {
    return HadoopFiles.configuration(new Configuration());
  }

  private CompletableFuture<ScoreResult> ordering() throws Exception {
    jobs.offer(exchange);
    CountDownLatch ordered = new CountDownLatch(1);
    CompletableFuture<ScoreResult> asking =
        Parties.asking(asking(keys, "out"), Moment.uploads(1, ordered::countDown));
    assertTrue(ordered.await(60, TimeUnit.SECONDS));
    return asking;
  }

  @ParameterizedTest
  @EnumSource(names = {"SECRET", "ADMISSION"})
  void aServerThatEndedBeforeItsFirstRoundGoesOnWithItsSecretAndCountsOnce(Step step)
      throws Exception {
    CompletableFuture<ScoreResult> asking = ordering();
    byte[] secret = serveUpTo(step);
    assertEquals(step == Step.SECRET ? 0 : 1, entries().size());

    assertEquals(0, serving(1, TestJobs.FRESH, BUDGET + ANSWERS).get());

    asking.get();
    jobs.assertServed(secret, "out");
    assertEquals(1, entries().size());
    assertFalse(isAnywhere("secret"));
  }

  @Test
  void aServerThatLostTheSecretOfAnAdmittedJobRefusesIt() throws Exception {
    CompletableFuture<ScoreResult> asking = ordering();
    byte[] unused = serveUpTo(Step.LOSS);

    assertEquals(1, serving(1, TestJobs.FRESH).get());

    ExecutionException failure = assertThrows(ExecutionException.class, asking::get);
    assertTrue(failure.getMessage().contains("under another secret"), failure.getMessage());
    assertEquals(1, entries().size());
    assertFalse(isAnywhere("secret"));
  }

  @Test
  void aModelThatIsSavedOrTrainedAgainHasNoNewBudget() throws Exception {
    CompletableFuture<Integer> first = serving(1, BUDGET + (ANSWERS + 1));
    ask(keys, "out");
    assertEquals(0, first.get());
    Path json = directory.resolve("model/model.json");
    Files.writeString(json, Files.readString(json).replaceFirst("\\{", "{ "));

    CompletableFuture<Integer> saved = serving(1, BUDGET + (ANSWERS + 1));
    assertRefused(": 1 answers are left", keys, "saved");
    assertEquals(1, saved.get());
    Model again = TestNetworks.withRelu(2);
    jobs.writeModel("model", again);
    TestJobs.offer(exchange, PlanSettings.explain(again, jobs.settings()));
    CompletableFuture<Integer> trained = serving(1, BUDGET + (ANSWERS + 1));
    assertRefused(": 1 answers are left", keys, "trained");
    assertEquals(1, trained.get());
    assertEquals(List.of("small"), entries().stream().map(Entry::lineage).toList());
  }

  @Test
  void aLineageThatTheModelOwnerNamesHasABudgetOfItsOwn() throws Exception {
    CompletableFuture<Integer> first = serving(1, BUDGET + ANSWERS);
    ask(keys, "out");
    assertEquals(0, first.get());

    CompletableFuture<Integer> second =
        serving(1, BUDGET + ANSWERS, "spark.nightjar.ledger.lineage=small-2");
    ask(keys, "again");

    assertEquals(0, second.get());
    assertEquals(List.of("small", "small-2"), entries().stream().map(Entry::lineage).toList());
    assertEquals(1, entries().stream().map(Entry::model).distinct().count());
  }

  /** Nothing covers the places of a batch that no record was ordered for. */
  @Test
  void aJobOfOneRecordCountsAsTheWholeBatchThatIsAnswered() {
    String ledger = "spark.nightjar.ledger.location=" + directory.resolve("ledger");

    AdmissionRefusedException refusal =
        assertThrows(
            AdmissionRefusedException.class,
            () ->
                Parties.score(
                    Requests.limited(1, jobs.scoring("out", keys, ledger, BUDGET + 4095))));

    assertTrue(
        refusal
            .getMessage()
            .startsWith("The job asks for 4,096 answers (it counts as 2,048 records"),
        refusal.getMessage());
  }

  @Test
  void onlyAcceptedDataOwnersAreAnswered() throws Exception {
    Path owners = directory.resolve("owners");
    Files.writeString(owners, "# who has signed\n\n  %s # the clinic\n".formatted(identity(keys)));
    CompletableFuture<Integer> serving = serving(3, "spark.nightjar.ledger.owners=" + owners);

    assertRefused(
        identity(otherKeys) + " is not among those that the model owner accepts",
        otherKeys,
        "others");
    ask(keys, "out");
    Files.writeString(owners, identity(otherKeys).toString());
    ask(otherKeys, "others");

    assertEquals(1, serving.get());
    assertEquals(2, entries().size());
  }

  @Test
  void aListOfDataOwnersWithAMistakeIsRefusedByItsLine() throws Exception {
    Path owners = directory.resolve("owners");
    Files.writeString(owners, identity(keys) + "\nthe clinic\n");

    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class,
            () ->
                Parties.serve(jobs.serving(exchange, 1, "spark.nightjar.ledger.owners=" + owners)));

    assertTrue(
        refusal.getMessage().contains("owners, line 2: An identity is 'ed25519:'"),
        refusal.getMessage());
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
            .put("owner", account(keys))
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
  void aJobOfOneOwnerThatEndedBeforeItsAdmissionGoesOnWithItsSecretAndCountsOnce()
      throws Exception {
    Path ledger = Files.createDirectories(directory.resolve("ledger"));
    Path broken = Files.writeString(ledger.resolve("000000001.json"), "{}\n");
    String location = "spark.nightjar.ledger.location=" + ledger;
    assertThrows(
        LedgerException.class,
        () -> Parties.score(jobs.scoring("out", keys, TestJobs.FRESH, TestJobs.KEEP, location)));
    byte[] secret = Files.readAllBytes(directory.resolve("out/_nightjar/secret"));
    Files.delete(broken);

    Parties.score(jobs.scoring("out", keys, TestJobs.FRESH, TestJobs.KEEP, location));

    Path kept = directory.resolve("out/_nightjar/exchange");
    jobs.assertScored(secret, JobFiles.onlyOf(kept).inputs(), "out");
    assertEquals(1, entries(location).size());
  }

  @Test
  void aJobOfOneOwnerThatGoesOnWithAnotherSecretIsRefused() throws Exception {
    String ledger = "spark.nightjar.ledger.location=" + directory.resolve("ledger");
    assertThrows(
        Moment.Ended.class,
        () ->
            Parties.score(
                jobs.scoring("out", keys, TestJobs.FRESH, ledger),
                Moment.evaluations(1, Moment::end)));
    try (JobSecret other = JobSecret.fresh()) {
      Files.write(
          directory.resolve("out/_nightjar/secret"), other.toBytes(RawSecretAccess.granted()));
    }

    AdmissionRefusedException refusal =
        assertThrows(
            AdmissionRefusedException.class,
            () -> Parties.score(jobs.scoring("out", keys, TestJobs.FRESH, ledger)));

    assertTrue(refusal.getMessage().contains("under another secret"), refusal.getMessage());
    assertEquals(1, entries(ledger).size());
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
