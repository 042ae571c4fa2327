package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.exchange.Wave;
import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executors still do when a job has failed elsewhere. */
class StoppedRoundTest {

  @TempDir private Path directory;

  /** Spark's jobs that have not ended; Spark makes it by its name. */
  public static final class Running extends SparkListener {
    private static final Set<Integer> JOBS = ConcurrentHashMap.newKeySet();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      JOBS.add(start.jobId());
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      JOBS.remove(end.jobId());
    }
  }

  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void theRoundsOfOtherWavesAreStoppedToo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path memory = directory.resolve("memory");
    Fault hanging = Fault.always(Operation.OPEN, ".*/wave-00001/round-00/up/.*njb", Effect.HANGS);
    AtomicReference<Set<Integer>> left = new AtomicReference<>();
    JobProgress progress =
        new JobProgress() {
          @Override
          public void evaluated(Wave wave, int round) {
            await(() -> FaultyFileSystem.strikes(memory) > 0); // the other is on the executors
            throw new Ended();
          }

          @Override
          public void end() { // before Spark is
            await(Running.JOBS::isEmpty);
            left.set(Set.copyOf(Running.JOBS));
          }
        };
    ScoreRequest request =
        jobs.scoring(
            FaultyFileSystem.uri(directory.resolve("out")),
            Optional.empty(),
            FaultyFileSystem.with(
                hanging, memory, "spark.extraListeners=" + Running.class.getName()));

    try {
      assertThrows(Ended.class, () -> Parties.score(request, progress));
    } finally {
      FaultyFileSystem.letGo(memory);
    }

    assertEquals(Set.of(), left.get());
  }

  /** Something that comes about. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  /** Waits, but not for ever: whether it holds is for the test to say. */
  private static void await(Condition condition) {
    try {
      for (int looks = 0; looks < 600 && !condition.holds(); looks++) {
        Thread.sleep(50);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
