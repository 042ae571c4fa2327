package io.nightjar.keys;

import io.nightjar.crypto.protect.PassphraseProtection;

/**
 * A data owner's secret key, opened, whatever it encrypts with.
 *
 * <p>A secret is not Serializable. Closing it wipes the key.
 */
public interface OwnerSecret extends AutoCloseable {

  /**
   * Returns the key encrypted under a passphrase.
   *
   * @param cost how much work a guess at the passphrase is to be
   */
  byte[] protect(char[] passphrase, PassphraseProtection.Cost cost);

  /** Returns a public key that belongs to it; some schemes make another one every time. */
  OwnerKey publicKey();

  /** Returns whether it decrypts what is encrypted under a public key. */
  boolean matches(OwnerKey other);

  @Override
  void close();
}
