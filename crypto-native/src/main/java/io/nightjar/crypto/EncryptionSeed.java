package io.nightjar.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret from which all randomness of one encryption follows: HMAC-SHA256, under the secret
 * key, of the encryption's {@link EncryptionName}, or drawn for an encryption that nobody makes
 * again.
 *
 * <p>It is not Serializable and its text hides it. Two messages that were encrypted with one seed
 * would give their difference away.
 */
public final class EncryptionSeed implements AutoCloseable {

  private static final int BYTES = 32;

  private static final byte[] LABEL =
      "nightjar/1/randomness of an encryption".getBytes(StandardCharsets.US_ASCII);

  private static final String HMAC = "HmacSHA256";

  private final byte[] bytes;

  private EncryptionSeed(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the seed of a name under a secret key.
   *
   * @param secretKey its bytes, which are wiped
   * @param access is what the caller got the bytes with
   */
  public static EncryptionSeed of(byte[] secretKey, EncryptionName name, RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secretKey, HMAC));
      mac.update(LABEL);
      return new EncryptionSeed(mac.doFinal(name.toBytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 failed in this JVM: " + e.getMessage(), e);
    } finally {
      Arrays.fill(secretKey, (byte) 0);
    }
  }

  /** Draws a seed from the operating system's randomness. */
  public static EncryptionSeed fresh() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new EncryptionSeed(bytes);
  }

  /** Returns the bytes themselves, for a native call. */
  public byte[] bytes(RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    return bytes;
  }

  /** Fills an array from the seed; every number gives other bytes. */
  public void expand(int number, byte[] target) {
    byte[] counter = new byte[16];
    counter[0] = (byte) (number >>> 24);
    counter[1] = (byte) (number >>> 16);
    counter[2] = (byte) (number >>> 8);
    counter[3] = (byte) number;
    Arrays.fill(target, (byte) 0);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(bytes, "AES"), new IvParameterSpec(counter));
      cipher.doFinal(target, 0, target.length, target, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed in this JVM: " + e.getMessage(), e);
    }
  }

  /** Overwrites the seed. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "EncryptionSeed[hidden]";
  }
}
