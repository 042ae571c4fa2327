package io.nightjar.records;

/** There is nothing to score. Whether that is a mistake, only whoever asks for it knows. */
public final class NoRecordsException extends InvalidInputException {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message that names the input. */
  public NoRecordsException(String message) {
    super(message);
  }
}
