package io.nightjar.exchange;

import io.nightjar.crypto.Blake3;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PublicKey;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.crypto.Scheme;
import io.nightjar.crypto.SecretKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

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

  /** Returns what belongs to a secret key, made anew: another fingerprint every time. */
  public static OwnerKey of(SecretKey key, HeContext context) {
    try (Opened opened =
        new Opened(
            key.publicKey(context),
            context.parameters().scheme() == Scheme.CKKS
                ? Optional.of(key.relinearisationKey(context))
                : Optional.empty())) {
      return new OwnerKey(write(opened, context));
    }
  }

  /**
   * Takes a public key from another party, or from a disk.
   *
   * @throws ExchangeException if it is none for these parameters, written as this program does
   */
  public static OwnerKey read(byte[] bytes, HeContext context) {
    OwnerKey key = new OwnerKey(bytes.clone());
    try (Opened opened = key.open(context)) {
      if (!Arrays.equals(write(opened, context), bytes)) {
        throw new ExchangeException("A public key is refused: there is more in it than a key");
      }
    }
    return key;
  }

  private static byte[] write(Opened key, HeContext context) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockCodec codec = new BlockCodec(context);
    try {
      codec.write(key.publicKey(), out);
      if (key.relinearisation().isPresent()) {
        codec.write(key.relinearisation().get(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  /**
   * The keys themselves.
   *
   * @param publicKey to encrypt under
   * @param relinearisation for parameters with which executors multiply ciphertexts
   */
  public record Opened(PublicKey publicKey, Optional<RelinearisationKey> relinearisation)
      implements AutoCloseable {

    @Override
    public void close() {
      publicKey.close();
      relinearisation.ifPresent(RelinearisationKey::close);
    }
  }

  /** Returns the keys themselves, which the caller closes. */
  public Opened open(HeContext context) {
    BlockCodec codec = new BlockCodec(context);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try {
      PublicKey publicKey = codec.readPublicKey(in);
      boolean done = false;
      try {
        Opened opened =
            new Opened(
                publicKey,
                context.parameters().scheme() == Scheme.CKKS
                    ? Optional.of(codec.readRelinearisationKey(in))
                    : Optional.empty());
        done = true;
        return opened;
      } finally {
        if (!done) {
          publicKey.close();
        }
      }
    } catch (CryptoException e) {
      throw new ExchangeException("A public key is refused: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new ExchangeException("A public key is refused: it is cut short", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  /** Returns the keys as blocks on the wire. */
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
