package io.nightjar.exchange;

import io.nightjar.crypto.Blake3;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PublicKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A data owner's public key as it travels, and its fingerprint, by which the model owner knows the
 * data owner.
 *
 * <p>A fingerprint names; it does not prove. A public key is no secret, and who is who is for the
 * permissions of the exchange to say.
 */
public final class OwnerKey {

  /** More than a key of any parameters has, in bytes. */
  public static final int MOST_BYTES = 16 << 20;

  private final byte[] bytes;
  private final String fingerprint;

  private OwnerKey(byte[] bytes) {
    this.bytes = bytes;
    this.fingerprint = HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  /** Returns a public key as it travels. */
  public static OwnerKey of(PublicKey key, HeContext context) {
    return new OwnerKey(write(key, context));
  }

  /**
   * Takes a public key from another party, or from a disk.
   *
   * @throws ExchangeException if it is none for these parameters, written as this program does
   */
  public static OwnerKey read(byte[] bytes, HeContext context) {
    OwnerKey key = new OwnerKey(bytes.clone());
    try (PublicKey opened = key.open(context)) {
      if (!Arrays.equals(write(opened, context), bytes)) {
        throw new ExchangeException("A public key is refused: there is more in it than a key");
      }
    }
    return key;
  }

  private static byte[] write(PublicKey key, HeContext context) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new BlockCodec(context).write(key, out);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  /** Returns the key itself, which the caller closes. */
  public PublicKey open(HeContext context) {
    try {
      return new BlockCodec(context).readPublicKey(new ByteArrayInputStream(bytes));
    } catch (CryptoException e) {
      throw new ExchangeException("A public key is refused: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new ExchangeException("A public key is refused: it is cut short", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  /** Returns the key as a block on the wire. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the BLAKE3 of its bytes, in 64 hexadecimal digits. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return "OwnerKey[%s]".formatted(fingerprint);
  }
}
