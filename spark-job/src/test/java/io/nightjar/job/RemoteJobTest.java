package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Wave;
import io.nightjar.ledger.Entry;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The two owners apart, with only an exchange between them. */
@Slow
class RemoteJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;
  private Path exchange;

  /** For tests that are about no protocol; the others prepare for theirs. */
  @BeforeEach
  void prepare() throws IOException {
    prepare(ProtocolProfile.BAYHENN, directory);
  }

  private void prepare(ProtocolProfile profile, Path place) throws IOException {
    jobs = TestJobs.in(place, profile);
    keys = jobs.keys("keys");
    exchange = place.resolve("exchange");
  }

  private CompletableFuture<Integer> serving() {
    return Parties.serving(jobs.serving(exchange, 1));
  }

  private AgentRequest asking(String... pairs) {
    return jobs.asking(exchange, keys, "out", pairs);
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void resultsAreThoseOfTheReference(ProtocolProfile profile) throws Exception {
    prepare(profile, directory);
    CompletableFuture<Integer> serving = serving();

    Parties.ask(asking());

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    assertEquals(List.of(profile.name()), jobs.entries().stream().map(Entry::protocol).toList());
    assertTrue(Parties.ask(asking()).before());
  }

  @Test
  void theDataOwnersAgentReadsATableAsThePlanSays(@TempDir Path tables) throws Exception {
    jobs = TestJobs.ofTable(tables);
    exchange = tables.resolve("exchange");
    try (ServingProcess serving = ServingProcess.repeating(jobs, exchange)) {
      Parties.ask(jobs.asking(exchange, jobs.keys("keys"), "out"));

      serving.assertDone();
    }
    jobs.assertScored("out");
  }

  @Test
  void aDataOwnerWithLabelsLearnsHowManyPredictionsAreRight() throws Exception {
    int right = TestJobs.RECORDS - 3;
    Path labels = jobs.writeLabels("labels.idx", right);
    try (ServingProcess serving = ServingProcess.repeating(jobs, exchange)) {
      ScoreResult result = Parties.ask(Requests.labelled(labels, asking()));

      serving.assertDone();
      assertEquals((double) right / TestJobs.RECORDS, result.report().get("accuracy"));
      assertFalse(result.report().containsKey("floatAccuracy"), "it takes the model");
    }
    String report = Files.readString(directory.resolve("out/_report/report.json"));
    assertTrue(report.contains("\"confusionMatrix\""), report);
  }

  @Test
  void badLabelsAreAnsweredBeforeAnythingIsOrdered() throws Exception {
    Path labels = Files.writeString(directory.resolve("labels.csv"), "id,label\n1,0\n");
    jobs.offer(exchange);

    assertThrows(
        InvalidInputException.class, () -> Parties.ask(Requests.labelled(labels, asking())));

    assertFalse(Files.exists(exchange.resolve("jobs")));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void nothingOfAFinishedJobIsLeftButThatItWas() throws Exception {
    CompletableFuture<Integer> serving = serving();
    Parties.ask(asking());
    assertEquals(0, serving.get());

    try (Stream<Path> left = Files.walk(directory.resolve("serve-state"))) {
      List<String> names = left.map(path -> path.getFileName().toString()).toList();
      assertFalse(names.contains("secret"));
      assertTrue(names.contains("inputs"), "that it was evaluated");
      assertFalse(names.stream().anyMatch(name -> name.startsWith("round-")), names.toString());
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
    CompletableFuture<ScoreResult> slow = Parties.asking(asking(), waiting);

    await(inWork);
    Parties.ask(jobs.asking(exchange, keys, "other-out"));
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
        CompletableFuture<Integer> serving = Parties.serving(jobs.serving(uri, 1));
        Parties.ask(jobs.asking(uri, keys, "out"));
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

  @Test
  void aJobForAnotherPlanIsRefusedAndItsDataOwnerHearsWhy() throws Exception {
    TestJobs.offer(exchange, otherPlan());
    CountDownLatch ordered = new CountDownLatch(1);
    CompletableFuture<ScoreResult> asking =
        Parties.asking(asking(), Moment.uploads(1, ordered::countDown));
    await(ordered); // so that it is for the other plan

    assertEquals(1, Parties.serve(jobs.serving(exchange, 1)));

    ExecutionException failure = assertThrows(ExecutionException.class, asking::get);
    Throwable refusal = failure.getCause();
    assertTrue(refusal instanceof ProtocolException, refusal.toString());
    assertTrue(refusal.getMessage().contains("The job follows plan"), refusal.getMessage());
  }

  private Plan otherPlan() {
    return PlanSettings.explain(TestNetworks.withRelu(99), jobs.settings());
  }

  @Test
  void anAgreedPlanIsTheOnlyOneToBeFollowed() throws Exception {
    Path agreed = directory.resolve("agreed.json");
    Files.writeString(agreed, PlanJson.write(otherPlan()));
    CompletableFuture<Integer> serving = serving();

    assertThrows(ProtocolException.class, () -> Parties.ask(Requests.pinned(agreed, asking())));

    assertFalse(Files.exists(directory.resolve("out")));
    Parties.ask(asking());
    assertEquals(0, serving.get());
  }

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
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));

    Parties.ask(asking());

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertEquals(List.of(elsewhere.resolve("job.json")), left.toList());
    }
  }
}
