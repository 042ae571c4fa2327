package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Round;

/**
 * The draws of a job, evaluated in the clear. For every batch, round and draw they are the same
 * weights on every machine that knows the job's secret.
 */
public interface Draws {

  /** Evaluates a round as it is evaluated on ciphertexts, and returns what would be decrypted. */
  RealColumns outputs(long batch, Round round, int draw, OwnerState state);

  /** Evaluates a round with the weights as they were drawn, before they became integers. */
  RealColumns realOutputs(long batch, Round round, int draw, RealColumns inputs);
}
