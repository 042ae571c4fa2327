package io.nightjar.plan;

import io.nightjar.crypto.HeParameters;
import io.nightjar.network.LinearStep;

/** How the weights of one linear step become integers, and what follows for a plan. */
public sealed interface QuantisedStep permits StepQuantisation, RecordQuantisation {

  /** Returns the step. */
  LinearStep step();

  /** Returns the real number that 1 stands for in the weights of a row. */
  double weightScale(int row);

  /** Returns the real number that 1 stands for in the outputs of a row. */
  double outputScale(int row);

  /** Returns the largest magnitude that an output can have. */
  long outputBound();

  /** Returns the largest noise of an output, before anything is done to hide it. */
  double noise(HeParameters parameters);
}
