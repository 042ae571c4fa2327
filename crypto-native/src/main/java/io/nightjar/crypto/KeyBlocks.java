package io.nightjar.crypto;

/** What the blocks that hold keys have in common: they encrypt no records. */
final class KeyBlocks {

  static final int RECORDS = 1;
  static final double SCALE = 1;

  private KeyBlocks() {}

  static Packing packing(HeParameters parameters) {
    return parameters.scheme() == Scheme.CKKS ? Packing.SLOTS : Packing.COEFFICIENTS;
  }

  /** Refuses the header of a key that does not have {@code columns} columns at all primes. */
  static void check(BlockKind kind, BlockHeader header, HeParameters parameters, int columns) {
    BlockShape expected = new BlockShape(columns, 2, parameters.keyLimbs(), Form.NTT);
    if (!header.shape().equals(expected)) {
      throw new InvalidBlockException(
          "A %s has %s, not %s".formatted(kind, expected, header.shape()));
    }
  }
}
