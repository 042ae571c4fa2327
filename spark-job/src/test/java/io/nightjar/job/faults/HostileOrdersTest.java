package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nightjar.exchange.InUseException;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobFiles;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocols.Protocols;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody who can write to an exchange and orders what nobody goes on with, or what is no order.
 * It writes its files without the program.
 */
@Slow
class HostileOrdersTest {

  /** So many that no number of threads would wait for all of them. */
  private static final int MANY = 40;

  /** After so long, what is waited for does not come. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final String ANY_TIME = "spark.nightjar.exchange.timeout=1h";

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;
  private KeyScheme keys;

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    exchange = Files.createDirectories(directory.resolve("exchange"));
    keys = Protocols.of(jobs.plan()).keys(jobs.plan());
  }

  private AgentRequest asking(String... pairs) throws IOException {
    return jobs.asking(exchange, jobs.keys("keys"), "out", pairs);
  }

  private CompletableFuture<Integer> serving(int count, String... pairs) {
    return Parties.serving(jobs.serving(exchange, count, pairs));
  }

  private byte[] publicKey() {
    try (OwnerSecret secret = keys.draw()) {
      return secret.publicKey().bytes();
    }
  }

  /** Writes an order as an agent does before its first upload, and nothing more. */
  private Path order(String dataOwner) throws IOException {
    IdentitySecret identity = TestIdentities.of(dataOwner);
    byte[] key = publicKey();
    UUID job = UUID.randomUUID();
    Path place = Files.createDirectories(exchange.resolve("jobs").resolve(job.toString()));
    Files.write(place.resolve("public-key.bin"), key);
    String json =
        """
        {"format":"nightjar-job","version":3,"job":"%s","plan":"%s","owner":"%s","modelOwner":"%s","key":"%s","records":%d,"answers":%d,"batchSize":%d,"batchesPerWave":1}
        """
            .formatted(
                job,
                PlanDigest.of(jobs.plan()).hex(),
                identity.identity(),
                TestIdentities.modelOwner().identity(),
                new OwnerKey(key).fingerprint(),
                TestJobs.RECORDS,
                jobs.plan().sheet().answered(TestJobs.RECORDS) * TestJobs.DRAWS,
                jobs.plan().batchSize());
    Files.writeString(place.resolve("new"), json);
    TestIdentities.sign(place.resolve("job.json"), place.resolve("new"), identity);
    Files.move(place.resolve("new"), place.resolve("job.json"));
    return place;
  }

  private static void pipe(Path path) throws IOException, InterruptedException {
    Files.createDirectories(path.getParent());
    Process made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    assertEquals(0, made.waitFor());
  }

  private static String await(Path path) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(path)) {
      assertTrue(System.nanoTime() - start < LONGEST.toNanos(), () -> path + " does not come");
      Thread.sleep(10);
    }
    return Files.readString(path);
  }

  @Test
  void ordersThatNobodyGoesOnWithHoldUpNobody() throws Exception {
    for (int i = 0; i < MANY; i++) {
      order("hostile-" + i);
    }
    CompletableFuture<Integer> serving = serving(1, "spark.nightjar.exchange.timeout=20s");

    CompletableFuture<?> asking = Parties.asking(asking());
    asking.get(15, TimeUnit.SECONDS); // before any of the others is given up

    jobs.assertScored("out");
    assertEquals(MANY, serving.get(), "are given up in the end");
  }

  @Test
  void aDataOwnerHasSoManyJobsOpenAndNotOneMore() throws Exception {
    Path first = order("hostile");
    CompletableFuture<Integer> serving =
        serving(2, ANY_TIME, "spark.nightjar.serve.jobsPerOwner=1");
    long start = System.nanoTime();
    while (jobs.entries().isEmpty()) {
      assertTrue(System.nanoTime() - start < LONGEST.toNanos(), "nothing is admitted");
      Thread.sleep(10);
    }
    Path second = order("hostile");

    String refusal = await(second.resolve("refused.json"));
    Parties.asking(asking()).get(60, TimeUnit.SECONDS);

    assertTrue(refusal.contains("has 1 jobs open, as many as one may have"), refusal);
    assertFalse(Files.exists(first.resolve("refused.json")));
    jobs.assertScored("out");
    JobFiles.write(
        first.resolve("refused.json"),
        JsonNodeFactory.instance.objectNode().put("reason", "enough"),
        TestIdentities.of("hostile"));
    assertEquals(2, serving.get());
  }

  @Test
  void uploadsOfADataOwnerBeyondItsBytesAreNotEvaluated() throws Exception {
    CompletableFuture<Integer> serving = serving(1, "spark.nightjar.serve.bytesPerOwner=1k");
    AgentRequest request = asking("spark.nightjar.waves.batches=100");

    Exception refusal = assertThrows(Exception.class, () -> Parties.ask(request));

    assertTrue(
        refusal.getMessage().contains("a data owner may have 1 kB in work"), refusal::toString);
    assertEquals(1, serving.get());
  }

  @Test
  void whatIsNoOrderIsAnswered() throws Exception {
    Path place =
        Files.createDirectories(exchange.resolve("jobs").resolve(UUID.randomUUID().toString()));
    Files.writeString(place.resolve("job.json"), "{\"format\":\"nightjar-job\"}\n");
    CompletableFuture<Integer> serving = serving(1);

    String refusal = await(place.resolve("refused.json"));
    Parties.ask(asking());

    assertTrue(refusal.contains("job.json: not the JSON that it must be"), refusal);
    assertEquals(0, serving.get());
  }

  /** As the version before wrote it, which signed nothing. */
  @Test
  void anOrderOfTheVersionBeforeIsAnsweredWithWhatToDo() throws Exception {
    UUID job = UUID.randomUUID();
    Path place = Files.createDirectories(exchange.resolve("jobs").resolve(job.toString()));
    Files.writeString(
        place.resolve("job.json"),
        """
        {"format":"nightjar-job","version":2,"job":"%s","plan":"%s","owner":"%s","records":10,"batchSize":4,"batchesPerWave":2}
        """
            .formatted(job, PlanDigest.of(jobs.plan()).hex(), "b".repeat(64)));
    CompletableFuture<Integer> serving = serving(1);

    String refusal = await(place.resolve("refused.json"));
    Parties.ask(asking());

    assertTrue(
        refusal.contains("job.json was written by an earlier version of this program"), refusal);
    assertTrue(refusal.contains("order a new job"), refusal);
    assertEquals(0, serving.get());
  }

  @Test
  void pipesInPlaceOfFilesHoldUpNobody() throws Exception {
    pipe(exchange.resolve("jobs").resolve(UUID.randomUUID().toString()).resolve("job.json"));
    Path withoutKey = order("hostile");
    Files.delete(withoutKey.resolve("public-key.bin"));
    pipe(withoutKey.resolve("public-key.bin"));
    Path withoutUploads = order("hostile");
    pipe(withoutUploads.resolve("wave-00000").resolve("round-00").resolve("up.json"));
    pipe(order("hostile").resolve("refused.json"));
    CompletableFuture<Integer> serving = serving(3);

    Parties.asking(asking()).get(60, TimeUnit.SECONDS);

    assertEquals(2, serving.get());
    jobs.assertScored("out");
    for (Path refused : new Path[] {withoutKey, withoutUploads}) {
      String refusal = Files.readString(refused.resolve("refused.json"));
      assertTrue(refusal.contains("is neither a file nor a directory"), refusal);
    }
  }

  @Test
  void aSecondServerOnAnExchangeDoesNotBegin() throws Exception {
    CompletableFuture<Integer> first = serving(1);
    await(exchange.resolve("plan.json"));

    assertThrows(
        InUseException.class,
        () ->
            Parties.serve(
                jobs.serving(
                    exchange,
                    1,
                    "spark.nightjar.serve.stateDir=" + directory.resolve("other-state"))));

    Parties.ask(asking());
    assertEquals(0, first.get());
    jobs.assertScored("out");
  }

  @Test
  void anAgentThatFailsSaysSoAndIsTakenUpAgain() throws Exception {
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 2, ANY_TIME));
    String refusal;
    try (Listening log = new Listening(Level.ERROR)) {
      assertThrows(
          UncheckedIOException.class,
          () ->
              Parties.ask(
                  asking(TestJobs.WAVE_BY_WAVE),
                  Moment.evaluated(
                      0,
                      0,
                      () -> {
                        throw new IOException("The disk is full of secrets");
                      })));
      refusal = await(JobFiles.onlyOf(exchange).resolve("refused.json"));
      assertTimeoutPreemptively(
          Duration.ofSeconds(100),
          () -> {
            while (!log.text().contains("The data owner gave up")) {
              Thread.sleep(10);
            }
          });
    }
    Parties.ask(asking()); // once whoever serves has heard of it

    assertFalse(refusal.contains("secrets"), refusal);
    assertEquals(1, serving.get());
    jobs.assertScored("out");
  }
}
