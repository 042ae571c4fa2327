package io.nightjar.privacy;

import io.nightjar.crypto.RealColumns;

/** What a data owner gets from one round for inputs of its choice. */
@FunctionalInterface
public interface Answers {

  /**
   * Returns the outputs of the rows that are attacked: row after row, and for each row position
   * after position, as a step's output columns are.
   *
   * @param batch its number; the same batch is not asked about twice with other inputs
   * @param draw from 0 to S - 1
   * @param inputs one column for each of the step's input columns, in multiples of the round's
   *     input scale
   */
  RealColumns answer(long batch, int draw, RealColumns inputs);
}
