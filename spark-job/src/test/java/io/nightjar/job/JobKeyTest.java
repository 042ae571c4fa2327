package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.KeyScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of two jobs that begin in one output. */
class JobKeyTest {

  private static final UUID FIRST = new UUID(1, 2);
  private static final UUID SECOND = new UUID(3, 4);

  @TempDir private Path directory;

  @Test
  void aKeyOfAJobThatDoesNotBeginGoesAndThatOfAnotherStays() throws IOException {
    KeyScheme keys = TestJobs.in(directory).keyScheme();
    IdentitySecret identity = TestIdentities.of("keys");
    OutputDirectory output =
        new OutputDirectory(
            new org.apache.hadoop.fs.Path(directory.resolve("out").toUri()), new Configuration());
    try (JobKey first = JobKey.draw(keys);
        JobKey second = JobKey.draw(keys)) {
      first.keep(output, FIRST, identity, () -> {});

      assertThrows(
          JobRefusedException.class,
          () ->
              second.keep(
                  output,
                  SECOND,
                  identity,
                  () -> {
                    throw new JobRefusedException("Another process has begun");
                  }));
    }

    assertTrue(output.key(FIRST).isPresent());
    assertEquals(Optional.empty(), output.key(SECOND));
  }
}
