package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.InvalidBlockException;

/** What the blocks that hold keys have in common: they encrypt no records. */
final class KeyBlocks {

  static final int RECORDS = 1;
  static final double SCALE = 1;

  private KeyBlocks() {}

  static Packing packing(HeParameters parameters) {
    return parameters.scheme() == Scheme.CKKS ? Packing.SLOTS : Packing.COEFFICIENTS;
  }

  /**
   * Refuses the header of a key of {@code ciphertexts} ciphertexts that is not as a key's is
   * written.
   */
  static void check(BlockKind kind, BlockHeader header, HeParameters parameters, int ciphertexts) {
    BlockShape expected = new BlockShape(ciphertexts, 2, parameters.keyLimbs(), Form.NTT);
    if (!header.shape().equals(expected)) {
      throw new InvalidBlockException(
          "A %s has %s, not %s".formatted(kind, expected, header.shape()));
    }
    boolean plain =
        header.label().equals(BlockLabel.NONE)
            && header.packing() == packing(parameters)
            && header.records() == RECORDS
            && header.scale() == SCALE;
    if (!plain) {
      throw new InvalidBlockException(
          "A %s belongs to no batch, but its header has %s, %s, %d records and scale %s"
              .formatted(kind, header.label(), header.packing(), header.records(), header.scale()));
    }
  }
}
