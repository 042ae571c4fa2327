package io.nightjar.records;

import io.nightjar.crypto.natives.Blake3;
import java.math.BigInteger;
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

  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  private final Blake3 blake3 = new Blake3();
  private BigInteger sum = BigInteger.ZERO;

  /** Adds a record: its id, and the bytes of its values. */
  public void add(RecordId id, byte[] values) {
    if (id instanceof RecordId.OfLong number) {
      blake3.update((byte) 0);
      blake3.update(longBytes(number.value()));
    } else {
      byte[] text = id.text().getBytes(StandardCharsets.UTF_8);
      blake3.update((byte) (id.type() == IdType.STRING ? 1 : 2));
      blake3.update(longBytes(text.length));
      blake3.update(text);
    }
    add(blake3.digest(values));
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  /** Adds what another one has come to. */
  public void add(byte[] other) {
    sum = sum.add(new BigInteger(1, other)).mod(MODULUS);
  }

  /** Returns what it has come to so far. */
  public byte[] sum() {
    return sum.toByteArray();
  }

  /** Returns the digest, 64 lower-case hexadecimal digits. */
  public String finish(long records) {
    blake3.update(longBytes(records));
    return HexFormat.of().formatHex(blake3.digest(sum.add(MODULUS).toByteArray()));
  }
}
