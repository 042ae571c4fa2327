package io.nightjar.plan;

/**
 * This exception is thrown for a plan from another party that is malformed or does not fit
 * together; the message says where.
 */
public final class InvalidPlanException extends RuntimeException {

  /** Creates the exception with what is wrong. */
  public InvalidPlanException(String message) {
    super(message);
  }

  /** Creates the exception with what is wrong and what found it. */
  public InvalidPlanException(String message, Throwable cause) {
    super(message, cause);
  }
}
