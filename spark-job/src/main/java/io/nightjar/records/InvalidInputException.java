package io.nightjar.records;

/**
 * Records or labels that cannot be scored as they are: the message says on one line which file, row
 * and column, and why, but never what a cell holds.
 */
public final class InvalidInputException extends RuntimeException {

  /** Creates the exception with a message that says what is wrong and where. */
  public InvalidInputException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
