package io.nightjar.job;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.exchange.JobDescription;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The encryption key of one job. It is drawn when the job is ordered, and kept in the job's private
 * directory until the job is over, under a passphrase that only the data owner's identity knows.
 *
 * @param secret the secret key
 * @param owner its public key
 */
record JobKey(OwnerSecret secret, OwnerKey owner) implements AutoCloseable {

  /** Draws a key that nobody keeps. */
  static JobKey draw(KeyScheme keys) {
    OwnerSecret secret = keys.draw();
    boolean done = false;
    try {
      JobKey key = new JobKey(secret, secret.publicKey());
      done = true;
      return key;
    } finally {
      if (!done) {
        secret.close();
      }
    }
  }

  /** What begins a job. */
  interface Beginning {
    void begin() throws IOException;
  }

  /** Keeps the key for a job, and begins the job; a key of a job that does not begin is removed. */
  void keep(OutputDirectory output, UUID job, IdentitySecret identity, Beginning beginning)
      throws IOException {
    char[] passphrase = identity.passphraseOf(job);
    byte[] hidden;
    try {
      hidden = secret.protect(passphrase, PassphraseProtection.Cost.LEAST);
    } finally {
      Arrays.fill(passphrase, ' ');
    }
    output.keepKey(job, new OutputDirectory.KeptKey(hidden, owner.bytes()));
    try {
      beginning.begin();
    } catch (JobRefusedException e) {
      output.forgetKey(job);
      throw e;
    }
  }

  /**
   * Opens the key of a job that has begun.
   *
   * @throws JobRefusedException if it is gone, or not the job's
   */
  static JobKey open(
      OutputDirectory output, KeyScheme keys, JobDescription job, IdentitySecret identity)
      throws IOException {
    Optional<OutputDirectory.KeptKey> kept = output.key(job.job());
    if (kept.isEmpty()) {
      throw new JobRefusedException(
          "The key of the job in %s is gone: remove the output to start anew"
              .formatted(output.path()));
    }
    char[] passphrase = identity.passphraseOf(job.job());
    try {
      OwnerKey owner = keys.read(kept.get().publicKey());
      if (!owner.fingerprint().equals(job.key())) {
        throw new JobRefusedException(notItsKey(output));
      }
      return new JobKey(keys.unprotect(kept.get().secret(), passphrase), owner);
    } catch (InvalidKeyException | KeyProtectionException e) {
      throw new JobRefusedException(notItsKey(output), e);
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }

  private static String notItsKey(OutputDirectory output) {
    return "The key in %s is not the one that the job was begun with: remove the output to start anew"
        .formatted(output.path());
  }

  @Override
  public void close() {
    secret.close();
  }
}
