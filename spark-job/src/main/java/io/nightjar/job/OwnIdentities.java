package io.nightjar.job;

import io.nightjar.exchange.JobDescription;
import io.nightjar.identity.Identities;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.identity.Passphrase;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the identities of whoever runs this process. */
final class OwnIdentities {

  private static final Logger LOG = LoggerFactory.getLogger(OwnIdentities.class);

  private OwnIdentities() {}

  /**
   * Opens the identities in a directory under the passphrase of this process.
   *
   * @throws io.nightjar.identity.IdentityUnusableException if there are none, or no passphrase
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase is another
   */
  static Identities open(Path directory, Settings settings) throws IOException {
    return open(directory, settings, Passphrases.ofThisProcess());
  }

  /** Opens the identities in a directory under one of some passphrases. */
  static Identities open(Path directory, Settings settings, Passphrases passphrases)
      throws IOException {
    IdentityDirectory.require(directory); // before anybody is asked for a passphrase
    try (Passphrase passphrase = passphrases.get(settings, false)) {
      Identities identities = IdentityDirectory.open(directory, passphrase.characters());
      if (passphrase.isWeak()) {
        LOG.warn(
            "The passphrase of {} is weaker than a new one may be: change it with 'nightjar identity passwd {}'",
            directory,
            directory);
      }
      return identities;
    }
  }

  /**
   * Returns the identity that a job was ordered with.
   *
   * @throws JobRefusedException if it is not there any more
   */
  static IdentitySecret of(Identities identities, JobDescription job) {
    return identities
        .find(job.owner())
        .orElseThrow(
            () ->
                new JobRefusedException(
                    "The job in the output was begun by %s, which is not one of %s: give the identity that it was begun with, or choose another output"
                        .formatted(job.owner(), identities.identities())));
  }
}
