package io.nightjar.exchange;

/** Another process works where one can. */
public final class InUseException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message for whoever started the second process. */
  public InUseException(String message) {
    super(message);
  }
}
