package io.nightjar.records;

import io.nightjar.crypto.natives.Blake3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The ids seen so far, to find one that comes twice.
 *
 * <p>It takes from 32 to 64 bytes per id, however long they are: a number is kept as it is, a text
 * as 127 bits of its BLAKE3, of which no two will ever be equal by chance. A hundred million
 * records need 4 GB, and half as much again while it grows.
 */
final class IdSet {

  /** The most slots: an array cannot have more, in powers of two. */
  private static final int MOST_SLOTS = 1 << 30;

  private final Blake3 blake3 = new Blake3();
  private long[] first = new long[1 << 10];
  private long[] second = new long[1 << 10]; // 0: the slot is free
  private long size;

  /** Adds an id; returns false if it is there already. */
  boolean add(RecordId id) {
    if (2 * size >= first.length) {
      grow();
    }
    boolean added =
        id instanceof RecordId.OfLong number ? add(number.value(), 1) : addText(id.text());
    size += added ? 1 : 0;
    return added;
  }

  private boolean addText(String text) {
    ByteBuffer digest = ByteBuffer.wrap(blake3.digest(text.getBytes(StandardCharsets.UTF_8)));
    return add(digest.getLong(), digest.getLong() | 1);
  }

  private boolean add(long a, long b) {
    int mask = first.length - 1;
    int slot = (int) (mix(a) & mask);
    while (second[slot] != 0) {
      if (first[slot] == a && second[slot] == b) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    first[slot] = a;
    second[slot] = b;
    return true;
  }

  /**
   * Spreads numbers that follow each other, or differ in high bits only (MurmurHash3's finaliser).
   */
  private static long mix(long a) {
    long h = (a ^ (a >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private void grow() {
    if (first.length == MOST_SLOTS) {
      throw new InvalidInputException(
          "More than %d records: score them in several inputs".formatted(size));
    }
    long[] oldFirst = first;
    long[] oldSecond = second;
    first = new long[2 * oldFirst.length];
    second = new long[2 * oldSecond.length];
    for (int i = 0; i < oldFirst.length; i++) {
      if (oldSecond[i] != 0) {
        add(oldFirst[i], oldSecond[i]);
      }
    }
  }
}
