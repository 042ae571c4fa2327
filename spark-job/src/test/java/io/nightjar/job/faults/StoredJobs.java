package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.OwnerKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Two jobs of a protocol that have come half-way, so that not every test has to get there itself:
 * one whose driver is the data owner's, and one of two parties apart. They are run once for all
 * tests of a process, when the first asks, and tests work on copies.
 *
 * <p>Both have the same data owner, and so each is an earlier job to the other.
 */
final class StoredJobs {

  static final int WAVES = 3;

  /** In the driver: this wave's first round is evaluated, and the wave before it is finished. */
  static final int WAVE = 1;

  private static final Map<ProtocolProfile, StoredJobs> KNOWN = new HashMap<>();

  private final TestJobs jobs;
  private final Path keys;
  private final Path root;

  private StoredJobs(ProtocolProfile profile, Path root) throws IOException {
    this.root = root;
    this.jobs = TestJobs.in(root, profile);
    this.keys = jobs.keys("keys");
  }

  /** Returns the jobs of a protocol. */
  static synchronized StoredJobs of(ProtocolProfile profile) throws IOException {
    if (!KNOWN.containsKey(profile)) {
      Path root = Files.createTempDirectory("nightjar-stored-jobs");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> forget(root)));
      KNOWN.put(profile, new StoredJobs(profile, root));
    }
    return KNOWN.get(profile);
  }

  private static void forget(Path root) {
    try {
      FileTree.delete(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TestJobs jobs() {
    return jobs;
  }

  Path keys() {
    return keys;
  }

  /** Returns the data owner of both jobs. */
  static IdentitySecret dataOwner() {
    return TestIdentities.of("keys");
  }

  /** Returns the public key of the job of two parties apart. */
  OwnerKey publicKey() throws IOException {
    JobFiles job = JobFiles.onlyOf(ordered().resolve("exchange"));
    return new OwnerKey(Files.readAllBytes(job.resolve("public-key.bin")));
  }

  /** Returns the output of the job whose driver is the data owner's, which is not to be changed. */
  private synchronized Path inDriverOutput() {
    Path output = root.resolve("in-driver");
    if (!Files.exists(output)) {
      assertThrows(
          Moment.Ended.class,
          () -> Parties.score(scoring(output), Moment.evaluated(WAVE, 0, Moment::end)));
    }
    return output;
  }

  /** Returns the files of that job, which are not to be changed. */
  JobFiles inDriver() throws IOException {
    return filesIn(inDriverOutput());
  }

  /** Copies the output of that job, with its exchange. */
  Path copyOutput(Path to) throws IOException {
    return FileTree.copy(inDriverOutput(), to);
  }

  /** Returns the files of that job in a copy of its output. */
  static JobFiles filesIn(Path output) throws IOException {
    return JobFiles.onlyOf(output.resolve("_nightjar/exchange"));
  }

  /** Takes the wave of a copy back to where nothing is evaluated of it, and nothing forged. */
  void restoreUploads(Path output) throws IOException {
    JobFiles files = filesIn(output);
    FileTree.replace(files.wave(WAVE), inDriver().wave(WAVE));
    FileTree.delete(files.blocks(WAVE, 0, Direction.DOWN));
    Files.delete(files.manifest(WAVE, 0, Direction.DOWN));
  }

  /** Returns a request to go on with a copy of that job. */
  ScoreRequest scoring(Path output) {
    return scoring(output, keys);
  }

  /** Returns a request to go on with a copy of that job with such keys. */
  ScoreRequest scoring(Path output, Path ownKeys) {
    return jobs.scoring(
        output.toUri().toString(), Optional.of(ownKeys), TestJobs.WAVE_BY_WAVE, TestJobs.KEEP);
  }

  /** Returns the exchange of two parties apart. */
  Path exchange() {
    return root.resolve("exchange");
  }

  /** Returns the data owner's output in the job of two parties apart. */
  Path output() {
    return root.resolve("out");
  }

  /** What both parties have when the data owner has uploaded all of the first round. */
  private synchronized Path ordered() throws IOException {
    Path stored = root.resolve("ordered");
    if (!Files.exists(stored)) {
      jobs.offer(exchange());
      assertThrows(
          Moment.Ended.class,
          () -> Parties.ask(asking(keys, output(), WAVES), Moment.uploads(WAVES, Moment::end)));
      store(stored);
    }
    return stored;
  }

  /** What they have when everything is evaluated, and no results of the last round are taken. */
  private synchronized Path answeredByAll() throws Exception {
    Path stored = root.resolve("answered");
    if (!Files.exists(stored)) {
      restore(ordered());
      CompletableFuture<Integer> serving =
          Parties.serving(jobs.serving(exchange(), 1, TestJobs.KEEP));
      CyclicBarrier all = new CyclicBarrier(WAVES);
      int last = jobs.lastRound();
      JobProgress untilAllIsEvaluated =
          new JobProgress() {
            @Override
            public void evaluated(Wave wave, int round) {
              if (round == last) {
                await(all);
                Moment.end();
              }
            }
          };
      assertThrows(
          Moment.Ended.class,
          () -> Parties.ask(asking(keys, output(), WAVES), untilAllIsEvaluated));
      assertEquals(0, serving.get());
      store(stored);
    }
    return stored;
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("Not all waves were evaluated", e);
    }
  }

  private void store(Path stored) throws IOException {
    Files.createDirectory(stored);
    FileTree.copy(exchange(), stored.resolve("exchange"));
    FileTree.copy(output(), stored.resolve("out"));
  }

  private void restore(Path stored) throws IOException {
    FileTree.replace(exchange(), stored.resolve("exchange"));
    FileTree.replace(output(), stored.resolve("out"));
  }

  /**
   * Takes both parties' files back to where the data owner has uploaded all of the first round.
   * Only there it finds its job again.
   */
  JobFiles restoreOrdered() throws IOException {
    restore(ordered());
    return JobFiles.onlyOf(exchange());
  }

  /** Takes both back to where all is evaluated, and no results of the last round are taken. */
  JobFiles restoreAnswered() throws Exception {
    restore(answeredByAll());
    return JobFiles.onlyOf(exchange());
  }

  /** Copies the exchange as it was when the data owner had uploaded all of the first round. */
  JobFiles copyOrdered(Path to) throws IOException {
    return JobFiles.onlyOf(FileTree.copy(ordered().resolve("exchange"), to));
  }

  /** Returns the files of the job when all was evaluated, which are not to be changed. */
  JobFiles answered() throws Exception {
    return JobFiles.onlyOf(answeredByAll().resolve("exchange"));
  }

  private AgentRequest asking(Path ownKeys, Path output, int wavesInFlight) {
    return jobs.asking(
        exchange(),
        ownKeys,
        output.toString(),
        TestJobs.KEEP,
        "spark.nightjar.waves.inFlight=" + wavesInFlight);
  }

  /** Returns the data owner's request in the job of two parties apart, wave by wave. */
  AgentRequest asking() {
    return asking(keys, output());
  }

  /** Returns a data owner's request with such keys. */
  AgentRequest asking(Path ownKeys, Path output) {
    return asking(ownKeys, output, 1);
  }

  /** Serves the only job in a copy of the exchange, and returns how many were refused. */
  int serve(JobFiles job, Path state) throws IOException, InterruptedException {
    return Parties.serve(
        jobs.serving(
            job.exchange(),
            1,
            stateSetting(state),
            TestJobs.WAVE_BY_WAVE)); // no other wave is on the executors at the end
  }

  /** Returns the setting of where a model owner remembers what it has answered. */
  static String stateSetting(Path state) {
    return "spark.nightjar.serve.stateDir=" + state;
  }
}
