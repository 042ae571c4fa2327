package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.identity.CheapIdentities;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterOpeningTest {

  @TempDir private Path directory;

  /** It is all that executors are sent of keys. */
  @Test
  void whatTravelsSaysWhereThingsAreAndIsNoSecret() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    KeyDirectory keys = new KeyDirectory(jobs.keys("keys"), jobs.settings());
    JobDescription job =
        SampleOrders.of(new UUID(1, 2), "ab".repeat(32), "cd".repeat(32), 10, 5, 1);
    ClusterOpening opening =
        new ClusterOpening(
            keys,
            new OutputDirectory(
                new org.apache.hadoop.fs.Path(directory.resolve("out").toUri()),
                keys.configuration()),
            new org.apache.hadoop.fs.Path(directory.resolve("exchange").toUri()),
            job,
            jobs.plan());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(opening);
    }

    String sent = bytes.toString(StandardCharsets.ISO_8859_1);
    assertTrue(sent.contains(directory.resolve("keys").toString()));
    assertFalse(sent.contains(TestJobs.PASSPHRASE));
    byte[] identity = CheapIdentities.bytes(TestIdentities.of("keys"));
    assertFalse(sent.contains(new String(identity, StandardCharsets.ISO_8859_1)));
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(job.job(), ((ClusterOpening) in.readObject()).job());
    }
  }
}
