package io.nightjar.plan;

/**
 * This exception is thrown for a model that cannot be planned as asked; the message says which
 * layer, which number and what to change.
 */
public final class PlanRefusedException extends RuntimeException {

  /** Creates the exception with a message for the model's owner. */
  public PlanRefusedException(String message) {
    super(message);
  }
}
