package io.nightjar.crypto.natives;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The hash function BLAKE3, in its default mode of 256 bits.
 *
 * <p>It hashes sixteen pieces of a file side by side in the lanes of a vector: with all the bytes
 * that a job exchanges, that matters.
 */
public final class Blake3 extends MessageDigest {

  /** The length of a digest. */
  public static final int BYTES = 32;

  /** As many words say how much was hashed; others count for nothing until these say so. */
  private static final int COUNTERS = 2;

  private final long[] state = new long[Native.blake3Words()];

  /** Creates a hash of nothing yet. */
  public Blake3() {
    super("BLAKE3");
  }

  /** Returns the digest of the first bytes of an array, which costs less than an object does. */
  public static byte[] of(byte[] bytes, int count) {
    byte[] digest = new byte[BYTES];
    Native.blake3(bytes, count, digest);
    return digest;
  }

  @Override
  protected int engineGetDigestLength() {
    return BYTES;
  }

  @Override
  protected void engineUpdate(byte input) {
    engineUpdate(new byte[] {input}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    Native.blake3Update(state, input, offset, length);
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = new byte[BYTES];
    Native.blake3Digest(state, digest);
    engineReset();
    return digest;
  }

  @Override
  protected void engineReset() {
    Arrays.fill(state, 0, COUNTERS, 0);
  }
}
