package io.nightjar.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of one encryption. All its randomness follows from the name and the secret key, so
 * whoever has both can make it again, and nobody else can.
 *
 * <p>No two messages may be encrypted under one name: a name that is used again has to give the
 * same bytes, which whoever uses it again checks before anybody sees them.
 *
 * @param nonce 128 random bits that are drawn for every encryption, in hexadecimal; public
 * @param label where the block belongs
 */
public record EncryptionName(String nonce, BlockLabel label) {

  private static final int NONCE_BYTES = 16;

  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{%d}".formatted(2 * NONCE_BYTES));

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Checks that the nonce is one. */
  public EncryptionName {
    Objects.requireNonNull(label, "label");
    if (!isNonce(nonce)) {
      throw new IllegalArgumentException("The nonce of an encryption has another form");
    }
  }

  /** Returns a name that no encryption had before. */
  public static EncryptionName draw(BlockLabel label) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return new EncryptionName(HexFormat.of().formatHex(nonce), label);
  }

  /** Returns whether a text is a nonce. */
  public static boolean isNonce(String text) {
    return text != null && NONCE.matcher(text).matches();
  }

  /** Returns it as bytes, of which there are as many for every name. */
  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(NONCE_BYTES + 4 * Long.BYTES + 2 * Integer.BYTES);
    bytes.put(HexFormat.of().parseHex(nonce));
    bytes.putLong(label.job().getMostSignificantBits());
    bytes.putLong(label.job().getLeastSignificantBits());
    bytes.putLong(label.batch());
    bytes.putInt(label.round()).putInt(label.draw());
    return bytes.putLong(label.firstCiphertext()).array();
  }
}
