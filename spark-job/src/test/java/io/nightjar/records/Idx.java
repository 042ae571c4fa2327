package io.nightjar.records;

import java.nio.ByteBuffer;

/** Makes the bytes of IDX files. */
final class Idx {

  private Idx() {}

  /** Returns a file with this magic number, these dimensions and as many bytes as given. */
  static byte[] of(int magic, int[] dimensions, byte[] items) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * (1 + dimensions.length) + items.length).putInt(magic);
    for (int dimension : dimensions) {
      bytes.putInt(dimension);
    }
    return bytes.put(items).array();
  }

  static byte[] images(int count, int height, int width, byte[] items) {
    return of(0x803, new int[] {count, height, width}, items);
  }

  static byte[] labels(int... labels) {
    byte[] items = new byte[labels.length];
    for (int i = 0; i < items.length; i++) {
      items[i] = (byte) labels[i];
    }
    return of(0x801, new int[] {labels.length}, items);
  }

  /** Returns 0, 1, 2 and so on, modulo 256. */
  static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
