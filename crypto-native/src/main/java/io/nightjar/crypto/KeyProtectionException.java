package io.nightjar.crypto;

/**
 * A secret that cannot be protected, or whose protection cannot be removed.
 *
 * <p>It does not tell a wrong passphrase from tampered bytes: that would help only an attacker.
 */
public final class KeyProtectionException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public KeyProtectionException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public KeyProtectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
