package io.nightjar.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 that names one set of {@link EncryptionParameters} in blocks, keys and caches.
 *
 * <p>Equal digests mean equal parameters. It is not a checksum of keys or data, and it is public.
 */
public final class ParameterDigest {

  /** The length of a digest in bytes. */
  public static final int BYTES = 32;

  private final byte[] value;

  private ParameterDigest(byte[] value) {
    this.value = value;
  }

  /**
   * Wraps a digest read from elsewhere.
   *
   * @throws InvalidParametersException unless there are exactly {@link #BYTES} bytes
   */
  public static ParameterDigest of(byte[] value) {
    if (value.length != BYTES) {
      throw new InvalidParametersException(
          "A parameter digest of %d bytes: it has %d".formatted(value.length, BYTES));
    }
    return new ParameterDigest(value.clone());
  }

  /**
   * Reads what {@link #toString()} wrote.
   *
   * @throws InvalidParametersException unless the text is exactly 64 hexadecimal digits
   */
  public static ParameterDigest parse(String hex) {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw new InvalidParametersException(
          "A parameter digest is %d hexadecimal digits, not \"%s\"".formatted(2 * BYTES, hex));
    }
    return new ParameterDigest(HexFormat.of().parseHex(hex));
  }

  /** Returns a copy of the 32 bytes. */
  public byte[] toByteArray() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterDigest that && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Returns the digest as 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
