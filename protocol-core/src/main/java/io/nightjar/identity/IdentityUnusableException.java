package io.nightjar.identity;

/**
 * This exception is thrown for an identity, a job's key or a passphrase that cannot be used as it
 * is; the message says what to change.
 */
public final class IdentityUnusableException extends RuntimeException {

  /** Creates the exception with what was found. */
  public IdentityUnusableException(String message) {
    super(message);
  }

  /** Creates the exception with what was found, and what noticed it. */
  public IdentityUnusableException(String message, Throwable cause) {
    super(message, cause);
  }
}
