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
   * written. Every key has a seed, from which its second polynomials are expanded: whoever could
   * choose those (zeros, say) would be answered with results that the key does not mask.
   */
  static void check(BlockKind kind, BlockHeader header, HeParameters parameters, int ciphertexts) {
    BlockShape expected = new BlockShape(ciphertexts, 2, parameters.keyLimbs(), Form.NTT);
    if (!header.shape().equals(expected)) {
      throw new InvalidBlockException(
          "A %s has %s, not %s".formatted(kind, expected, header.shape()));
    }
    if (header.seed().isEmpty()) {
      throw new InvalidBlockException(
          "A %s has a seed for its second polynomials; this one chooses them itself"
              .formatted(kind));
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
