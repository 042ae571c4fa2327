package io.nightjar.crypto;

/**
 * The root of everything that this package and those below it throw on their own account.
 *
 * <p>Callers that can act on a failure catch one of the subclasses. It does not cover mistakes that
 * the JDK already has a name for, such as a {@code null} argument.
 */
public class CryptoException extends RuntimeException {

  /** Creates the exception with a message that says what happened and what to do. */
  public CryptoException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public CryptoException(String message, Throwable cause) {
    super(message, cause);
  }
}
