package io.nightjar.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** Opens ledgers of the kind that their location asks for. */
public final class Ledgers {

  private Ledgers() {}

  /**
   * Opens the ledger at a location: a JDBC URL, or a directory on a Hadoop file system. Nothing is
   * written before the first entry.
   *
   * @throws LedgerException if a ledger cannot be kept there
   */
  public static Ledger open(String location, Configuration configuration) throws IOException {
    return isJdbc(location)
        ? JdbcLedger.open(location)
        : DirectoryLedger.open(location, configuration);
  }

  /** Returns the location of the ledger in a file of this machine. */
  public static String embedded(Path file) {
    return SqliteUrls.of(file);
  }

  /**
   * Returns a location as it may be shown: the URL of a database other than SQLite is cut to the
   * kind of the database.
   */
  public static String shown(String location) {
    if (!isJdbc(location) || SqliteUrls.isOne(location)) {
      return location;
    }
    int end = location.indexOf(':', "jdbc:".length());
    return (end < 0 ? "jdbc" : location.substring(0, end)) + ":...";
  }

  private static boolean isJdbc(String location) {
    return location.toLowerCase(Locale.ROOT).startsWith("jdbc:");
  }
}
