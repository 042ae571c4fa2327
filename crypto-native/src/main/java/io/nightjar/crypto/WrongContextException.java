package io.nightjar.crypto;

/** An object that belongs to other parameters than those it was used with. */
public final class WrongContextException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public WrongContextException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public WrongContextException(String message, Throwable cause) {
    super(message, cause);
  }
}
