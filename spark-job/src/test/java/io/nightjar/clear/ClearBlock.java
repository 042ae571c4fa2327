package io.nightjar.clear;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerSlots;

/** Integers that anybody can read. */
record ClearBlock(IntegerSlots slots) implements EncryptedBlock {

  @Override
  public int ciphertexts() {
    return slots.ciphertexts();
  }

  @Override
  public int records() {
    return slots.records();
  }

  @Override
  public void close() {}
}
