package io.nightjar.spark;

/** A round that executors could not evaluate; the message is what the last of them said. */
public final class RoundFailedException extends RuntimeException {

  /** Creates the exception. */
  public RoundFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
