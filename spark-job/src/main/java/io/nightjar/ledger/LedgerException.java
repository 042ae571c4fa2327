package io.nightjar.ledger;

import java.io.IOException;

/**
 * Says that a ledger cannot be read or written, or is not what this program wrote; jobs have to
 * wait.
 */
public final class LedgerException extends IOException {

  /** Creates the exception with what was found and what to do. */
  public LedgerException(String message) {
    super(message);
  }

  /** Creates the exception with what was found and what noticed it. */
  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
