package io.nightjar.staging;

/** Staged records are not what was staged: they are damaged, or sealed under another key. */
public final class StagingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates the exception. */
  public StagingException(String message) {
    super(message);
  }

  /** Creates the exception with its cause. */
  public StagingException(String message, Throwable cause) {
    super(message, cause);
  }
}
