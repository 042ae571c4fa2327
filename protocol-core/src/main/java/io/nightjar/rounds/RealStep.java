package io.nightjar.rounds;

import io.nightjar.crypto.RealColumns;

/** One draw of a linear step as real numbers. */
@FunctionalInterface
public interface RealStep {

  /** Evaluates the step. */
  RealColumns evaluate(RealColumns input);
}
