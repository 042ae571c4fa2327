package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;

/** A cipher that hides nothing, so that tests see what is encrypted and say what is decrypted. */
final class ClearCipher implements IntegerCipher {

  private final double marginBits;

  /** Creates a cipher that reports a noise margin for every block. */
  ClearCipher(double marginBits) {
    this.marginBits = marginBits;
  }

  /**
   * A block that anybody can read.
   *
   * @param integers for each ciphertext a column, the integers of its slots
   * @param records how many records the batch has
   */
  record Block(IntegerColumns integers, int records) implements EncryptedBlock {

    @Override
    public int ciphertexts() {
      return integers.columns();
    }

    @Override
    public void close() {}
  }

  @Override
  public Block encrypt(IntegerColumns slots, int records) {
    return new Block(slots, records);
  }

  @Override
  public void check(BlockFormat.Header header) {
    throw new UnsupportedOperationException("Blocks in the clear are not read");
  }

  @Override
  public void check(EncryptedBlock block) {}

  @Override
  public double decrypt(EncryptedBlock block, long[] values, int first) {
    long[] from = ((Block) block).integers().values();
    System.arraycopy(from, 0, values, first, from.length);
    return marginBits;
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    throw new UnsupportedOperationException("Blocks in the clear are not written");
  }
}
