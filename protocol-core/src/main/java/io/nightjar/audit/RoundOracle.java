package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;

/**
 * An oracle for one round, which attacks ask: it returns what a data owner gets for inputs of its
 * choice.
 */
@FunctionalInterface
public interface RoundOracle {

  /**
   * Returns the outputs of the rows that are attacked, row after row and each position after
   * position, in the order of a step's output columns.
   *
   * @param batch the number of the batch; the same batch is not asked about twice with other inputs
   * @param draw the number of the draw, from 0 to S - 1
   * @param inputs one column for each of the step's input columns, in multiples of the round's
   *     input scale
   */
  RealColumns answer(long batch, int draw, RealColumns inputs);
}
