package io.nightjar.crypto.paillier;

import java.math.BigInteger;
import java.util.Arrays;

/** Large numbers one after another in an array: big-endian, all of the same width. */
final class LargeNumbers {

  private LargeNumbers() {}

  static byte[] of(BigInteger number, int width) {
    byte[] bytes = new byte[width];
    put(number, bytes, 0, width);
    return bytes;
  }

  static void put(BigInteger number, byte[] numbers, int index, int width) {
    byte[] bytes = number.toByteArray();
    int skip = bytes.length > width && bytes[0] == 0 ? 1 : 0; // the sign
    int length = bytes.length - skip;
    if (number.signum() < 0 || length > width) {
      throw new IllegalArgumentException("A number does not fit %d bytes".formatted(width));
    }
    int end = (index + 1) * width;
    Arrays.fill(numbers, index * width, end - length, (byte) 0);
    System.arraycopy(bytes, skip, numbers, end - length, length);
    Arrays.fill(bytes, (byte) 0);
  }

  static BigInteger get(byte[] numbers, int index, int width) {
    return new BigInteger(1, numbers, index * width, width);
  }

  /** Returns the width of numbers below a modulus. */
  static int width(BigInteger modulus) {
    return (modulus.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
  }
}
