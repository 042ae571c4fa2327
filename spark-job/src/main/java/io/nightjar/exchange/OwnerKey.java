package io.nightjar.exchange;

import io.nightjar.crypto.Blake3;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockDecryptor;
import io.nightjar.crypto.BlockEncryptor;
import io.nightjar.crypto.BlockEvaluator;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.PaillierPublicKey;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.PublicKey;
import io.nightjar.crypto.RealColumns;
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

  /** The most bytes of a key; no parameters have larger ones. */
  public static final int MOST_BYTES = 16 << 20;

  /**
   * The scale of the numbers that test a key: far above the noise of any ring, with a square far
   * below two primes.
   */
  private static final double PROBE_SCALE = 0x1p30;

  private final byte[] bytes;
  private final String fingerprint;

  private OwnerKey(byte[] bytes) {
    this.bytes = bytes;
    this.fingerprint = HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  /** Returns new public keys of a secret key; their fingerprint is another one every time. */
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

  /** Returns the public key of a secret key of Paillier, which is the same every time. */
  public static OwnerKey of(PaillierSecretKey key) {
    return new OwnerKey(key.publicKey().toBytes());
  }

  /**
   * Takes a public key from another party, or from a disk.
   *
   * @throws ExchangeException if it is none for these parameters, written as this program does
   */
  public static OwnerKey read(byte[] bytes, EncryptionParameters parameters) {
    if (parameters instanceof PaillierParameters paillier) {
      OwnerKey key = new OwnerKey(bytes.clone());
      key.open(paillier).close();
      return key;
    }
    try (HeContext context = HeContext.open((HeParameters) parameters)) {
      return read(bytes, context);
    }
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
   * @param publicKey the key to encrypt under
   * @param relinearisation the key for multiplying ciphertexts, if the parameters allow that
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
        Optional<RelinearisationKey> relinearisation = Optional.empty();
        if (context.parameters().scheme() == Scheme.CKKS) {
          if (in.available() == 0) {
            throw new ExchangeException(
                "A public key is refused: no relinearisation key comes after it");
          }
          relinearisation = Optional.of(codec.readRelinearisationKey(in));
        }
        Opened opened = new Opened(publicKey, relinearisation);
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

  /**
   * Returns whether a secret key decrypts what is encrypted under this one, and multiplied with it.
   */
  public boolean belongsTo(SecretKey secret, HeContext context) {
    try (Opened opened = open(context)) {
      BlockEncryptor encryptor = new BlockEncryptor(context, opened.publicKey());
      BlockDecryptor decryptor = new BlockDecryptor(context, secret);
      if (opened.relinearisation().isEmpty()) {
        IntegerColumns one = new IntegerColumns(1, 1, new long[] {1});
        try (CipherBlock block = encryptor.encrypt(one, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
          return decryptor.noiseMarginBits(block) >= 1; // another key finds only noise
        }
      }
      BlockEvaluator evaluator = new BlockEvaluator(context);
      RealColumns one = new RealColumns(1, 1, new double[] {1});
      try (CipherBlock block = encryptor.encrypt(one, PROBE_SCALE);
          CipherBlock square = evaluator.square(block);
          CipherBlock product = evaluator.relinearise(square, opened.relinearisation().get())) {
        return Math.abs(decryptor.decryptReal(product).values()[0] - 1) < 0.01;
      }
    }
  }

  /** Returns a key of Paillier itself, which the caller closes. */
  public PaillierPublicKey open(PaillierParameters parameters) {
    try {
      return PaillierPublicKey.read(parameters, bytes);
    } catch (CryptoException e) {
      throw new ExchangeException("A public key is refused: " + e.getMessage(), e);
    }
  }

  /** Returns the keys as they travel. */
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
