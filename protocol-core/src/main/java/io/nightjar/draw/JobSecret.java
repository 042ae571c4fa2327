package io.nightjar.draw;

import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.RawSecretAccess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;

/**
 * The model owner's secret of one job, from which all its draws, signs, masks and flooding noise
 * come.
 *
 * <p>It is fresh for every job and wiped when it is closed. It is not Serializable and its text
 * hides it; whoever has to carry it to another process asks for the raw bytes with a {@link
 * RawSecretAccess}. Whoever knows it, and the model, can repeat the job bit for bit.
 *
 * <p>It may be used by several threads. Streams that are open when it is closed go on.
 */
public final class JobSecret implements AutoCloseable {

  /** The length of a secret in bytes. */
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final byte[] TEST_LABEL =
      "nightjar/1/job secret for tests".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] COMMITMENT_LABEL =
      "nightjar/1/commitment to a job secret".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private boolean closed;

  private JobSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Draws a fresh secret from the operating system's randomness. */
  public static JobSecret fresh() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new JobSecret(bytes);
  }

  /**
   * Takes a secret from its raw bytes, which are copied; the caller wipes them.
   *
   * @throws IllegalArgumentException unless there are exactly {@link #BYTES} bytes
   */
  public static JobSecret ofBytes(byte[] bytes, RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "A job secret has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new JobSecret(bytes.clone());
  }

  /** Returns a secret that anybody can compute from its number: for tests, never for a job. */
  public static JobSecret fixedForTests(int seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(TEST_LABEL);
      return new JobSecret(digest.digest(ByteBuffer.allocate(Integer.BYTES).putInt(seed).array()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no SHA-256: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the raw bytes; the caller wipes them.
   *
   * @throws ClosedException if the secret is closed
   */
  public synchronized byte[] toBytes(RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    requireOpen();
    return bytes.clone();
  }

  /**
   * Returns 64 hexadecimal digits that tell this secret from all others and say nothing else of it:
   * its HMAC-SHA256 of a label, which no {@link KeyedStream} is named by.
   *
   * @throws ClosedException if the secret is closed
   */
  public String commitment() {
    return HexFormat.of().formatHex(authenticate(COMMITMENT_LABEL));
  }

  /** Returns the HMAC-SHA256 of a message under this secret. */
  synchronized byte[] authenticate(byte[] message) {
    requireOpen();
    try (WipedKey key = new WipedKey(HMAC, bytes.clone())) {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 failed in this JVM: " + e.getMessage(), e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("This job secret is closed");
    }
  }

  /** Overwrites the secret; closing it again does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "JobSecret[hidden]";
  }
}
