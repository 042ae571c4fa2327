package io.nightjar.rounds;

import io.nightjar.network.LinearStep;

/** How the weights of one linear step become integers, and what follows for a plan. */
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
