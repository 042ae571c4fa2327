package io.nightjar.exchange;

/** Another server is at work on an exchange. */
public final class ExchangeInUseException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message for whoever started the second one. */
  public ExchangeInUseException(String message) {
    super(message);
  }
}
