package io.nightjar.crypto.protect;

import io.nightjar.crypto.KeyProtectionException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Encrypts a secret under a passphrase, for keeping it at rest: Argon2id, then AES-256-GCM.
 *
 * <p>The result is one byte string, integers big-endian:
 *
 * <pre>
 *   magic "NJSK"            4
 *   version                 1   1: Argon2id 1.3 and AES-256-GCM
 *   Argon2 memory in KiB    4
 *   Argon2 iterations       4
 *   Argon2 parallelism      1
 *   salt                   16
 *   nonce                  12
 *   ciphertext length       4   secret and tag
 *   ciphertext
 * </pre>
 *
 * <p>Everything before the ciphertext, and the caller's associated data after it, is authenticated
 * with the secret. The passphrase is taken as the UTF-8 of the characters given, in the Unicode
 * normal form they have.
 *
 * <p>It is not responsible for the strength of the passphrase, for where the bytes are kept, or for
 * erasing the secret and the passphrase that the caller holds. What it derives itself it
 * overwrites; copies inside the JDK's cipher last until they are collected.
 */
public final class PassphraseProtection {

  /** The largest secret that is accepted, in bytes; a secret key is far smaller. */
  public static final int MAX_SECRET_BYTES = 1 << 26;

  private static final byte[] MAGIC = "NJSK".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int KEY_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final int HEADER_BYTES =
      MAGIC.length
          + Byte.BYTES
          + 2 * Integer.BYTES
          + Byte.BYTES
          + SALT_BYTES
          + NONCE_BYTES
          + Integer.BYTES;

  private PassphraseProtection() {}

  /**
   * How much work a guess at the passphrase is: the parameters of Argon2id.
   *
   * <p>The limits are checked before any work, also for what a file says, so that a hostile file
   * can claim at most 256 MiB and some seconds.
   *
   * @param memoryKib memory, from 8 KiB for each lane to 256 MiB
   * @param iterations passes over the memory, from 1 to 16
   * @param parallelism lanes, from 1 to 16
   */
  public record Cost(int memoryKib, int iterations, int parallelism) {

    /** 64 MiB, 3 passes, 1 lane: RFC 9106's second choice, with one lane as it is computed here. */
    public static final Cost DEFAULT = new Cost(64 * 1024, 3, 1);

    /** The least work: for 256 random bits, which nobody guesses. */
    public static final Cost LEAST = new Cost(8, 1, 1);

    static final int MAX_MEMORY_KIB = 256 * 1024;
    static final int MAX_ITERATIONS = 16;
    static final int MAX_PARALLELISM = 16;

    /** Argon2 itself wants two blocks of 1 KiB for each of a lane's four slices. */
    private static final int MIN_MEMORY_KIB_PER_LANE = 8;

    /**
     * Checks the limits.
     *
     * @throws KeyProtectionException if a value is outside them
     */
    public Cost {
      checkRange("parallelism", parallelism, 1, MAX_PARALLELISM);
      checkRange("iterations", iterations, 1, MAX_ITERATIONS);
      checkRange("memory in KiB", memoryKib, MIN_MEMORY_KIB_PER_LANE * parallelism, MAX_MEMORY_KIB);
    }

    private static void checkRange(String what, int value, int min, int max) {
      if (value < min || value > max) {
        throw new KeyProtectionException(
            "Argon2 %s %d: it must be from %d to %d".formatted(what, value, min, max));
      }
    }
  }

  /**
   * Encrypts a secret under a passphrase.
   *
   * @param secret what to protect; left as it is
   * @param passphrase at least one character; left as it is
   * @param associatedData what the secret belongs to, needed again to get it back; may be empty
   * @param cost how much work a guess at the passphrase is to be
   * @throws KeyProtectionException if the passphrase is empty or not Unicode, or the secret is
   *     empty or too large
   */
  public static byte[] protect(byte[] secret, char[] passphrase, byte[] associatedData, Cost cost) {
    SecureRandom random = new SecureRandom();
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return protectWith(secret, passphrase, associatedData, cost, salt, nonce);
  }

  /** For the known answer in the tests: a nonce must never serve one key twice. */
  static byte[] protectWith(
      byte[] secret,
      char[] passphrase,
      byte[] associatedData,
      Cost cost,
      byte[] salt,
      byte[] nonce) {
    if (secret.length < 1 || secret.length > MAX_SECRET_BYTES) {
      throw new KeyProtectionException(
          "Secret of %d bytes: it must have from 1 to %d"
              .formatted(secret.length, MAX_SECRET_BYTES));
    }
    Header header = new Header(cost, salt, nonce, secret.length + TAG_BYTES);
    byte[] headerBytes = header.encode();
    try {
      byte[] ciphertext =
          crypt(Cipher.ENCRYPT_MODE, passphrase, header, headerBytes, associatedData, secret);
      return ByteBuffer.allocate(headerBytes.length + ciphertext.length)
          .put(headerBytes)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new KeyProtectionException("AES-256-GCM failed in this JVM: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the secret that {@link #protect} encrypted; the caller overwrites it when done.
   *
   * @param associatedData the same as when it was protected
   * @throws KeyProtectionException if the bytes have not this format, are truncated or ask for more
   *     work than the limits of {@link Cost}; and, without telling which, if the passphrase is
   *     wrong, bytes were changed or the associated data differ
   */
  public static byte[] unprotect(byte[] protectedSecret, char[] passphrase, byte[] associatedData) {
    Header header = Header.decode(protectedSecret);
    byte[] headerBytes = Arrays.copyOf(protectedSecret, HEADER_BYTES);
    byte[] ciphertext = Arrays.copyOfRange(protectedSecret, HEADER_BYTES, protectedSecret.length);
    try {
      return crypt(
          Cipher.DECRYPT_MODE, passphrase, header, headerBytes, associatedData, ciphertext);
    } catch (AEADBadTagException e) {
      // Without the cause: there is nothing more to know, and nothing more to tell.
      throw new KeyProtectionException(
          "The protected secret does not open: the passphrase is wrong, or the bytes were changed,"
              + " or they belong to other parameters");
    } catch (GeneralSecurityException e) {
      throw new KeyProtectionException("AES-256-GCM failed in this JVM: " + e.getMessage(), e);
    }
  }

  private static byte[] crypt(
      int mode,
      char[] passphrase,
      Header header,
      byte[] headerBytes,
      byte[] associatedData,
      byte[] input)
      throws GeneralSecurityException {
    try (DerivedKey key = DerivedKey.derive(passphrase, header.cost, header.salt)) {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, header.nonce));
      // The header has a fixed length, so the two cannot be mistaken for others.
      cipher.updateAAD(headerBytes);
      cipher.updateAAD(associatedData);
      return cipher.doFinal(input);
    }
  }

  /** What stands before the ciphertext, checked. */
  private static final class Header {
    private final Cost cost;
    private final byte[] salt;
    private final byte[] nonce;
    private final int ciphertextBytes;

    Header(Cost cost, byte[] salt, byte[] nonce, int ciphertextBytes) {
      this.cost = cost;
      this.salt = salt;
      this.nonce = nonce;
      this.ciphertextBytes = ciphertextBytes;
    }

    byte[] encode() {
      return ByteBuffer.allocate(HEADER_BYTES)
          .put(MAGIC)
          .put(VERSION)
          .putInt(cost.memoryKib())
          .putInt(cost.iterations())
          .put((byte) cost.parallelism())
          .put(salt)
          .put(nonce)
          .putInt(ciphertextBytes)
          .array();
    }

    static Header decode(byte[] bytes) {
      byte[] start = Arrays.copyOf(bytes, Math.min(bytes.length, MAGIC.length));
      if (!Arrays.equals(start, Arrays.copyOf(MAGIC, start.length))) {
        throw new KeyProtectionException(
            "Not a protected secret: it starts with bytes %s, not %s (\"NJSK\")"
                .formatted(HexFormat.of().formatHex(start), HexFormat.of().formatHex(MAGIC)));
      }
      if (bytes.length < HEADER_BYTES) {
        throw new KeyProtectionException(
            "Truncated protected secret: %d bytes, its header alone has %d"
                .formatted(bytes.length, HEADER_BYTES));
      }
      ByteBuffer in = ByteBuffer.wrap(bytes, MAGIC.length, bytes.length - MAGIC.length);
      byte version = in.get();
      if (version != VERSION) {
        throw new KeyProtectionException(
            "Protected secret of format version %d: this release reads only %d"
                .formatted(Byte.toUnsignedInt(version), VERSION));
      }
      Cost cost = new Cost(in.getInt(), in.getInt(), Byte.toUnsignedInt(in.get()));
      byte[] salt = new byte[SALT_BYTES];
      in.get(salt);
      byte[] nonce = new byte[NONCE_BYTES];
      in.get(nonce);
      int ciphertextBytes = in.getInt();
      if (ciphertextBytes <= TAG_BYTES || ciphertextBytes > MAX_SECRET_BYTES + TAG_BYTES) {
        throw new KeyProtectionException(
            "Protected secret with a ciphertext of %d bytes: it must have from %d to %d"
                .formatted(
                    Integer.toUnsignedLong(ciphertextBytes),
                    TAG_BYTES + 1,
                    MAX_SECRET_BYTES + TAG_BYTES));
      }
      if (in.remaining() != ciphertextBytes) {
        throw new KeyProtectionException(
            "Protected secret is %s: its header announces %d bytes of ciphertext, %d follow"
                .formatted(
                    in.remaining() < ciphertextBytes ? "truncated" : "too long",
                    ciphertextBytes,
                    in.remaining()));
      }
      return new Header(cost, salt, nonce, ciphertextBytes);
    }
  }

  /** The AES key; unlike the JDK's SecretKeySpec it can be overwritten. */
  @SuppressWarnings("serial") // A key is serializable by its interface; this one is never written.
  private static final class DerivedKey implements SecretKey, AutoCloseable {
    private final transient byte[] key = new byte[KEY_BYTES];

    private DerivedKey() {}

    static DerivedKey derive(char[] passphrase, Cost cost, byte[] salt) {
      byte[] password = utf8(passphrase);
      try {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(
            new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build());
        DerivedKey derived = new DerivedKey();
        argon2.generateBytes(password, derived.key);
        return derived;
      } finally {
        Arrays.fill(password, (byte) 0);
      }
    }

    private static byte[] utf8(char[] passphrase) {
      if (passphrase.length == 0) {
        throw new KeyProtectionException("Empty passphrase: give at least one character");
      }
      ByteBuffer encoded = ByteBuffer.allocate(0);
      try {
        // Strictly: the default would turn every unpaired surrogate into the same '?'.
        encoded =
            StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .encode(CharBuffer.wrap(passphrase));
        return Arrays.copyOf(encoded.array(), encoded.limit());
      } catch (CharacterCodingException e) {
        throw new KeyProtectionException(
            "The passphrase is not Unicode text: it has an unpaired surrogate");
      } finally {
        Arrays.fill(encoded.array(), (byte) 0);
      }
    }

    @Override
    public String getAlgorithm() {
      return "AES";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return key.clone();
    }

    @Override
    public void close() {
      Arrays.fill(key, (byte) 0);
    }
  }
}
