package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {

  private static final JobDescription JOB =
      SampleOrders.of(new UUID(1, 2), "a".repeat(64), "b".repeat(64), 10, 4, 2);

  @TempDir private java.nio.file.Path directory;
  private OutputDirectory output;

  @BeforeEach
  void begin() throws IOException {
    output = new OutputDirectory(new Path(directory.toUri()), new Configuration());
    output.begin(new OutputDirectory.State("c".repeat(64), JOB));
  }

  /** A job that an earlier version began must be found by a later one. */
  @Test
  void theIdentityOfAJobIsCalledAFingerprintOnDisk() throws IOException {
    String json = Files.readString(directory.resolve("_nightjar/job.json"));

    assertTrue(json.startsWith("{\"fingerprint\":\"" + "c".repeat(64) + "\",\"job\":{"), json);
  }

  @Test
  void aJobIsFoundByItsIdentityAndAnotherIsRefused() throws IOException {
    assertEquals(Optional.of(JOB), output.find("c".repeat(64)).map(OutputDirectory.State::job));
    assertThrows(JobRefusedException.class, () -> output.find("d".repeat(64)));
  }

  @Test
  void theSecretComesBackWithWhatDrawsFollowFrom() throws IOException {
    OutputDirectory other =
        new OutputDirectory(new Path(directory.resolve("other").toUri()), new Configuration());
    try (JobSecret secret = JobSecret.ofSeed(TestJobs.seed())) {
      other.begin(new OutputDirectory.State("c".repeat(64), JOB), secret);

      try (JobSecret found = other.secret()) {
        assertArrayEquals(
            secret.toBytes(RawSecretAccess.granted()), found.toBytes(RawSecretAccess.granted()));
      }
    }
  }

  /** As the version before wrote it, which signed nothing. */
  @Test
  void aJobThatTheVersionBeforeOrderedIsRefusedInOneLine() throws IOException {
    Files.writeString(
        directory.resolve("_nightjar/job.json"),
        """
        {"fingerprint":"%s","job":{"format":"nightjar-job","version":2,"job":"%s","plan":"%s","owner":"%s","records":10,"batchSize":4,"batchesPerWave":2}}"""
            .formatted("c".repeat(64), new UUID(1, 2), "a".repeat(64), "b".repeat(64)));

    JobRefusedException refusal =
        assertThrows(JobRefusedException.class, () -> output.find("c".repeat(64)));

    assertTrue(
        refusal
            .getMessage()
            .endsWith(
                "was begun by an earlier version: finish it with that one, or remove the output to start anew"),
        refusal.getMessage());
  }

  /**
   * Its draws followed from the secret alone, and half of the job would be drawn in another way.
   */
  @Test
  void aJobThatAnOlderVersionBeganIsRefusedInOneLine() throws IOException {
    Files.write(directory.resolve("_nightjar/secret"), new byte[32]);

    JobRefusedException refusal = assertThrows(JobRefusedException.class, () -> output.secret());

    assertTrue(refusal.getMessage().contains("begun by an earlier version"), refusal.getMessage());
  }

  /** A catalog names buckets in its own way, for which Hadoop has no implementation here. */
  @Test
  void aPlaceIsInADirectoryWhateverItsSchemeIsCalled() throws IOException {
    Configuration none = new Configuration(false);
    for (String place : new String[] {"s3://ward/exchange/lake/risks", "s3a://ward/exchange"}) {
      assertTrue(
          OutputDirectory.isInside(new Path("s3a://ward/exchange"), new Path(place), none), place);
    }
    for (String place : new String[] {"s3://other/exchange/lake", "s3a://ward/exchange-2"}) {
      assertFalse(
          OutputDirectory.isInside(new Path("s3a://ward/exchange"), new Path(place), none), place);
    }
  }
}
