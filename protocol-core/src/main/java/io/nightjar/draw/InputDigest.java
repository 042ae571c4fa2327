package io.nightjar.draw;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A digest of the upload that a round is evaluated on for one batch and draw, from which draws and
 * masks follow: so the same weights never meet two inputs, and no mask hides the results of two.
 *
 * @param first the digest's first eight bytes, big-endian, and so on
 */
public record InputDigest(long first, long second, long third, long fourth) {

  /** The digest of no input, for weights that no ciphertexts meet: in audits and benchmarks. */
  public static final InputDigest NONE = new InputDigest(0, 0, 0, 0);

  /** The length of a digest. */
  public static final int BYTES = 4 * Long.BYTES;

  /** Returns a digest of {@link #BYTES} bytes. */
  public static InputDigest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "A digest has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new InputDigest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** Returns a digest from its hexadecimal digits. */
  public static InputDigest ofHex(String digits) {
    return of(HexFormat.of().parseHex(digits));
  }
}
