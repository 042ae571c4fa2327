package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.network.LinearStep;

/** One draw of consecutive rows of a linear step as integers, ready to be evaluated. */
public sealed interface DrawnStep permits BatchStep, RecordStep {

  /** Returns the step. */
  LinearStep step();

  /** Returns the first of the rows. */
  int firstRow();

  /** Evaluates the rows on integers in the clear. */
  IntegerColumns evaluate(IntegerColumns input);

  /** Returns the number of the first output column. */
  default int firstColumn() {
    return firstRow() * step().positions();
  }
}
