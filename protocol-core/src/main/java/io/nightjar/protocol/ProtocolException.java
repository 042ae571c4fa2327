package io.nightjar.protocol;

/** A message that a party refuses; its state is as it was before. */
public final class ProtocolException extends RuntimeException {

  /** Creates the exception with what was received and what was expected. */
  public ProtocolException(String message) {
    super(message);
  }
}
