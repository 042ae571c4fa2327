package io.nightjar.crypto;

/**
 * A native call that was abandoned because its thread was interrupted or its task cancelled.
 *
 * <p>Nothing was computed that may be used. It does not restore the interrupt status: whoever
 * cleared that does.
 */
public final class CancelledException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public CancelledException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public CancelledException(String message, Throwable cause) {
    super(message, cause);
  }
}
