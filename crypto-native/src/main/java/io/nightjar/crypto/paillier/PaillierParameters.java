package io.nightjar.crypto.paillier;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.ParameterDigest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How records are packed and encrypted with Paillier.
 *
 * <p>A plaintext holds one feature of many records, each in a field of so many bits; a ciphertext
 * of a block is made of {@value #LANES} of Paillier's, its lanes, or of as many as its records
 * need.
 *
 * @param modulusBits of the public modulus n
 * @param fieldBits of a field: what is in it is at least -2^(fieldBits - 1) and below 2^(fieldBits
 *     - 1)
 */
public record PaillierParameters(int modulusBits, int fieldBits) implements EncryptionParameters {

  /** Lanes of a full ciphertext of a block: what the kernel multiplies at once. */
  public static final int LANES = 8;

  /** What is taken where nobody asks for another: about 128 bits of security. */
  public static final int DEFAULT_MODULUS_BITS = 3072;

  /** The least that is accepted, at 112 bits of security. */
  public static final int LEAST_MODULUS_BITS = 2048;

  /** The most: the square of the modulus has to fit the kernel. */
  public static final int MOST_MODULUS_BITS = 4096;

  /** The least that tests may use, which protects nothing. */
  public static final int LEAST_TEST_BITS = 256;

  private static final int LEAST_FIELD_BITS = 2;
  private static final int MOST_FIELD_BITS = 62;

  /** Checks the ranges. */
  public PaillierParameters {
    if (modulusBits < LEAST_TEST_BITS
        || modulusBits > MOST_MODULUS_BITS
        || modulusBits % Long.SIZE != 0) {
      throw new InvalidParametersException(
          "A modulus of %d bits: it must have a multiple of 64 from %d to %d"
              .formatted(modulusBits, LEAST_MODULUS_BITS, MOST_MODULUS_BITS));
    }
    if (fieldBits < LEAST_FIELD_BITS || fieldBits > MOST_FIELD_BITS) {
      throw new InvalidParametersException(
          "Fields of %d bits: they must have from %d to %d"
              .formatted(fieldBits, LEAST_FIELD_BITS, MOST_FIELD_BITS));
    }
  }

  /** Returns whether the modulus is long enough for anything but tests. */
  public boolean isSecure() {
    return modulusBits >= LEAST_MODULUS_BITS;
  }

  /** Returns the security of a modulus, as NIST reckons for factoring in SP 800-57 part 1. */
  private int securityBits() {
    return modulusBits < DEFAULT_MODULUS_BITS ? 112 : 128;
  }

  /**
   * Returns the records of one plaintext. What is packed is below n / 4 in magnitude, whatever n
   * is, so that a sign can be told.
   */
  public int fields() {
    return (modulusBits - 3) / fieldBits;
  }

  /** Returns the records of a full ciphertext of a block. */
  public int batchSize() {
    return LANES * fields();
  }

  /** Returns the lanes of a ciphertext of so many records. */
  public int lanes(int records) {
    if (records < 1 || records > batchSize()) {
      throw new IllegalArgumentException(
          "A column holds 1 to %d records, not %d".formatted(batchSize(), records));
    }
    return (records - 1) / fields() + 1;
  }

  /** Returns the bytes of a number modulo n. */
  public int plaintextBytes() {
    return modulusBits / Byte.SIZE;
  }

  /** Returns the bytes of a number modulo n^2. */
  public int ciphertextBytes() {
    return 2 * plaintextBytes();
  }

  /** Returns the bytes of the ciphertexts of a block. */
  public long blockBytes(int ciphertexts, int records) {
    return (long) ciphertexts * lanes(records) * ciphertextBytes();
  }

  @Override
  public ParameterDigest digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("nightjar/1/paillier".getBytes(StandardCharsets.US_ASCII));
      digest.update(ByteBuffer.allocate(8).putInt(modulusBits).putInt(fieldBits).array());
      return ParameterDigest.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Returns the sum of 2^(fieldBits j) over all fields: 1 in every field. */
  BigInteger ones() {
    BigInteger sum = BigInteger.ONE.shiftLeft(fieldBits * fields()).subtract(BigInteger.ONE);
    return sum.divide(BigInteger.ONE.shiftLeft(fieldBits).subtract(BigInteger.ONE));
  }

  @Override
  public String toString() {
    return "Paillier, %d-bit modulus, %s"
        .formatted(
            modulusBits,
            !isSecure()
                ? "INSECURE, for tests only"
                : "%d-bit classical security".formatted(securityBits()));
  }
}
