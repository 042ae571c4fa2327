package io.nightjar.rounds;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.network.LinearStep;

/** Some rows of a linear step for one draw, as integers. */
public interface IntegerStep {

  /** Returns the step. */
  LinearStep step();

  /** Returns the number of the first of the rows. */
  int firstRow();

  /** Evaluates the rows in the clear. */
  IntegerColumns evaluate(IntegerColumns input);
}
