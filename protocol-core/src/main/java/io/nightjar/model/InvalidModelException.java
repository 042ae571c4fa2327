package io.nightjar.model;

/**
 * Says that a model breaks a rule: the message names the file, the layer or tensor, the value, and
 * what was allowed.
 */
public final class InvalidModelException extends RuntimeException {

  /** Creates the exception with a message that says what is wrong and where. */
  public InvalidModelException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
