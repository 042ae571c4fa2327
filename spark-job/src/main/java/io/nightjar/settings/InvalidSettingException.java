package io.nightjar.settings;

/**
 * Says that a setting cannot be used. The message names the key, the value, what is allowed, and
 * where it was set.
 */
public final class InvalidSettingException extends RuntimeException {

  /** Creates the exception with a message for whoever set it. */
  public InvalidSettingException(String message) {
    super(message);
  }

  /** Creates the exception with a message and the failure that led to it. */
  public InvalidSettingException(String message, Throwable cause) {
    super(message, cause);
  }
}
