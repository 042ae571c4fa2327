package io.nightjar.protocol;

/**
 * This exception is thrown for a message that a party refuses; the party's state is as it was
 * before.
 */
public final class ProtocolException extends RuntimeException {

  /** Creates the exception with what was received and what was expected. */
  public ProtocolException(String message) {
    super(message);
  }

  /** Creates the exception with what was found, what was expected, and what noticed it. */
  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
