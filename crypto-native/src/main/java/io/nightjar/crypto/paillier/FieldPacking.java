package io.nightjar.crypto.paillier;

import io.nightjar.crypto.InvalidBlockException;
import java.math.BigInteger;

/**
 * Signed integers in the fields of one plaintext: the plaintext is the sum of v_j 2^(f j).
 *
 * <p>A negative value borrows from the field above, and so the plaintext may be negative; modulo n
 * it is n minus its magnitude. A field is read after 2^(f - 1) has been added to every one, which
 * makes all of them non-negative: the offset needs no correction in what is computed in between.
 */
final class FieldPacking {

  private final PaillierParameters parameters;
  private final BigInteger offset;

  FieldPacking(PaillierParameters parameters) {
    this.parameters = parameters;
    this.offset = parameters.ones().shiftLeft(parameters.fieldBits() - 1);
  }

  /** Returns the plaintext, which may be negative, of some values. */
  BigInteger pack(long[] values, int first, int count) {
    int fieldBits = parameters.fieldBits();
    long half = 1L << (fieldBits - 1);
    byte[] bytes = new byte[parameters.plaintextBytes() + Long.BYTES];
    for (int j = 0; j < parameters.fields(); j++) {
      long value = j < count ? values[first + j] : 0;
      if (value < -half || value >= half) {
        throw new IllegalArgumentException(
            "Value %d of record %d does not fit a field of %d bits".formatted(value, j, fieldBits));
      }
      int bit = j * fieldBits;
      long field = value + half;
      for (int left = fieldBits; left > 0; ) { // little-endian, byte by byte
        int inside = bit % Byte.SIZE;
        bytes[bytes.length - 1 - bit / Byte.SIZE] |= (byte) (field << inside);
        int taken = Math.min(left, Byte.SIZE - inside);
        field >>>= taken;
        bit += taken;
        left -= taken;
      }
    }
    return new BigInteger(1, bytes).subtract(offset);
  }

  /**
   * Reads the values of a plaintext.
   *
   * @param plaintext from 0 to below n
   * @throws InvalidBlockException if it is more than its fields can hold
   */
  void unpack(BigInteger plaintext, BigInteger n, long[] values, int first, int count) {
    boolean negative = plaintext.shiftLeft(1).compareTo(n) > 0;
    BigInteger fields = (negative ? plaintext.subtract(n) : plaintext).add(offset);
    int fieldBits = parameters.fieldBits();
    if (fields.signum() < 0 || fields.bitLength() > fieldBits * parameters.fields()) {
      throw new InvalidBlockException(
          "A plaintext is more than %d fields of %d bits: it is of another key, or was computed otherwise than agreed"
              .formatted(parameters.fields(), fieldBits));
    }
    byte[] bytes = fields.toByteArray();
    long half = 1L << (fieldBits - 1);
    for (int j = 0; j < count; j++) {
      long field = 0;
      int bit = j * fieldBits;
      for (int have = 0; have < fieldBits; ) {
        int at = bytes.length - 1 - bit / Byte.SIZE;
        int inside = bit % Byte.SIZE;
        int taken = Math.min(fieldBits - have, Byte.SIZE - inside);
        long part = at < 0 ? 0 : bytes[at] >> inside & ((1 << taken) - 1);
        field |= part << have;
        have += taken;
        bit += taken;
      }
      values[first + j] = field - half;
    }
  }
}
