package io.nightjar.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret half of an identity, opened: signs, and keeps the keys of jobs.
 *
 * <p>It stays in its process: it is not Serializable, and executors have none. Closing it wipes
 * what can be wiped; the Java platform keeps a copy of the signing key until it is collected, so a
 * closed one still signs, but keeps nothing.
 */
public final class IdentitySecret implements AutoCloseable {

  /** A signing key, its public key, and a key for the keys of jobs. */
  static final int BYTES = 3 * Identity.BYTES;

  private static final byte[] PROBE = "nightjar-identity-probe".getBytes(StandardCharsets.US_ASCII);

  private final Identity identity;
  private final PrivateKey key;
  private final byte[] bytes;
  private boolean closed;

  private IdentitySecret(Identity identity, PrivateKey key, byte[] bytes) {
    this.identity = identity;
    this.key = key;
    this.bytes = bytes;
  }

  /** Draws an identity. */
  public static IdentitySecret draw() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] signing = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] keeping = new byte[Identity.BYTES];
      new SecureRandom().nextBytes(keeping);
      Identity identity = Identity.of((EdECPublicKey) pair.getPublic());
      byte[] bytes = new byte[BYTES];
      System.arraycopy(signing, 0, bytes, 0, Identity.BYTES);
      System.arraycopy(identity.bytes(), 0, bytes, Identity.BYTES, Identity.BYTES);
      System.arraycopy(keeping, 0, bytes, 2 * Identity.BYTES, Identity.BYTES);
      Arrays.fill(signing, (byte) 0);
      Arrays.fill(keeping, (byte) 0);
      return new IdentitySecret(identity, pair.getPrivate(), bytes);
    } catch (GeneralSecurityException e) {
      throw noEd25519(e);
    }
  }

  /**
   * Opens what {@link #bytes} returned.
   *
   * @throws IdentityUnusableException if the halves do not belong together
   */
  static IdentitySecret of(Identity identity, byte[] bytes) {
    try {
      byte[] signing = Arrays.copyOf(bytes, Identity.BYTES);
      PrivateKey key =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, signing));
      Arrays.fill(signing, (byte) 0);
      IdentitySecret secret = new IdentitySecret(identity, key, bytes.clone());
      if (!identity.hasSigned(PROBE, secret.sign(PROBE))) {
        throw new IdentityUnusableException(
            "The secret key of identity %s is another's".formatted(identity));
      }
      return secret;
    } catch (GeneralSecurityException e) {
      throw noEd25519(e);
    }
  }

  private static IllegalStateException noEd25519(GeneralSecurityException e) {
    return new IllegalStateException("Every Java platform since 15 has Ed25519", e);
  }

  /** Returns the public half. */
  public Identity identity() {
    return identity;
  }

  /** Returns the signature of a message. */
  public byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw noEd25519(e);
    }
  }

  /**
   * Returns what the encryption key of a job is kept under, which nobody else can find; the caller
   * wipes it.
   *
   * @throws IllegalStateException if this is closed
   */
  public synchronized char[] passphraseOf(UUID job) {
    byte[] derived = derive("nightjar-job-key " + job);
    char[] passphrase = HexFormat.of().formatHex(derived).toCharArray();
    Arrays.fill(derived, (byte) 0);
    return passphrase;
  }

  /**
   * Returns 32 bytes that records of its owner are sealed under, which nobody else can find; the
   * caller wipes them.
   *
   * @param staged what the records are called
   * @throws IllegalStateException if this is closed
   */
  public synchronized byte[] keyOf(UUID staged) {
    return derive("nightjar-staged-records " + staged);
  }

  private byte[] derive(String purpose) {
    requireOpen();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, 2 * Identity.BYTES, Identity.BYTES, "HmacSHA256"));
      return mac.doFinal(purpose.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256", e);
    }
  }

  /**
   * Returns the secret itself, which the caller wipes.
   *
   * @throws IllegalStateException if this is closed
   */
  synchronized byte[] bytes() {
    requireOpen();
    return bytes.clone();
  }

  /** What is left of a closed secret is zeros: what was kept under those, anybody could open. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The secret of %s is closed".formatted(identity));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "IdentitySecret[hidden, of %s]".formatted(identity);
  }
}
