package io.nightjar.job;

import io.nightjar.crypto.RawSecretAccess;
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

/** Where the secret of a new job comes from. */
final class JobSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(JobSecrets.class);

  private JobSecrets() {}

  /**
   * Returns a fresh secret, or the one in the file that a setting names.
   *
   * @throws JobRefusedException if that file is not a secret
   */
  static JobSecret draw(Settings settings) throws IOException {
    Optional<Path> file = settings.get(NightjarSettings.JOB_SEED_FILE);
    if (file.isEmpty()) {
      return JobSecret.fresh();
    }
    LOG.warn(
        "The draws of this job follow from {}: whoever is answered twice with them learns more",
        file.get());
    if (!Files.isRegularFile(file.get()) || Files.size(file.get()) != JobSecret.BYTES) {
      throw new JobRefusedException(
          "%s is not a secret: a file of %d random bytes".formatted(file.get(), JobSecret.BYTES));
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file.get())) {
      bytes = in.readNBytes(JobSecret.BYTES);
    }
    try {
      return JobSecret.ofBytes(bytes, RawSecretAccess.granted());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
