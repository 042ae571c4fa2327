package io.nightjar.crypto;

/** Columns of one batch, encrypted by one scheme or the other; whoever has a block closes it. */
public sealed interface EncryptedBlock extends AutoCloseable permits CipherBlock, PaillierBlock {

  /** Returns how many columns it has: one for each feature. */
  int columns();

  /** Returns how many records the batch has. */
  int records();

  @Override
  void close();
}
