package io.nightjar.crypto;

/** Encryption parameters, or a number chosen together with them, that the scheme does not allow. */
public final class InvalidParametersException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public InvalidParametersException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidParametersException(String message, Throwable cause) {
    super(message, cause);
  }
}
