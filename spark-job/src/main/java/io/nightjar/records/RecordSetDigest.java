package io.nightjar.records;

import io.nightjar.crypto.natives.Blake3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The digest of records with different ids, in whatever order they come and however they are
 * divided: the sum, modulo 2^256, of the BLAKE3 hashes of all.
 *
 * <p>It tells inputs of one data owner apart. It is no commitment: whoever may choose the records
 * could find others with the same sum.
 */
public final class RecordSetDigest {

  private static final int WORDS = Blake3.BYTES / Long.BYTES;

  private final long[] sum = new long[WORDS]; // the highest first
  private byte[] record = new byte[0];

  /** Adds a record: its id, and its values, as little-endian bytes. */
  public void add(RecordId id, double[] values) {
    byte[] text =
        id instanceof RecordId.OfLong ? new byte[0] : id.text().getBytes(StandardCharsets.UTF_8);
    int bytes = 1 + Long.BYTES + text.length + Math.multiplyExact(values.length, Double.BYTES);
    if (record.length < bytes) {
      record = new byte[bytes];
    }
    ByteBuffer out = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    if (id instanceof RecordId.OfLong number) {
      out.put((byte) 0).putLong(number.value());
    } else {
      out.put((byte) (id.type() == IdType.STRING ? 1 : 2)).putLong(text.length).put(text);
    }
    out.asDoubleBuffer().put(values);
    add(Blake3.of(record, bytes));
  }

  /** Adds what another one has come to. */
  public void add(byte[] other) {
    ByteBuffer in = ByteBuffer.wrap(other);
    long carry = 0;
    for (int i = WORDS - 1; i >= 0; i--) {
      long word = in.getLong(i * Long.BYTES);
      long added = sum[i] + word;
      long carried = added + carry;
      carry =
          (Long.compareUnsigned(added, word) < 0 ? 1L : 0L)
              + (Long.compareUnsigned(carried, added) < 0 ? 1L : 0L);
      sum[i] = carried;
    }
  }

  /** Returns what it has come to so far. */
  public byte[] sum() {
    ByteBuffer bytes = ByteBuffer.allocate(Blake3.BYTES);
    bytes.asLongBuffer().put(sum);
    return bytes.array();
  }

  /** Returns the digest, 64 lower-case hexadecimal digits. */
  public String finish(long records) {
    ByteBuffer all = ByteBuffer.allocate(Long.BYTES + 1 + Blake3.BYTES);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(records).put((byte) 1).put(sum());
    return HexFormat.of().formatHex(Blake3.of(all.array(), all.capacity()));
  }
}
