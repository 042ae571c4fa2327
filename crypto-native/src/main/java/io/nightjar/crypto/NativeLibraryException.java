package io.nightjar.crypto;

/**
 * The native library could not be found, unpacked or linked; the message names the properties that
 * help.
 */
public final class NativeLibraryException extends CryptoException {

  /** Creates the exception with a message that says what happened and what to do. */
  public NativeLibraryException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
