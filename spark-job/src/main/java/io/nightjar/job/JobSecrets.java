package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the secret of a new job comes from whose driver is the data owner's. */
final class JobSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(JobSecrets.class);

  private JobSecrets() {}

  /**
   * Returns a fresh secret, or one of the seed in the file that a setting names.
   *
   * @throws JobRefusedException if that file is not a seed
   */
  static JobSecret draw(Settings settings) throws IOException {
    Optional<Path> file = settings.get(NightjarSettings.JOB_SEED_FILE);
    if (file.isEmpty()) {
      return JobSecret.fresh();
    }
    LOG.warn(
        "The draws of this job follow from {} alone: whoever is answered twice with them learns more",
        file.get());
    if (!Files.isRegularFile(file.get()) || Files.size(file.get()) != JobSecret.SEED_BYTES) {
      throw new JobRefusedException(
          "%s is not a seed: a file of %d random bytes"
              .formatted(file.get(), JobSecret.SEED_BYTES));
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file.get())) {
      bytes = in.readNBytes(JobSecret.SEED_BYTES);
    }
    try {
      return JobSecret.ofSeed(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
