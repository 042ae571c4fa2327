package io.nightjar.tables;

/**
 * Says that results cannot be written as it was asked for. The message is one line that says why,
 * but never what is in a record.
 */
public final class InvalidTargetException extends RuntimeException {

  /** Creates the exception with a message that says what is wrong. */
  public InvalidTargetException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidTargetException(String message, Throwable cause) {
    super(message, cause);
  }
}
