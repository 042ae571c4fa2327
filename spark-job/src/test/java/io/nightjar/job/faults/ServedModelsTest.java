package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.AgentRequest;
import io.nightjar.job.Drain;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ServeRequest;
import io.nightjar.job.ServedModels;
import io.nightjar.job.TestJobs;
import io.nightjar.settings.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests one server of several models, which come, change and go while it runs, until it ends. */
class ServedModelsTest {

  private static final String CONF =
      """
      spark.nightjar.plan.modelPrivacy none
      spark.nightjar.ledger.budget unlimited
      spark.nightjar.ledger.owners anyone
      """;

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path models;
  private Path exchange;
  private final Drain drain = new Drain();
  private Optional<CompletableFuture<Integer>> serving = Optional.empty();

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    exchange = directory.resolve("exchange");
    models = Files.createDirectory(directory.resolve("models"));
  }

  @AfterEach
  void end() throws Exception {
    drain.begin();
    if (serving.isPresent()) {
      assertEquals(0, serving.get().get(1, TimeUnit.MINUTES));
    }
  }

  private Path put(String name, String conf) throws IOException {
    Path model = Files.createDirectories(models.resolve(name));
    for (String file : new String[] {"model.json", "posterior.safetensors"}) {
      Files.copy(jobs.model().resolve(file), model.resolve(file));
    }
    Files.writeString(model.resolve("serve.conf"), conf);
    return model;
  }

  private ServeRequest request(String... pairs) {
    return new ServeRequest(
        new ServedModels.Directory(models),
        new org.apache.hadoop.fs.Path(exchange.toUri()),
        OptionalInt.empty(),
        Optional.of("local[2]"),
        jobs.serving(exchange, 1, pairs).settings());
  }

  private void serve(JobProgress progress, String... pairs) {
    serving = Optional.of(Parties.serving(request(pairs), progress, drain));
  }

  private AgentRequest asking(String model, String output) throws IOException {
    return jobs.asking(exchange.resolve(model), jobs.keys("keys-" + output), output);
  }

  private void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      assertFalse(serving.orElseThrow().isDone(), "serve has ended");
      Thread.sleep(20);
    }
  }

  private String plan(String model) throws Exception {
    Path plan = exchange.resolve(model).resolve("plan.json");
    await(() -> Files.exists(plan));
    return Files.readString(plan);
  }

  @Test
  void everyModelIsServedInAnExchangeOfItsOwn() throws Exception {
    put("first", CONF);
    put("second", CONF + "spark.nightjar.job.samples 1\n");
    serve(JobProgress.NONE);

    Parties.ask(asking("first", "out"));

    jobs.assertScored("out");
    assertTrue(plan("first").contains("\"draws\":2"), plan("first"));
    assertTrue(plan("second").contains("\"draws\":1"), plan("second"));
  }

  @Test
  void modelsComeChangeAndGo() throws Exception {
    put("first", CONF);
    serve(JobProgress.NONE);
    String before = plan("first");

    Path second = put("second", CONF);
    plan("second");
    Files.writeString(models.resolve("first/serve.conf"), CONF + "spark.nightjar.job.samples 3\n");
    await(() -> !plan("first").equals(before));
    Files.delete(second.resolve("serve.conf"));
    await(() -> !Files.exists(exchange.resolve("second/plan.json")));

    assertTrue(plan("first").contains("\"draws\":3"));
    assertFalse(Files.exists(exchange.resolve("second/serve.json")), "its lease is given back");
  }

  @Test
  void aModelThatIsBrokenStaysAsItWas() throws Exception {
    Path model = put("first", CONF);
    serve(JobProgress.NONE);
    String before = plan("first");
    try (Listening log = new Listening(Level.ERROR)) {
      Files.writeString(model.resolve("model.json"), "{");
      await(() -> log.text().contains("The model first is not served as it is now"));
      Files.writeString(model.resolve("serve.conf"), "spark.nightjar.plan.modelPrivacy none\n");
      await(
          () ->
              log.text()
                  .contains("set spark.nightjar.ledger.budget, spark.nightjar.ledger.owners"));
    }

    assertEquals(before, plan("first"));
    Files.writeString(model.resolve("serve.conf"), CONF);
    Files.copy(
        jobs.model().resolve("model.json"),
        model.resolve("model.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Parties.ask(asking("first", "out"));
    jobs.assertScored("out");
  }

  @Test
  void aJobGoesOnWithTheModelThatItBeganWith() throws Exception {
    put("first", CONF);
    serve(JobProgress.NONE);
    String before = plan("first");

    Parties.ask(
        asking("first", "out"),
        Moment.evaluated(
            0,
            0,
            () -> {
              Files.writeString(
                  models.resolve("first/serve.conf"), CONF + "spark.nightjar.job.samples 1\n");
              try {
                await(() -> !plan("first").equals(before));
              } catch (Exception e) {
                throw new IOException(e);
              }
            }));

    jobs.assertScored("out");
    assertNotEquals(before, plan("first"));
  }

  /**
   * The name of a job is its data owner's choice, and all draws follow from the secret that is kept
   * under it. Who orders it in two exchanges would have two inputs meet the same draws.
   */
  @Test
  void aJobThatIsOrderedInTwoExchangesIsAnsweredInOne() throws Exception {
    put("first", CONF);
    put("second", CONF);
    serve(JobProgress.NONE);
    plan("second");
    Path copies = exchange.resolve("second/jobs");

    Parties.ask(
        asking("first", "out"),
        Moment.uploaded(
            1,
            0,
            () -> {
              Path job = JobFiles.onlyOf(exchange.resolve("first")).directory();
              Path copy = Files.createDirectories(copies.resolve(job.getFileName()));
              for (String file :
                  new String[] {
                    "public-key.bin", "public-key.bin.sig", "job.json.sig", "job.json"
                  }) {
                if (Files.exists(job.resolve(file))) {
                  Files.copy(job.resolve(file), copy.resolve(file));
                }
              }
              try {
                await(() -> Files.exists(copy.resolve("refused.json")));
              } catch (Exception e) {
                throw new IOException(e);
              }
              assertTrue(
                  Files.readString(copy.resolve("refused.json"))
                      .contains("This job is open in another exchange"));
            }));

    jobs.assertScored("out");
    assertFalse(Files.exists(JobFiles.onlyOf(exchange.resolve("second")).resolve("wave-00000")));
  }

  @Test
  void aSettingOfTheWholeServerIsNotOneModels() throws Exception {
    put("first", CONF + "spark.nightjar.serve.stateDir /elsewhere\n");

    InvalidSettingException refused =
        assertThrows(InvalidSettingException.class, () -> Parties.serve(request()));

    assertTrue(
        refused.getMessage().startsWith("spark.nightjar.serve.stateDir is not for one model"),
        refused.getMessage());
  }

  @Test
  void whoeverWatchesKnowsHowItIs() throws Exception {
    put("first", CONF);
    Path health = directory.resolve("health");
    serve(JobProgress.NONE, "spark.nightjar.serve.healthDir=" + health);

    await(() -> Files.exists(health.resolve("ready")));
    String live = Files.readString(health.resolve("live"));
    assertTrue(
        live.contains("\"condition\":\"READY\",\"models\":[{\"name\":\"first\",\"plan\":"), live);
    assertTrue(live.startsWith("{\"process\":%d,".formatted(ProcessHandle.current().pid())), live);

    drain.begin();
    assertEquals(0, serving.orElseThrow().get(1, TimeUnit.MINUTES));
    assertFalse(Files.exists(health.resolve("ready")));
    assertFalse(Files.exists(health.resolve("live")));
  }

  @Test
  void aServerThatIsToEndFinishesItsRoundsAndLeavesTheJobToTheNext() throws Exception {
    put("first", CONF);
    serve(Moment.evaluations(1, drain::begin));
    CompletableFuture<?> asking = Parties.asking(asking("first", "out"));

    assertEquals(0, serving.orElseThrow().get(1, TimeUnit.MINUTES));
    assertFalse(asking.isDone());
    JobFiles job = JobFiles.onlyOf(exchange.resolve("first"));
    assertTrue(Files.exists(job.resolve("wave-00000/round-00/down.json")));
    assertFalse(Files.exists(job.resolve("refused.json")));

    serving = Optional.empty();
    Drain last = new Drain();
    CompletableFuture<Integer> next = Parties.serving(request(), JobProgress.NONE, last);
    asking.get(2, TimeUnit.MINUTES);
    last.begin();
    assertEquals(0, next.get(1, TimeUnit.MINUTES));
    jobs.assertScored("out");
  }
}
