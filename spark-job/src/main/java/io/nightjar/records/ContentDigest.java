package io.nightjar.records;

import io.nightjar.crypto.natives.Blake3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The digest of an input's records, apart from the format that they came in.
 *
 * <p>It is the BLAKE3 hash of a name, the number of columns, and for each record a byte for the
 * type of its id, the id (a long, or the number of bytes and UTF-8) and the bits of its values; and
 * at the end the number of records. All numbers are little-endian.
 */
final class ContentDigest {

  private static final String NAME = "nightjar-records-v2";

  /** The size of the buffer; BLAKE3 is fastest on many bytes at once. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final Blake3 blake3 = new Blake3();
  private final int rowBytes;
  private final ByteBuffer buffer;
  private long records;

  ContentDigest(int columns) {
    rowBytes = Math.multiplyExact(columns, Double.BYTES);
    buffer =
        ByteBuffer.allocate(Math.addExact(BUFFER_BYTES, rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(NAME.getBytes(StandardCharsets.US_ASCII)).putLong(columns);
  }

  void add(RecordId id, double[] row) {
    if (id instanceof RecordId.OfLong number) {
      buffer.put((byte) 0).putLong(number.value());
    } else {
      byte[] text = id.text().getBytes(StandardCharsets.UTF_8);
      buffer.put((byte) 1).putLong(text.length);
      if (text.length > buffer.remaining() - rowBytes) {
        flush();
        blake3.update(text);
      } else {
        buffer.put(text);
      }
    }
    buffer.asDoubleBuffer().put(row);
    buffer.position(buffer.position() + rowBytes);
    if (buffer.remaining() < rowBytes + 1 + Long.BYTES) {
      flush();
    }
    records++;
  }

  /** Returns the digest; nothing can be added afterwards. */
  String finish() {
    buffer.putLong(records);
    flush();
    return HexFormat.of().formatHex(blake3.digest());
  }

  private void flush() {
    blake3.update(buffer.flip());
    buffer.clear();
  }
}
