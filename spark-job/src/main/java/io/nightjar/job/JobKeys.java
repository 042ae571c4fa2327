package io.nightjar.job;

import io.nightjar.exchange.JobDescription;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.keys.Passphrase;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key pair of a directory that a job is done with: the one that it was begun with, or for a new
 * job the one in use.
 */
final class JobKeys {

  private static final Logger LOG = LoggerFactory.getLogger(JobKeys.class);

  private final Path directory;
  private final String fingerprint;

  private JobKeys(Path directory, String fingerprint) {
    this.directory = directory;
    this.fingerprint = fingerprint;
  }

  /**
   * Finds a job's key pair.
   *
   * @param before the job, if an earlier process began it
   * @throws JobRefusedException if it was begun with a key that is not there
   */
  static JobKeys of(Path directory, Optional<JobDescription> before) throws IOException {
    String inUse = KeyDirectory.fingerprint(directory);
    String fingerprint = before.map(JobDescription::owner).orElse(inUse);
    if (!KeyDirectory.holds(directory, fingerprint)) {
      throw new JobRefusedException(
          "The job in the output was begun with key %s, and %s has no such key: give the keys that it was begun with, or choose another output"
              .formatted(fingerprint, directory));
    }
    return new JobKeys(directory, fingerprint);
  }

  /**
   * Opens the secret key.
   *
   * @throws io.nightjar.keys.KeysUnusableException if it cannot be used, or there is no passphrase
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase is another
   */
  OwnerSecret open(KeyScheme keys, Settings settings) throws IOException {
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(settings, false)) {
      OwnerSecret secret = KeyDirectory.open(directory, fingerprint, keys, passphrase.characters());
      if (passphrase.isWeak()) {
        LOG.warn(
            "The passphrase of {} is weaker than a new one may be: change it with 'nightjar keys passwd {}'",
            directory,
            directory);
      }
      return secret;
    }
  }

  /**
   * Returns the public key.
   *
   * @throws io.nightjar.keys.KeysUnusableException if it is not the one that was made with the
   *     secret key
   */
  OwnerKey owner(KeyScheme keys, OwnerSecret secret) throws IOException {
    return KeyDirectory.owner(directory, fingerprint, keys, secret);
  }
}
