package io.nightjar.identity;

/**
 * This exception is thrown for an identity with which no job may begin, because it was sent a
 * result that asked something of a key; the message says what to do.
 */
public final class IdentityPoisonedException extends RuntimeException {

  /** Creates the exception with which identity it is, and how the mark is lifted. */
  public IdentityPoisonedException(String message) {
    super(message);
  }
}
