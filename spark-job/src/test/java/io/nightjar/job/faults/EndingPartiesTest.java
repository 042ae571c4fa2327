package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Direction;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ScoreResult;
import io.nightjar.job.ServeRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Two parties apart, of which one ends and is started again. */
@Slow
@ForEachProtocol
class EndingPartiesTest {

  @Parameter private ProtocolProfile profile;

  private TestJobs jobs;
  private Path keys;
  private Path exchange;

  @BeforeEach
  void prepare(@TempDir Path directory) throws IOException {
    jobs = TestJobs.in(directory, profile);
    keys = jobs.keys("keys");
    exchange = directory.resolve("exchange");
  }

  private CompletableFuture<Integer> serving() {
    return Parties.serving(jobs.serving(exchange, 1));
  }

  private AgentRequest asking(String... pairs) {
    return jobs.asking(exchange, keys, "out", pairs);
  }

  private static void assertEnds(AgentRequest request, JobProgress ending) {
    assertThrows(Moment.Ended.class, () -> Parties.ask(request, ending));
  }

  @Test
  void anAgentThatEndsAnywhereGoesOn() throws Exception {
    CompletableFuture<Integer> serving = serving();

    assertEnds(asking(), Moment.uploaded(0, 0, Moment::end));
    assertEnds(asking(TestJobs.WAVE_BY_WAVE), Moment.evaluated(0, jobs.lastRound(), Moment::end));
    assertEnds(asking(), Moment.uploaded(1, jobs.lastRound(), Moment::end));
    // between its results and the mark that it has them
    assertEnds(asking(), Moment.finished(1, Moment::end));
    Parties.ask(asking());

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  @Test
  void aServerThatEndsAnywhereGoesOn() throws Exception {
    CompletableFuture<ScoreResult> asking = Parties.asking(asking());
    ServeRequest waveByWave = jobs.serving(exchange, 1, TestJobs.WAVE_BY_WAVE);

    assertEquals(1, Parties.serve(waveByWave, Moment.evaluated(0, 0, Moment::end)));
    assertEquals(1, Parties.serve(waveByWave, Moment.evaluated(1, jobs.lastRound(), Moment::end)));
    assertEquals(0, Parties.serve(waveByWave));

    asking.get();
    jobs.assertScored("out");
  }

  @Test
  void aServerThatHasDoneEverythingRefusesNothingWhenItIsStartedAgain() throws Exception {
    CompletableFuture<Integer> serving = serving();
    assertEnds(asking(TestJobs.WAVE_BY_WAVE), Moment.evaluated(2, jobs.lastRound(), Moment::end));
    assertEquals(0, serving.get()); // all is evaluated, but the data owner does not have it yet

    assertEquals(0, serving().get());

    Parties.ask(asking());
    jobs.assertScored("out");
  }

  @Test
  void otherUploadsForTheSameDrawsAreRefused() throws Exception {
    CompletableFuture<Integer> first =
        Parties.serving(jobs.serving(exchange, 1), Moment.evaluated(0, 0, Moment::end));
    assertEnds(asking(TestJobs.WAVE_BY_WAVE), Moment.evaluated(0, 0, Moment::end));
    assertEquals(1, first.get());
    JobFiles job = JobFiles.onlyOf(exchange);
    Files.delete(job.manifest(0, 0, Direction.UP));
    Files.delete(job.manifest(0, 0, Direction.DOWN));
    FileTree.delete(
        jobs.directory().resolve("out/_nightjar/uploads")); // by which it would be healed
    CompletableFuture<Integer> second = serving();

    ProtocolException refusal = assertThrows(ProtocolException.class, () -> Parties.ask(asking()));

    assertTrue(refusal.getMessage().contains("a batch is answered once"), refusal.getMessage());
    assertEquals(1, second.get());
    assertFalse(Files.exists(jobs.directory().resolve("out/_SUCCESS")));
  }

  @Test
  void aDataOwnerWhoseKeyWasChangedOnItsWayHearsOfIt() throws Exception {
    jobs.offer(exchange);
    CountDownLatch ordered = new CountDownLatch(1);
    CompletableFuture<ScoreResult> asking =
        Parties.asking(
            asking(),
            Moment.uploads(
                1,
                () -> {
                  Files.write(JobFiles.onlyOf(exchange).resolve("public-key.bin"), new byte[17]);
                  ordered.countDown();
                }));
    assertTrue(ordered.await(60, TimeUnit.SECONDS));

    assertEquals(1, Parties.serve(jobs.serving(exchange, 1)), "jobs refused");

    ExecutionException failure = assertThrows(ExecutionException.class, asking::get);
    Throwable refusal = failure.getCause();
    assertTrue(refusal instanceof ProtocolException, refusal.toString());
    assertTrue(refusal.getMessage().contains("A public key is refused: "), refusal.getMessage());
  }
}
