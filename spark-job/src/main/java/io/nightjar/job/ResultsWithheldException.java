package io.nightjar.job;

/**
 * This exception is thrown at the end of a job that has no results, because some that came back are
 * none that an honest evaluation gives; the message says which batches and what to do.
 */
public final class ResultsWithheldException extends RuntimeException {

  /** Creates the exception. */
  public ResultsWithheldException(String message) {
    super(message);
  }
}
