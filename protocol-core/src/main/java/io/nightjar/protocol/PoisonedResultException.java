package io.nightjar.protocol;

/**
 * This exception is thrown for a result that decryption shows to be none of the plan's. It says
 * nothing of what was decrypted, and does not leave the batch that the result is of.
 */
public final class PoisonedResultException extends RuntimeException {

  /** Creates the exception with where the result belongs and which check it failed. */
  public PoisonedResultException(String message) {
    super(message);
  }
}
