package io.nightjar.ledger;

import java.nio.file.Path;
import java.util.Properties;

/** Reads the URLs of SQLite, the database in a file, and says how to connect to it. */
final class SqliteUrls {

  private static final String PREFIX = "jdbc:sqlite:";

  private SqliteUrls() {}

  /** Returns whether a URL is one of SQLite, in upper or lower case, as the driver takes it. */
  static boolean isOne(String url) {
    return url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  static String of(Path file) {
    return PREFIX + file.toAbsolutePath();
  }

  /**
   * Returns the file of a URL.
   *
   * @throws LedgerException if it names no file, or a temporary one, or has anything besides a file
   */
  static Path file(String url) throws LedgerException {
    String name = url.substring(PREFIX.length());
    boolean plain = !name.isEmpty() && !name.startsWith(":") && name.indexOf('?') < 0;
    if (!plain || name.startsWith("file:")) {
      throw new LedgerException(
          "The ledger %s names no file: write jdbc:sqlite:/path/to/ledger.db".formatted(url));
    }
    return Path.of(name).toAbsolutePath();
  }

  /**
   * Returns how a connection has to behave: a transaction takes the lock of the file when it
   * begins, so that nobody writes between its reading and its writing; others wait for it; and what
   * was committed is on the disk, the directory with it.
   */
  static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    properties.setProperty("busy_timeout", "60000");
    properties.setProperty("synchronous", "EXTRA");
    return properties;
  }
}
