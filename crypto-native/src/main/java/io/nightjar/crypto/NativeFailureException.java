package io.nightjar.crypto;

/**
 * SEAL or the native core failed; the message is the native one.
 *
 * <p>Arguments are checked before native code sees them, so this is a defect or a lack of memory,
 * not bad input.
 */
public final class NativeFailureException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public NativeFailureException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public NativeFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
