package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;

/**
 * The draws of a job, evaluated in the clear. At every place they are the same weights on every
 * machine that knows the job's secret.
 */
public interface Draws {

  /** Evaluates a round as it is evaluated on ciphertexts, and returns what would be decrypted. */
  RealColumns outputs(DrawPlace place, OwnerState state);

  /** Evaluates a round with the weights as they were drawn, before they became integers. */
  RealColumns realOutputs(DrawPlace place, RealColumns inputs);
}
