package io.nightjar.keys;

/**
 * This exception is thrown for a key with which no job may begin, because a result that was made
 * for it asked something of the key; the message says what to do.
 */
public final class KeyPoisonedException extends RuntimeException {

  /** Creates the exception with which key it is, and how it is lifted. */
  public KeyPoisonedException(String message) {
    super(message);
  }
}
