package io.nightjar.crypto.lattice;

import io.nightjar.crypto.natives.Native;
import java.util.Arrays;
import java.util.Objects;

/**
 * A distribution on the integers from -m to m, and the way to draw one of them for each record.
 *
 * <p>What is drawn is determined by a secret seed of 32 bytes and the number of a column. Record
 * {@code j} takes the bytes from 8 {@code j} to 8 {@code j} + 7 of the ChaCha20 stream (RFC 8439,
 * block counter from 0) whose key is the seed and whose nonce is the three little-endian 32-bit
 * words 4, the lower half of the column's number, and its upper half. As a little-endian integer
 * without its highest bit they are a number {@code u} from 0 to 2^63 - 1, and the record's integer
 * is {@code i - m} for the least {@code i} with {@code u < cumulative[i]}, or m if there is none.
 */
public final class RecordNoise {

  /** The largest m. */
  public static final int MAX_MAGNITUDE = 1024;

  /** The number of bytes of a seed. */
  public static final int SEED_BYTES = 32;

  /**
   * The number of the column that stands for the constant 1 in {@link BlockEvaluator#perturb}; no
   * block has a column of that number.
   */
  public static final long CONSTANT_COLUMN = 0xffffffffL;

  private final long[] cumulative;

  /**
   * Wraps a copy of a table.
   *
   * @param cumulative entry i is floor(2^63 P(X &lt;= i - m)), for i from 0 to 2m; the last one is
   *     2^63 - 1
   * @throws IllegalArgumentException if the table is not one
   */
  public RecordNoise(long[] cumulative) {
    int length = cumulative.length;
    if (length % 2 == 0 || length > 2 * MAX_MAGNITUDE + 1) {
      throw new IllegalArgumentException(
          "A table of integers from -m to m has 2m + 1 entries with m from 0 to %d, not %d"
              .formatted(MAX_MAGNITUDE, length));
    }
    long before = 0;
    for (int i = 0; i < length; i++) {
      if (cumulative[i] < before) {
        throw new IllegalArgumentException(
            "Entry %d of a cumulative table must be at least %d, the one before, not %d"
                .formatted(i, before, cumulative[i]));
      }
      before = cumulative[i];
    }
    if (before != Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The last entry of a cumulative table must be %d, not %d"
              .formatted(Long.MAX_VALUE, before));
    }
    this.cumulative = cumulative.clone();
  }

  /** Returns m: no integer that is drawn is larger in magnitude. */
  public int magnitude() {
    return cumulative.length / 2;
  }

  /**
   * Draws the integers of the first records of a column.
   *
   * @param seed 32 bytes, a secret
   * @param column the column's number
   */
  public long[] sample(byte[] seed, long column, int records) {
    checkSeed(seed);
    if (records < 0) {
      throw new IllegalArgumentException(
          "The number of records cannot be negative: %d".formatted(records));
    }
    long[] values = new long[records];
    Native.sampleRecords(cumulative, seed, column, values);
    return values;
  }

  /** Returns the table itself, for native calls, which only read it. */
  long[] cumulative() {
    return cumulative;
  }

  static void checkSeed(byte[] seed) {
    Objects.requireNonNull(seed, "seed");
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "A seed has %d bytes, not %d".formatted(SEED_BYTES, seed.length));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordNoise noise && Arrays.equals(cumulative, noise.cumulative);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(cumulative);
  }

  @Override
  public String toString() {
    return "RecordNoise[-%d to %d]".formatted(magnitude(), magnitude());
  }
}
