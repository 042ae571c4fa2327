package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.network.LinearStep;
import io.nightjar.plan.Round;

/** One draw of what executors evaluate in a round, ready to be evaluated. */
public sealed interface DrawnStep permits IntegerStep, SealedStep {

  /** Returns the step; of a whole network, the last one. */
  LinearStep step();

  /** Returns the first of the rows. */
  int firstRow();

  /** Evaluates the rows in the clear, as the data owner would decrypt and rescale them. */
  RealColumns outputs(Round round, OwnerState state);

  /** Returns the number of the first output column. */
  default int firstColumn() {
    return firstRow() * step().positions();
  }
}
