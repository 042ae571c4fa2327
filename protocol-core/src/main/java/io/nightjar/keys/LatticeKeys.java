package io.nightjar.keys;

import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The keys of lattices. Where executors multiply ciphertexts, which they do with CKKS, the public
 * key has a relinearisation key behind it.
 *
 * @param parameters the parameters that the keys are for
 */
public record LatticeKeys(HeParameters parameters) implements KeyScheme {

  @Override
  public OwnerSecret draw() {
    HeContext context = HeContext.open(parameters);
    return new LatticeSecret(context, SecretKey.generate(context));
  }

  @Override
  public OwnerSecret unprotect(byte[] protectedKey, char[] passphrase) {
    HeContext context = HeContext.open(parameters);
    boolean done = false;
    try {
      SecretKey key = SecretKey.unprotect(context, protectedKey, passphrase);
      done = true;
      return new LatticeSecret(context, key);
    } finally {
      if (!done) {
        context.close();
      }
    }
  }

  @Override
  public OwnerKey read(byte[] bytes) {
    OwnerKey key = new OwnerKey(bytes);
    try (HeContext context = HeContext.open(parameters);
        Opened opened = open(key, context)) {
      if (!Arrays.equals(opened.write(context), bytes)) {
        throw new InvalidKeyException("there is more in it than a key");
      }
    }
    return key;
  }

  /**
   * A public key that was opened for use.
   *
   * @param publicKey the key to encrypt under
   * @param relinearisation the key with which executors multiply ciphertexts, where they do
   */
  public record Opened(PublicKey publicKey, Optional<RelinearisationKey> relinearisation)
      implements AutoCloseable {

    /** Returns the public half of a secret key, made anew. */
    static Opened of(SecretKey key, HeContext context) {
      return new Opened(
          key.publicKey(context),
          context.parameters().scheme() == Scheme.CKKS
              ? Optional.of(key.relinearisationKey(context))
              : Optional.empty());
    }

    byte[] write(HeContext context) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BlockCodec codec = new BlockCodec(context);
      try {
        codec.write(publicKey, out);
        if (relinearisation.isPresent()) {
          codec.write(relinearisation.get(), out);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("An array cannot fail to be written", e);
      }
      return out.toByteArray();
    }

    @Override
    public void close() {
      publicKey.close();
      relinearisation.ifPresent(RelinearisationKey::close);
    }
  }

  /**
   * Returns the keys themselves, which the caller closes.
   *
   * @throws InvalidKeyException if they are none for the context's parameters
   */
  public static Opened open(OwnerKey key, HeContext context) {
    BlockCodec codec = new BlockCodec(context);
    ByteArrayInputStream in = new ByteArrayInputStream(key.bytes());
    try {
      PublicKey publicKey = codec.readPublicKey(in);
      boolean done = false;
      try {
        Optional<RelinearisationKey> relinearisation = Optional.empty();
        if (context.parameters().scheme() == Scheme.CKKS) {
          if (in.available() == 0) {
            throw new InvalidKeyException("no relinearisation key comes after it");
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
      throw new InvalidKeyException(e.getMessage(), e);
    } catch (EOFException e) {
      throw new InvalidKeyException("it is cut short", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }
}
