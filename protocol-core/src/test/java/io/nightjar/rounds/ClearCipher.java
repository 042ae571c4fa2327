package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.IntegerSlots;

/** A cipher that hides nothing, so that tests see what is encrypted and say what is decrypted. */
final class ClearCipher implements IntegerCipher {

  private final double marginBits;

  /** Creates a cipher that reports a noise margin for every block. */
  ClearCipher(double marginBits) {
    this.marginBits = marginBits;
  }

  /** A block that anybody can read. */
  record Block(IntegerSlots slots) implements EncryptedBlock {

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

  @Override
  public Block encrypt(IntegerSlots slots, EncryptionName name) {
    return new Block(slots);
  }

  @Override
  public void check(BlockFormat.Header header) {
    throw new UnsupportedOperationException("Blocks in the clear are not read");
  }

  @Override
  public void check(EncryptedBlock block) {}

  @Override
  public double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext) {
    long[] from = ((Block) block).slots().values();
    System.arraycopy(from, 0, into.values(), into.index(firstCiphertext, 0), from.length);
    return marginBits;
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    throw new UnsupportedOperationException("Blocks in the clear are not written");
  }
}
