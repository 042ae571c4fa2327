package io.nightjar.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of an input's records, apart from the format that they came in.
 *
 * <p>Hashed are a name, the number of columns, and for each record a byte for the type of its id,
 * the id (a long, or the number of bytes and UTF-8) and the bits of its values; at the end, the
 * number of records. All numbers are big-endian.
 */
final class ContentDigest {

  private static final String NAME = "nightjar-records-v1";

  private final MessageDigest sha256 = sha256();
  private final ByteBuffer values;
  private long records;

  ContentDigest(int columns) {
    sha256.update(NAME.getBytes(StandardCharsets.US_ASCII));
    values = ByteBuffer.allocate(Math.multiplyExact(columns, Double.BYTES));
    update(columns);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  void add(RecordId id, double[] row) {
    if (id instanceof RecordId.OfLong number) {
      sha256.update((byte) 0);
      update(number.value());
    } else {
      byte[] text = id.text().getBytes(StandardCharsets.UTF_8);
      sha256.update((byte) 1);
      update(text.length);
      sha256.update(text);
    }
    values.clear();
    values.asDoubleBuffer().put(row);
    sha256.update(values);
    records++;
  }

  /** Returns the digest; nothing can be added afterwards. */
  String finish() {
    update(records);
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void update(long number) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }
}
