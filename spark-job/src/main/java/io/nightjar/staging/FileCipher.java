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
 * the salt, so every attempt at writing a file has another one. A piece is AES-256-GCM in chunks
 * under its number and theirs, with the header and the piece's length authenticated: it opens only
 * in its own file and place, and whole.
 */
final class FileCipher {

  private static final byte[] MAGIC = "NJST".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** The JDK compiles what it calls often, and is fifty times slower until then. */
  private static final int CHUNK = 8192;

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
    byte[] sealed = new byte[Math.addExact(piece.length, TAG_BYTES * chunks(piece.length, CHUNK))];
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      int out = 0;
      for (int chunk = 0; chunk * CHUNK < piece.length; chunk++) {
        int from = chunk * CHUNK;
        begin(cipher, Cipher.ENCRYPT_MODE, number, chunk, piece.length);
        out += cipher.doFinal(piece, from, Math.min(CHUNK, piece.length - from), sealed, out);
      }
      return sealed;
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
    int length = sealed.length - TAG_BYTES * chunks(sealed.length, CHUNK + TAG_BYTES);
    byte[] piece = new byte[Math.max(0, length)];
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      int in = 0;
      int out = 0;
      for (int chunk = 0; in < sealed.length; chunk++) {
        int bytes = Math.min(CHUNK + TAG_BYTES, sealed.length - in);
        begin(cipher, Cipher.DECRYPT_MODE, number, chunk, length);
        out += cipher.doFinal(sealed, in, bytes, piece, out);
        in += bytes;
      }
      return piece;
    } catch (AEADBadTagException e) {
      throw new StagingException("it is damaged, or sealed under another key", e);
    } catch (GeneralSecurityException e) {
      throw new StagingException("it is cut", e);
    }
  }

  private static int chunks(int bytes, int size) {
    return (bytes + size - 1) / size;
  }

  /** Begins a chunk, which opens only in its place in a piece of the same length. */
  private void begin(Cipher cipher, int mode, long number, int chunk, int length)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(number).putInt(chunk).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
  }
}
