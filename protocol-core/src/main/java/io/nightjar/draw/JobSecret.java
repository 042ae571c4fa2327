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
 * <p>What is drawn follows from the secret and from what it meets: the digest of the upload is part
 * of every stream's name, so no two uploads meet the same weights, whatever becomes of the memory
 * of what was asked before. Only a secret {@linkplain #ofSeed of a seed} leaves the upload out of
 * draws, because uploads are encrypted afresh and whoever repeats a job wants the same draws.
 *
 * <p>It is fresh for every job and wiped when it is closed. It is not Serializable and its text
 * hides it; whoever has to carry it to another process asks for its bytes with a {@link
 * RawSecretAccess}. Whoever knows it, the model and the uploads can repeat the job bit for bit.
 *
 * <p>It may be used by several threads. Streams that are open when it is closed go on.
 */
public final class JobSecret implements AutoCloseable {

  /** The length of a secret of its own, without what is known of it. */
  public static final int SEED_BYTES = 32;

  /** A bit that flipped on a disk would be another secret, and other draws. */
  private static final int CHECK_BYTES = 8;

  /** The length of a secret as it is stored and sent. */
  public static final int BYTES = 1 + SEED_BYTES + CHECK_BYTES;

  /** The first byte of a stored secret whose draws follow inputs. */
  private static final byte FOLLOWING = 4;

  /** The first byte of a stored secret whose draws follow from it alone. */
  private static final byte REPEATING = 5;

  /** So much less are the first bytes of secrets that were stored without a checksum. */
  private static final int UNCHECKED = 2;

  private static final String HMAC = "HmacSHA256";
  private static final byte[] TEST_LABEL =
      "nightjar/1/job secret for tests".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] COMMITMENT_LABEL =
      "nightjar/1/commitment to a job secret".getBytes(StandardCharsets.US_ASCII);

  private final byte[] seed;
  private final boolean followsInputs;
  private boolean closed;

  private JobSecret(byte[] seed, boolean followsInputs) {
    this.seed = seed;
    this.followsInputs = followsInputs;
  }

  /** Draws a fresh secret from the operating system's randomness. */
  public static JobSecret fresh() {
    byte[] seed = new byte[SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    return new JobSecret(seed, true);
  }

  /**
   * Returns a secret whose draws follow from a seed alone, to repeat a job for a test or a
   * comparison. The bytes are copied; the caller wipes them.
   *
   * @throws IllegalArgumentException unless there are exactly {@link #SEED_BYTES} bytes
   */
  public static JobSecret ofSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "The seed of a job has %d bytes, not %d".formatted(SEED_BYTES, seed.length));
    }
    return new JobSecret(seed.clone(), false);
  }

  /**
   * Takes a secret from the bytes that {@link #toBytes} gave, which are copied; the caller wipes
   * them.
   *
   * @throws IllegalArgumentException if they are no secret, or one of an older version, whose draws
   *     were others
   * @throws DamagedSecretException if they have changed since
   */
  public static JobSecret ofBytes(byte[] bytes, RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    boolean checked = bytes.length == BYTES;
    int kind = bytes.length == 0 ? 0 : bytes[0] + (checked ? 0 : UNCHECKED);
    boolean whole = checked || bytes.length == 1 + SEED_BYTES; // of a job that began before
    if (!whole || (kind != FOLLOWING && kind != REPEATING)) {
      throw new IllegalArgumentException(
          "The secret of a job has %d bytes, of which the first says what draws follow from; these %d bytes are none of this version"
              .formatted(BYTES, bytes.length));
    }
    if (checked
        && !MessageDigest.isEqual(check(bytes), Arrays.copyOfRange(bytes, 1 + SEED_BYTES, BYTES))) {
      throw new DamagedSecretException();
    }
    return new JobSecret(Arrays.copyOfRange(bytes, 1, 1 + SEED_BYTES), kind == FOLLOWING);
  }

  private static byte[] check(byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, 1 + SEED_BYTES);
      return Arrays.copyOf(digest.digest(), CHECK_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no SHA-256: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a secret that anybody can compute from its number: for tests, never for a job. Draws
   * follow uploads, as in a job.
   */
  public static JobSecret fixedForTests(int seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(TEST_LABEL);
      return new JobSecret(
          digest.digest(ByteBuffer.allocate(Integer.BYTES).putInt(seed).array()), true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no SHA-256: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the secret as it is stored and sent; the caller wipes it.
   *
   * @throws ClosedException if the secret is closed
   */
  public synchronized byte[] toBytes(RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    requireOpen();
    byte[] bytes = new byte[BYTES];
    bytes[0] = followsInputs ? FOLLOWING : REPEATING;
    System.arraycopy(seed, 0, bytes, 1, SEED_BYTES);
    System.arraycopy(check(bytes), 0, bytes, 1 + SEED_BYTES, CHECK_BYTES);
    return bytes;
  }

  /** Returns whether what is drawn under this secret follows from the uploads that it meets too. */
  boolean followsInputs() {
    return followsInputs;
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
    try (WipedKey key = new WipedKey(HMAC, seed.clone())) {
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
    Arrays.fill(seed, (byte) 0);
  }

  @Override
  public String toString() {
    return "JobSecret[hidden]";
  }
}
