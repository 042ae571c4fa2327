package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.exchange.BlockFileName;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model owner hears of a data owner who left something in the exchange, or nothing. */
class RemoteActivationTest {

  private static final JobDescription JOB =
      JobDescription.of(new UUID(1, 2), "ab".repeat(32), "cd".repeat(32), 100, 10, 5);

  private static final Wave WAVE = JOB.waves().get(0);

  @TempDir private Path directory;

  private JobExchange exchange;
  private RemoteActivation owner;

  @BeforeEach
  void prepare() throws IOException {
    exchange =
        JobExchange.of(
            new org.apache.hadoop.fs.Path(directory.toUri()),
            HadoopFiles.configuration(new Configuration()),
            JOB);
    owner = new RemoteActivation(exchange, new Polling(Duration.ofMillis(1), Duration.ZERO));
  }

  private Manifest commit(int round, Direction direction, String answers) throws IOException {
    FileDigest file = new FileDigest(new BlockFileName(0, 0, 0).toString(), 1, "cd".repeat(32));
    Manifest manifest = Manifest.of(JOB, WAVE.index(), round, direction, answers, List.of(file));
    exchange.commit(manifest);
    return manifest;
  }

  @Test
  void uploadsThatAreThereAreReturned() throws Exception {
    Manifest first = commit(0, Direction.UP, "");
    Manifest results = commit(0, Direction.DOWN, first.digest());
    Manifest second = commit(1, Direction.UP, results.digest());

    assertEquals(Optional.of(first), owner.upload(WAVE, 0));
    assertEquals(Optional.of(second), owner.upload(WAVE, 1));
  }

  @Test
  void aWaveWhoseResultsTheDataOwnerHasWantsNothingMore() throws Exception {
    Manifest first = commit(0, Direction.UP, "");
    commit(0, Direction.DOWN, first.digest());
    exchange.finishWave(WAVE.index());

    assertEquals(Optional.empty(), owner.upload(WAVE, 0));
    assertEquals(Optional.empty(), owner.upload(WAVE, 1));
  }

  @Test
  void aJobWhoseResultsTheDataOwnerHasWantsNothingMore() throws Exception {
    exchange.finish();

    assertEquals(Optional.empty(), owner.upload(WAVE, 0));
  }

  @Test
  void aDataOwnerWhoGaveUpOrDoesNotComeIsNoDataOwnerWhoHasEverything() throws Exception {
    assertThrows(JobRefusedException.class, () -> owner.upload(WAVE, 0));

    exchange.refuse("it is late");

    JobRefusedException refusal =
        assertThrows(JobRefusedException.class, () -> owner.upload(WAVE, 0));
    assertEquals("The data owner gave up: it is late", refusal.getMessage());
  }
}
