package io.nightjar.crypto;

/**
 * A block or key from another party that failed validation.
 *
 * <p>Its bytes have not been given to native code. It does not say who tampered, or whether anyone
 * did: a truncated transfer looks the same.
 */
public final class InvalidBlockException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public InvalidBlockException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidBlockException(String message, Throwable cause) {
    super(message, cause);
  }
}
