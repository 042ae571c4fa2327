package io.nightjar.staging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the pieces of one file, each by itself, so that any of them can be read without the others.
 *
 * <p>The file begins with a header: the magic "NJST", a version, and a salt. The key follows from
 * the salt, so every attempt at writing a file has another one. A piece is AES-256-GCM under its
 * number, with the header authenticated: a piece opens only in its own file and place.
 */
final class FileCipher {

  private static final byte[] MAGIC = "NJST".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** How long a header is. */
  static final int HEADER_BYTES = MAGIC.length + Byte.BYTES + SALT_BYTES;

  private final byte[] header;
  private final SecretKeySpec key;

  private FileCipher(byte[] header, StagingKey key) {
    this.header = header;
    this.key = key.ofFile(Arrays.copyOfRange(header, HEADER_BYTES - SALT_BYTES, HEADER_BYTES));
  }

  /** Returns the cipher of a new file. */
  static FileCipher fresh(StagingKey key) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    byte[] header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).put(VERSION).put(salt).array();
    return new FileCipher(header, key);
  }

  /**
   * Returns the cipher of a file with a header.
   *
   * @throws StagingException if it is not one
   */
  static FileCipher of(byte[] header, StagingKey key) {
    boolean known =
        header.length == HEADER_BYTES
            && Arrays.equals(MAGIC, Arrays.copyOf(header, MAGIC.length))
            && header[MAGIC.length] == VERSION;
    if (!known) {
      throw new StagingException("it does not begin as a file of staged records of this version");
    }
    return new FileCipher(header.clone(), key);
  }

  /** Returns what the file begins with. */
  byte[] header() {
    return header.clone();
  }

  /** Seals a piece; a number is for one piece only. */
  byte[] seal(long number, byte[] piece) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, number).doFinal(piece);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed in this JVM", e);
    }
  }

  /**
   * Opens a piece.
   *
   * @throws StagingException if it is not the piece of this number in this file, under this key
   */
  byte[] open(long number, byte[] sealed) {
    try {
      return cipher(Cipher.DECRYPT_MODE, number).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw new StagingException("it is damaged, or sealed under another key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed in this JVM", e);
    }
  }

  private Cipher cipher(int mode, long number) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, number);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(header);
    return cipher;
  }
}
