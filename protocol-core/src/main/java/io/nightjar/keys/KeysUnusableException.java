package io.nightjar.keys;

/**
 * This exception is thrown for keys or a passphrase that cannot be used as they are; the message
 * says what to change.
 */
public final class KeysUnusableException extends RuntimeException {

  /** Creates the exception with what was found. */
  public KeysUnusableException(String message) {
    super(message);
  }

  /** Creates the exception with what was found, and what noticed it. */
  public KeysUnusableException(String message, Throwable cause) {
    super(message, cause);
  }
}
