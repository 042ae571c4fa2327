package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.exchange.Wave;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.testing.Slow;
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
@Slow
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

  @Test
  void theRoundsOfOtherWavesAreStoppedToo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.always(Operation.OPEN, ".*/wave-00001/round-00/up/.*njb", Effect.HANGS));
    AtomicReference<Set<Integer>> left = new AtomicReference<>();
    JobProgress progress =
        new JobProgress() {
          @Override
          public void evaluated(Wave wave, int round) {
            await(() -> disk.strikes().get(0) > 0); // the other is on the executors
            Moment.end();
          }

          @Override
          public void end() { // before Spark is
            await(Running.JOBS::isEmpty);
            left.set(Set.copyOf(Running.JOBS));
          }
        };
    ScoreRequest request =
        jobs.scoring(
            FaultyDisk.uri(directory.resolve("out")),
            Optional.empty(),
            disk.settings("spark.extraListeners=" + Running.class.getName()));

    try {
      assertThrows(Moment.Ended.class, () -> Parties.score(request, progress));
    } finally {
      disk.letGo();
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
