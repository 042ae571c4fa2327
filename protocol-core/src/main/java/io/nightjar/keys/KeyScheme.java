package io.nightjar.keys;

import io.nightjar.crypto.EncryptionParameters;

/** The keys of one scheme with given parameters, which can be drawn, opened and checked. */
public interface KeyScheme {

  /** Returns the parameters that the keys are for. */
  EncryptionParameters parameters();

  /** Draws a fresh secret key. */
  OwnerSecret draw();

  /**
   * Opens a secret key that {@link OwnerSecret#protect} made.
   *
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase or the parameters are
   *     others, or the bytes were changed
   */
  OwnerSecret unprotect(byte[] protectedKey, char[] passphrase);

  /**
   * Takes a public key from another party, or from a disk.
   *
   * @throws InvalidKeyException if it is none for these parameters, written as this program does
   */
  OwnerKey read(byte[] bytes);
}
