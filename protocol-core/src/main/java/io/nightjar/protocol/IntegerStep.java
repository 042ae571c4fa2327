package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Round;

/** Rows that are evaluated on integers. */
public sealed interface IntegerStep extends DrawnStep permits BatchStep, RecordStep {

  /** Evaluates the rows on integers in the clear. */
  IntegerColumns evaluate(IntegerColumns input);

  @Override
  default RealColumns outputs(Round round, OwnerState state) {
    return OwnerMath.rescale(round, evaluate(state.integers(round)));
  }
}
