package io.nightjar.clear;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;

/**
 * Integers that anybody can read.
 *
 * @param slots the numbers in the slots of its ciphertexts
 * @param records how many records they are of
 */
record ClearBlock(IntegerColumns slots, int records) implements EncryptedBlock {

  @Override
  public int ciphertexts() {
    return slots.columns();
  }

  @Override
  public void close() {}
}
