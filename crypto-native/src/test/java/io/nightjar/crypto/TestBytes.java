package io.nightjar.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** What tests of wire forms do with bytes, whatever scheme those are of. */
public final class TestBytes {

  private TestBytes() {}

  /** Integers of {@code bits} bits one after the other, the least significant bit first. */
  public static byte[] packed(long[] values, int bits) {
    byte[] bytes = new byte[(values.length * bits + 7) / 8];
    for (int i = 0; i < values.length * bits; i++) {
      if ((values[i / bits] >>> (i % bits) & 1) != 0) {
        bytes[i / 8] |= (byte) (1 << (i % 8));
      }
    }
    return bytes;
  }

  /** The same, backwards. */
  public static long[] unpacked(byte[] bytes, int from, int count, int bits) {
    long[] values = new long[count];
    for (int i = 0; i < count * bits; i++) {
      if ((bytes[from + i / 8] >>> (i % 8) & 1) != 0) {
        values[i / bits] |= 1L << (i % bits);
      }
    }
    return values;
  }

  /** How many bits a number from 0 takes. */
  public static int bitLength(long number) {
    return Long.SIZE - Long.numberOfLeadingZeros(number);
  }

  /** Appends the CRC-32C of some bytes to them. */
  public static byte[] withChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return ByteBuffer.allocate(bytes.length + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes)
        .putInt((int) checksum.getValue())
        .array();
  }

  /** One array after the other. */
  public static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
