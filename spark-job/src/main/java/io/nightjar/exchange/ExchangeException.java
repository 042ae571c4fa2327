package io.nightjar.exchange;

/** Says that something in the exchange is not as it must be; the message names the file. */
public final class ExchangeException extends RuntimeException {

  /** Creates the exception with what was found and what was expected. */
  public ExchangeException(String message) {
    super(message);
  }

  /** Creates the exception with what was found, what was expected, and what noticed it. */
  public ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
