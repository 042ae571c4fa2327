package io.nightjar.plan;

import io.nightjar.model.Text;
import java.util.List;
import java.util.stream.Collectors;

/**
 * This exception is thrown for a model that cannot be planned as asked; the message says which
 * layer, which number and what to change.
 */
public final class PlanRefusedException extends RuntimeException {

  /** Creates the exception with a message for the model's owner. */
  public PlanRefusedException(String message) {
    super(message);
  }

  /** Returns the refusal of a model of which layers have no range over which to quantise them. */
  public static PlanRefusedException uncalibrated(List<String> layers) {
    return new PlanRefusedException(
        "The model has no ranges for %s, whose outputs are quantised: 'nightjar calibrate' finds them from records"
            .formatted(layers.stream().map(Text::quote).collect(Collectors.joining(", "))));
  }
}
