package io.nightjar.staging;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the staged records of a job are sealed under.
 *
 * <p>It stays in its process: it is not Serializable. Closing it wipes it; the Java platform keeps
 * copies of the keys that were made of it until they are collected.
 */
public final class StagingKey implements AutoCloseable {

  /** How long it is. */
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final byte[] LABEL = {'n', 'i', 'g', 'h', 't', 'j', 'a', 'r', '-', 's', '1'};

  private final byte[] bytes;
  private boolean closed;

  private StagingKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Draws a key that nobody else will ever have. */
  public static StagingKey draw() {
    byte[] drawn = new byte[BYTES];
    new SecureRandom().nextBytes(drawn);
    return take(drawn);
  }

  /**
   * Takes bytes over as a key.
   *
   * @throws IllegalArgumentException if they are not {@link #BYTES}
   */
  public static StagingKey take(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("A staging key of %d bytes".formatted(bytes.length));
    }
    return new StagingKey(bytes);
  }

  /**
   * Returns the key of one file, which has a salt of its own, so that no two files are encrypted
   * under the same one.
   *
   * @throws IllegalStateException if this is closed
   */
  synchronized SecretKeySpec ofFile(byte[] salt) {
    if (closed) { // what is left are zeros
      throw new IllegalStateException("The staging key is closed");
    }
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(bytes, HMAC));
      mac.update(LABEL);
      byte[] derived = mac.doFinal(salt);
      SecretKeySpec key = new SecretKeySpec(derived, "AES");
      Arrays.fill(derived, (byte) 0);
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + HMAC, e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "StagingKey[hidden]";
  }
}
