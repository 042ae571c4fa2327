package io.nightjar.crypto;

/** Use of a native object after it was closed. */
public final class ClosedException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public ClosedException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public ClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}
