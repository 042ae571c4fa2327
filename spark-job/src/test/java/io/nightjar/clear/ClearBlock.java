package io.nightjar.clear;

import io.nightjar.crypto.EncryptedBlock;

/** Integers that anybody can read, of all slots of some ciphertexts. */
record ClearBlock(int ciphertexts, int records, long[] values) implements EncryptedBlock {

  @Override
  public void close() {}
}
