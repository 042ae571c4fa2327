package io.nightjar.draw;

/** The secret of a job is not as it was stored. */
public final class DamagedSecretException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** Creates the exception. */
  public DamagedSecretException() {
    super("The secret of a job does not have the checksum that was stored with it");
  }
}
