package io.nightjar.keys;

/**
 * This exception is thrown for bytes from another party, or from a disk, that are no public key;
 * the message says why.
 */
public final class InvalidKeyException extends RuntimeException {

  /** Creates the exception with what was found. */
  public InvalidKeyException(String what) {
    super("A public key is refused: " + what);
  }

  /** Creates the exception with what was found, and what noticed it. */
  public InvalidKeyException(String what, Throwable cause) {
    super("A public key is refused: " + what, cause);
  }
}
