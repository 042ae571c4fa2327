package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.Wave;
import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.ledger.Entry;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The two owners apart, with only an exchange between them. */
class RemoteJobTest {

  @TempDir private static Path shared;

  private static final Map<ProtocolProfile, Path> KEYS = new HashMap<>();

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;
  private Path exchange;

  /** Ends a party at some point of a job. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void makeKeys() throws IOException {
    for (ProtocolProfile profile : ProtocolProfile.ofEachProtocol().toList()) {
      KEYS.put(profile, TestJobs.in(shared, profile).keys(profile.name()));
    }
  }

  /** For tests that are about neither protocol; the others prepare for theirs. */
  @BeforeEach
  void prepare() {
    prepare(ProtocolProfile.BAYHENN);
  }

  private void prepare(ProtocolProfile profile) {
    prepare(profile, directory);
  }

  private void prepare(ProtocolProfile profile, Path place) {
    jobs = TestJobs.in(place, profile);
    keys = KEYS.get(profile);
    exchange = place.resolve("exchange");
  }

  private CompletableFuture<Integer> serving() {
    return Parties.serving(jobs.serving(exchange.toUri().toString(), 1), JobProgress.NONE);
  }

  private AgentRequest asking(String... pairs) {
    return jobs.asking(exchange.toUri().toString(), keys, "out", pairs);
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void resultsAreThoseOfTheReference(ProtocolProfile profile) throws Exception {
    prepare(profile);
    CompletableFuture<Integer> serving = serving();

    AgentJob.run(asking(), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    assertEquals(List.of(profile.name()), jobs.entries().stream().map(Entry::protocol).toList());
    assertTrue(AgentJob.run(asking(), JobProgress.NONE).before());
  }

  @Test
  void theDataOwnersAgentReadsATableAsThePlanSays(@TempDir Path tables) throws Exception {
    jobs = TestJobs.ofTable(tables);
    exchange = tables.resolve("exchange");
    CompletableFuture<Integer> serving = serving();

    AgentJob.run(
        jobs.asking(exchange.toUri().toString(), jobs.keys("keys"), "out"), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  @Test
  void aDataOwnerWithLabelsLearnsHowManyPredictionsAreRight() throws Exception {
    int right = TestJobs.RECORDS - 3;
    Path labels = jobs.writeLabels("labels.csv", right);
    CompletableFuture<Integer> serving = serving();

    ScoreResult result = AgentJob.run(Requests.labelled(labels, asking()), JobProgress.NONE);

    assertEquals(0, serving.get());
    assertEquals((double) right / TestJobs.RECORDS, result.report().get("accuracy"));
    assertFalse(result.report().containsKey("floatAccuracy"), "it takes the model");
    String report = Files.readString(directory.resolve("out/_report/report.json"));
    assertTrue(report.contains("\"confusionMatrix\""), report);
  }

  @Test
  void badLabelsAreAnsweredBeforeAnythingIsOrdered() throws Exception {
    Path labels = Files.writeString(directory.resolve("labels.csv"), "id,label\n1,0\n");
    new Exchange(new org.apache.hadoop.fs.Path(exchange.toUri()), new Configuration())
        .offer(jobs.plan());

    assertThrows(
        InvalidInputException.class,
        () -> AgentJob.run(Requests.labelled(labels, asking()), JobProgress.NONE));

    assertFalse(Files.exists(exchange.resolve("jobs")));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void nothingOfAFinishedJobIsLeftButThatItWas() throws Exception {
    CompletableFuture<Integer> serving = serving();
    AgentJob.run(asking(), JobProgress.NONE);
    assertEquals(0, serving.get());

    try (Stream<Path> left = Files.walk(directory.resolve("serve-state"))) {
      assertFalse(left.anyMatch(path -> path.getFileName().toString().equals("secret")));
    }
    try (Stream<Path> left = Files.walk(exchange)) {
      assertFalse(left.anyMatch(path -> path.toString().endsWith(".njb")));
    }
    assertFalse(Files.exists(directory.resolve("out/_nightjar/parts")));
  }

  @Test
  void jobsInWorkAreFinishedBeforeTheModelOwnerStops() throws Exception {
    CompletableFuture<Integer> serving = serving(); // until one is finished
    CountDownLatch inWork = new CountDownLatch(1);
    CountDownLatch otherDone = new CountDownLatch(1);
    JobProgress waiting =
        new JobProgress() {
          @Override
          public void evaluated(Wave wave, int round) {
            inWork.countDown();
            await(otherDone);
          }
        };
    CompletableFuture<ScoreResult> slow =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return AgentJob.run(asking(), waiting);
              } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
              }
            });

    await(inWork);
    AgentJob.run(jobs.asking(exchange.toUri().toString(), keys, "other-out"), JobProgress.NONE);
    otherDone.countDown();

    slow.get(60, TimeUnit.SECONDS);
    assertEquals(0, serving.get());
    jobs.assertScored("out");
    jobs.assertScored("other-out");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Slow
  @Test
  void overHdfsTheResultsAreTheSame() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("dfs.namenode.fs-limits.min-block-size", "1024");
    try (MiniDFSCluster hdfs =
        new MiniDFSCluster.Builder(configuration, directory.resolve("hdfs").toFile())
            .numDataNodes(1)
            .build()) {
      for (ProtocolProfile profile :
          ProtocolProfile.ofEachProtocol().toList()) { // one file system: to start it takes longest
        prepare(profile, directory.resolve(profile.name()));
        String uri = hdfs.getFileSystem().getUri() + "/exchange-" + profile.name();
        CompletableFuture<Integer> serving =
            Parties.serving(jobs.serving(uri, 1), JobProgress.NONE);
        AgentJob.run(jobs.asking(uri, keys, "out"), JobProgress.NONE);
        assertEquals(0, serving.get());
        jobs.assertScored("out");

        scoreOnHdfs(hdfs.getFileSystem(), "/out-of-" + profile.name());
      }
    }
  }

  /**
   * With everything on HDFS, where a rename never replaces, after a beginning that did not get far.
   */
  private void scoreOnHdfs(FileSystem hdfs, String path) throws Exception {
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(hdfs.getUri() + path);
    hdfs.create(new org.apache.hadoop.fs.Path(output, "_nightjar/secret")).close();

    Parties.score(jobs.scoring(output.toString(), Optional.empty()));

    hdfs.copyToLocalFile(
        output, new org.apache.hadoop.fs.Path(jobs.directory().resolve("out-of-score").toUri()));
    jobs.assertScored("out-of-score");
    assertTrue(Parties.score(jobs.scoring(output.toString(), Optional.empty())).before());
  }

  @Slow
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void anAgentThatEndsAnywhereGoesOn(ProtocolProfile profile) throws Exception {
    prepare(profile);
    CompletableFuture<Integer> serving = serving();

    assertThrows(Ended.class, () -> AgentJob.run(asking(), endAtUpload(0, 0)));
    AgentRequest waveByWave = asking("spark.nightjar.waves.inFlight=1");
    assertThrows(Ended.class, () -> AgentJob.run(waveByWave, endAtEvaluation(0, lastRound())));
    assertThrows(Ended.class, () -> AgentJob.run(asking(), endAtUpload(1, lastRound())));
    assertThrows(Ended.class, () -> AgentJob.run(asking(), endAtFinish(1)));
    AgentJob.run(asking(), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  private static JobProgress endAtUpload(int wave, int round) {
    return new JobProgress() {
      @Override
      public void uploaded(Wave uploaded, int uploadedRound) {
        if (uploaded.index() == wave && uploadedRound == round) {
          throw new Ended();
        }
      }
    };
  }

  /** Between its results and the mark that it has them. */
  private static JobProgress endAtFinish(int wave) {
    return new JobProgress() {
      @Override
      public void finished(Wave finished) {
        if (finished.index() == wave) {
          throw new Ended();
        }
      }
    };
  }

  private static JobProgress endAtEvaluation(int wave, int round) {
    return new JobProgress() {
      @Override
      public void evaluated(Wave evaluated, int evaluatedRound) {
        if (evaluated.index() == wave && evaluatedRound == round) {
          throw new Ended();
        }
      }
    };
  }

  private int lastRound() {
    return jobs.plan().rounds().size() - 1;
  }

  @Slow
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void aServerThatEndsAnywhereGoesOn(ProtocolProfile profile) throws Exception {
    prepare(profile);
    CompletableFuture<ScoreResult> asking =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return AgentJob.run(asking(), JobProgress.NONE);
              } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
              }
            });
    String uri = exchange.toUri().toString();
    ServeRequest waveByWave = jobs.serving(uri, 1, "spark.nightjar.waves.inFlight=1");
    assertEquals(1, Parties.serving(waveByWave, endAtEvaluation(0, 0)).get());
    assertEquals(1, Parties.serving(waveByWave, endAtEvaluation(1, lastRound())).get());
    assertEquals(0, Parties.serving(waveByWave, JobProgress.NONE).get());

    asking.get();
    jobs.assertScored("out");
  }

  @Slow
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void aServerThatHasDoneEverythingRefusesNothingWhenItIsStartedAgain(ProtocolProfile profile)
      throws Exception {
    prepare(profile);
    CompletableFuture<Integer> serving = serving();
    JobProgress slow = endAtEvaluation(2, lastRound());
    assertThrows(Ended.class, () -> AgentJob.run(asking("spark.nightjar.waves.inFlight=1"), slow));
    assertEquals(0, serving.get()); // all is evaluated, but the data owner does not have it yet

    assertEquals(0, serving().get());

    AgentJob.run(asking(), JobProgress.NONE);
    jobs.assertScored("out");
  }

  @Slow
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void otherUploadsForTheSameDrawsAreRefused(ProtocolProfile profile) throws Exception {
    prepare(profile);
    CompletableFuture<Integer> first =
        Parties.serving(jobs.serving(exchange.toUri().toString(), 1), endAtEvaluation(0, 0));
    assertThrows(
        Ended.class,
        () -> AgentJob.run(asking("spark.nightjar.waves.inFlight=1"), endAtEvaluation(0, 0)));
    assertEquals(1, first.get());
    try (Stream<Path> rounds = Files.walk(exchange)) {
      for (Path manifest :
          rounds.filter(path -> path.toString().matches(".*/(up|down)[.]json")).toList()) {
        Files.delete(manifest);
      }
    }
    CompletableFuture<Integer> second = serving();

    ProtocolException refusal =
        assertThrows(ProtocolException.class, () -> AgentJob.run(asking(), JobProgress.NONE));

    assertTrue(
        refusal.getMessage().contains("the same draws never meet a second input"),
        refusal.getMessage());
    assertEquals(1, second.get());
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));
  }

  /** What is done to the manifest of wave 1's first uploads before the server sees it. */
  enum ManifestForgery {
    ANOTHER_DIGEST,
    A_FILE_LESS,
    CUT_SHORT,
    ANOTHER_WAVES,
    A_NAME_OUTSIDE,
    AN_ANSWER_TO_SOMETHING;

    String apply(String manifest, String another) {
      return switch (this) {
        case ANOTHER_DIGEST -> manifest.replaceAll("\"blake3\":\"....", "\"blake3\":\"0000");
        case A_FILE_LESS -> manifest.replaceAll("\\[.*]", "[]");
        case CUT_SHORT -> manifest.substring(0, manifest.length() / 2);
        case ANOTHER_WAVES -> another;
        case A_NAME_OUTSIDE -> manifest.replaceAll("\"batch-", "\"../../batch-");
        case AN_ANSWER_TO_SOMETHING ->
            manifest.replaceAll("\"answers\":\"\"", "\"answers\":\"" + "00".repeat(32) + "\"");
      };
    }
  }

  @Slow
  @ParameterizedTest
  @EnumSource
  void aForgedManifestOfUploadsIsNotEvaluated(ManifestForgery forgery) throws Exception {
    new Exchange(new org.apache.hadoop.fs.Path(exchange.toUri()), new Configuration())
        .offer(jobs.plan());
    AtomicInteger uploaded = new AtomicInteger();
    JobProgress afterTwoWaves =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            if (uploaded.incrementAndGet() == 2) {
              throw new Ended();
            }
          }
        };
    assertThrows(Ended.class, () -> AgentJob.run(asking(), afterTwoWaves));
    Path other = find("wave-00000/round-00/up.json");
    Path forged = find("wave-00001/round-00/up.json");
    String before = Files.readString(forged);
    String after = forgery.apply(before, Files.readString(other));
    assertNotEquals(before, after);
    Files.writeString(forged, after);

    assertEquals(1, serving().get(), "jobs refused");

    assertFalse(Files.exists(forged.resolveSibling("down.json")), forgery + after);
    assertFalse(Files.readString(find("refused.json")).isEmpty());
  }

  private Path find(String end) throws IOException {
    try (Stream<Path> files = Files.walk(exchange)) {
      return files.filter(file -> file.endsWith(end)).findFirst().orElseThrow();
    }
  }

  @Test
  void aJobForAnotherPlanIsRefusedAndItsDataOwnerHearsWhy() throws Exception {
    new Exchange(new org.apache.hadoop.fs.Path(exchange.toUri()), new Configuration())
        .offer(otherPlan());
    CompletableFuture<Integer> serving =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                while (!Files.exists(exchange.resolve("jobs"))) {
                  Thread.sleep(10); // until the job is ordered, so that it is for the other plan
                }
                return Parties.serve(jobs.serving(exchange.toUri().toString(), 1));
              } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
              }
            });

    ProtocolException refusal =
        assertThrows(ProtocolException.class, () -> AgentJob.run(asking(), JobProgress.NONE));

    assertTrue(refusal.getMessage().contains("The job follows plan"), refusal.getMessage());
    assertEquals(1, serving.get());
  }

  private Plan otherPlan() {
    return PlanSettings.explain(TestNetworks.withRelu(99), jobs.settings());
  }

  @Test
  void anAgreedPlanIsTheOnlyOneToBeFollowed() throws Exception {
    Path agreed = directory.resolve("agreed.json");
    Files.writeString(agreed, PlanJson.write(otherPlan()));
    CompletableFuture<Integer> serving = serving();
    AgentRequest pinned =
        new AgentRequest(
            asking().exchange(),
            keys,
            Optional.of(agreed),
            asking().input(),
            asking().output(),
            Optional.empty(),
            OptionalLong.empty(),
            asking().settings());

    assertThrows(ProtocolException.class, () -> AgentJob.run(pinned, JobProgress.NONE));

    assertFalse(Files.exists(directory.resolve("out")));
    AgentJob.run(asking(), JobProgress.NONE);
    assertEquals(0, serving.get());
  }

  @Test
  void anExchangeThatCannotBeListedForAWhileIsWaitedFor() throws Exception {
    Path memory = directory.resolve("memory");
    Fault passing = new Fault(Operation.LIST, ".*/exchange/jobs", Effect.FAILS, 1, 3);
    Files.createDirectories(exchange.resolve("jobs"));
    CompletableFuture<Integer> serving =
        Parties.serving(
            jobs.serving(FaultyFileSystem.uri(exchange), 1, FaultyFileSystem.with(passing, memory)),
            JobProgress.NONE);

    while (!serving.isDone() && FaultyFileSystem.strikes(memory) < 3) {
      Thread.sleep(10);
    }
    AgentJob.run(asking(), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  @Test
  void anOrderThatCannotBeReadForAWhileIsWaitedFor() throws Exception {
    Path memory = directory.resolve("memory");
    Fault passing = new Fault(Operation.OPEN, ".*/job.json", Effect.FAILS, 0, 3);
    CompletableFuture<Integer> serving =
        Parties.serving(
            jobs.serving(FaultyFileSystem.uri(exchange), 1, FaultyFileSystem.with(passing, memory)),
            JobProgress.NONE);

    AgentJob.run(asking(), JobProgress.NONE);

    assertEquals(0, serving.get());
    assertEquals(3, FaultyFileSystem.strikes(memory));
    jobs.assertScored("out");
  }

  @Test
  void anExchangeThatCanNeverBeListedEndsServeWithWhatItIs() throws Exception {
    Fault lasting = Fault.always(Operation.LIST, ".*/exchange/jobs", Effect.FAILS);
    Files.createDirectories(exchange.resolve("jobs"));
    ServeRequest request =
        jobs.serving(
            FaultyFileSystem.uri(exchange),
            1,
            FaultyFileSystem.with(
                lasting, directory.resolve("memory"), "spark.nightjar.exchange.timeout=1s"));

    IOException refusal = assertThrows(IOException.class, () -> Parties.serve(request));

    assertTrue(
        refusal.getMessage().matches("The exchange faulty:.*/exchange could not be reached for .*"),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains("strikes"), refusal.getMessage());
    assertTrue(FaultyFileSystem.strikes(directory.resolve("memory")) > 1, "it went on looking");
  }

  @Slow
  @Test
  void whatIsNoJobDoesNotHoldUpThoseThatAre() throws Exception {
    Path orders = Files.createDirectories(exchange.resolve("jobs"));
    Files.createDirectories(orders.resolve("not-a-job"));
    Files.writeString(
        Files.createDirectories(orders.resolve("00000000-0000-0000-0000-000000000001"))
            .resolve("job.json"),
        "{}");
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("job.json"), "not for this program");
    Files.createSymbolicLink(orders.resolve("00000000-0000-0000-0000-000000000002"), elsewhere);
    CompletableFuture<Integer> serving =
        Parties.serving(jobs.serving(exchange.toUri().toString(), 1), JobProgress.NONE);

    AgentJob.run(asking(), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertEquals(List.of(elsewhere.resolve("job.json")), left.toList());
    }
  }
}
