package io.nightjar.plan;

import io.nightjar.model.Shape;

/**
 * One linear step of a network that is evaluated as a whole on ciphertexts.
 *
 * @param index from 0
 * @param title its layers, for people
 * @param input the shape that it reads
 * @param output the shape that it makes
 * @param rows rows of weights
 * @param terms terms of each row
 * @param positions positions that each row is evaluated at
 * @param squared whether its outputs are squared
 * @param limbs primes of the ciphertexts that it reads
 * @param dropped primes that its outputs are divided by
 * @param range the largest output that is expected, before it is squared
 * @param error the largest error of an output that is expected, before it is squared
 */
public record SealedLevel(
    int index,
    String title,
    Shape input,
    Shape output,
    int rows,
    int terms,
    int positions,
    boolean squared,
    int limbs,
    int dropped,
    double range,
    double error) {

  /** Returns the ciphertext-weight products of one draw. */
  public long products() {
    return (long) rows * terms * positions;
  }
}
