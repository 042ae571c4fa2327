package io.nightjar.ledger;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The tables of a ledger in a database.
 *
 * <p>The first version had the table of entries alone. The current one has the table of versions,
 * too, and makes it first: so a table of entries without it is one of the first version, also in a
 * database that forgets half of what a killed process has made. A program of the first version
 * cannot write to the current table, whose columns must have values that it does not know.
 */
final class LedgerTables {

  private static final String ENTRIES = "nightjar_ledger";
  private static final String VERSIONS = "nightjar_ledger_version";
  private static final String ASIDE = "nightjar_ledger_before";

  /** The code of standard SQL for a transaction that has to begin again. */
  private static final String CONFLICT = "40001";

  private static final String CREATE_VERSIONS =
      "CREATE TABLE " + VERSIONS + " (version INTEGER NOT NULL PRIMARY KEY)";

  private static final String CREATE_ENTRIES =
      """
      CREATE TABLE nightjar_ledger (
        number BIGINT NOT NULL UNIQUE CHECK (number > 0),
        job VARCHAR(36) NOT NULL PRIMARY KEY,
        owner VARCHAR(64) NOT NULL,
        lineage VARCHAR(100) NOT NULL,
        model VARCHAR(64) NOT NULL,
        plan VARCHAR(64) NOT NULL,
        protocol VARCHAR(32) NOT NULL,
        records BIGINT NOT NULL CHECK (records > 0),
        draws INTEGER NOT NULL CHECK (draws > 0),
        answers BIGINT NOT NULL,
        order_digest VARCHAR(64),
        secret_commitment VARCHAR(64),
        admitted VARCHAR(32) NOT NULL,
        CHECK (answers = records * draws),
        CHECK ((order_digest IS NULL AND secret_commitment IS NULL)
          OR (order_digest IS NOT NULL AND secret_commitment IS NOT NULL)))
      """;

  private LedgerTables() {}

  /** Returns the name of the table that {@link #setAside} has renamed. */
  static String aside() {
    return ASIDE;
  }

  /** Returns the version of what is in a database; empty if there is no ledger in it. */
  static OptionalInt version(Connection connection) throws SQLException {
    if (!has(connection, VERSIONS)) {
      if (!has(connection, ENTRIES)) {
        return OptionalInt.empty();
      }
      if (!has(connection, VERSIONS)) { // nobody has made both in between, this one first
        return OptionalInt.of(LedgerVersions.FIRST);
      }
    }
    int recorded = recordedVersion(connection);
    boolean whole = recorded > 0 && (recorded > LedgerVersions.CURRENT || has(connection, ENTRIES));
    return whole ? OptionalInt.of(recorded) : OptionalInt.empty();
  }

  /** Returns the version that is written down; 0 if none is. */
  static int recordedVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT MAX(version) FROM " + VERSIONS)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** Makes what is missing of the tables, each step of which another process may have done. */
  static void create(Connection connection) throws SQLException {
    if (!has(connection, VERSIONS)) {
      unlessThere(connection, VERSIONS, CREATE_VERSIONS);
    }
    if (recordedVersion(connection) == 0) {
      record(connection); // of two that do it at once one fails, and tries everything again
    }
    if (!has(connection, ENTRIES)) {
      unlessThere(connection, ENTRIES, CREATE_ENTRIES);
    }
  }

  private static void unlessThere(Connection connection, String table, String create)
      throws SQLException {
    try {
      execute(connection, create);
    } catch (SQLException e) {
      if (!has(connection, table)) { // nobody else has just done it
        throw e;
      }
    }
  }

  private static void record(Connection connection) throws SQLException {
    execute(
        connection,
        "INSERT INTO " + VERSIONS + " (version) VALUES (" + LedgerVersions.CURRENT + ")");
  }

  /** Returns whether tables can be replaced in one transaction with their content. */
  static boolean canBeReplaced(Connection connection) throws SQLException {
    DatabaseMetaData database = connection.getMetaData();
    return database.supportsDataDefinitionAndDataManipulationTransactions()
        && !database.dataDefinitionCausesTransactionCommit()
        && !database.dataDefinitionIgnoredInTransactions();
  }

  /**
   * Renames the table of the first version, for which it waits until nobody else uses it, and after
   * which nobody can.
   *
   * @throws SQLException also if the table was brought over meanwhile; then all begins again
   */
  static void setAside(Connection connection) throws SQLException {
    execute(connection, "ALTER TABLE " + ENTRIES + " RENAME TO " + ASIDE);
    if (has(connection, VERSIONS)) {
      throw new SQLException("The ledger was brought over by another process", CONFLICT);
    }
  }

  /** Makes the current tables in place of the one that was set aside. */
  static void replace(Connection connection) throws SQLException {
    execute(connection, "DROP TABLE " + ASIDE);
    execute(connection, CREATE_VERSIONS);
    record(connection);
    execute(connection, CREATE_ENTRIES);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static boolean has(Connection connection, String table) throws SQLException {
    for (String name : List.of(table, table.toUpperCase(Locale.ROOT))) {
      try (ResultSet tables =
          connection
              .getMetaData()
              .getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
        if (tables.next()) {
          return true;
        }
      }
    }
    return false;
  }
}
