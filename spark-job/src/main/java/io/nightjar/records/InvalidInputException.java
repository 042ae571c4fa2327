package io.nightjar.records;

/**
 * Says that records or labels cannot be used as they are. The message is one line with the file,
 * the row, the column and the reason, but never with what a cell holds.
 */
public class InvalidInputException extends RuntimeException {

  /** Creates the exception with a message that says what is wrong and where. */
  public InvalidInputException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
