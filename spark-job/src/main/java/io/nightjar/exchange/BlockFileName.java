package io.nightjar.exchange;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a file of blocks: that of its first ones, and a number that no other file has.
 *
 * <p>So a file is written where it stays: another attempt at the same work writes another file, and
 * the manifest says which of them counts.
 */
final class BlockFileName {

  private static final int TOKEN_BYTES = 8;

  private static final Pattern PATTERN =
      Pattern.compile(BlockName.FORM + "\\.[0-9a-f]{%d}\\.njb".formatted(2 * TOKEN_BYTES));

  private static final SecureRandom RANDOM = new SecureRandom();

  private BlockFileName() {}

  /** Returns a name for a file that begins with these blocks. */
  static String draw(BlockName first) {
    byte[] token = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(token);
    return "%s.%s.njb".formatted(first, HexFormat.of().formatHex(token));
  }

  /**
   * Refuses names of another form, among them all that lead out of a directory.
   *
   * @throws ExchangeException if it is one
   */
  static void check(String name) {
    if (name == null || !PATTERN.matcher(name).matches()) {
      throw new ExchangeException("A file of blocks has a name of another form");
    }
  }
}
