package io.nightjar.rounds;

import io.nightjar.network.LinearStep;

/** A linear step whose weights become integers, and what follows from that for a plan. */
public interface QuantisedStep {

  /** Returns the step. */
  LinearStep step();

  /** Returns the real number that 1 stands for in the weights of a row. */
  double weightScale(int row);

  /** Returns the real number that 1 stands for in the outputs of a row. */
  double outputScale(int row);

  /** Returns the largest magnitude that an output can have. */
  long outputBound();
}
