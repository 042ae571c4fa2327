package io.nightjar.crypto.lattice;

import java.util.Arrays;
import java.util.HexFormat;

/** The public seed that stands for the uniform second polynomials of a fresh symmetric block. */
public final class BlockSeed {

  static final int BYTES = 32;

  private final byte[] bytes;

  private BlockSeed(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Wraps an array that a native call is about to fill, or has read from elsewhere. */
  static BlockSeed wrap(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "A seed has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new BlockSeed(bytes);
  }

  /** Returns a seed of zeros, for a native call to fill. */
  static BlockSeed empty() {
    return new BlockSeed(new byte[BYTES]);
  }

  /** Returns the array itself. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockSeed seed && Arrays.equals(bytes, seed.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the seed in hexadecimal; it is public. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
