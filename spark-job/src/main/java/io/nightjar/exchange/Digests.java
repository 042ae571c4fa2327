package io.nightjar.exchange;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Computes and checks digests as manifests write them. */
final class Digests {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private Digests() {}

  /** Returns the SHA-256 of a text. */
  static String of(byte[] bytes) {
    try {
      return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  static String check(String hex) {
    if (hex == null || !HEX.matcher(hex).matches()) {
      throw new ExchangeException("A digest is 64 hexadecimal digits");
    }
    return hex;
  }
}
