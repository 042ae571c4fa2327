package io.nightjar.job;

/** A job that cannot be done as it was asked for; the message says why and what to change. */
public final class JobRefusedException extends RuntimeException {

  /** Creates the exception. */
  public JobRefusedException(String message) {
    super(message);
  }

  /** Creates the exception with what was found. */
  public JobRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
