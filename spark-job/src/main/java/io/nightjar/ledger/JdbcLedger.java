package io.nightjar.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * A ledger in a database: a table of entries, and one with its version.
 *
 * <p>Entries have consecutive numbers, which no two of them can share. An admission reads all
 * entries and inserts the next number in one serialisable transaction. Two at once exclude each
 * other even where a database is lax about serialisable transactions: an admission reads with a
 * single statement, so if another one has committed since, its number is taken, and it reads again.
 */
final class JdbcLedger implements Ledger {

  /** Opens connections to the database; every admission has one of its own. */
  private interface Connections {
    Connection open() throws SQLException;
  }

  /**
   * How often another admission may come first; after so many conflicts in a row, something else is
   * wrong.
   */
  private static final int MOST_ATTEMPTS = 100;

  private final String shown;
  private final Optional<Path> file;
  private final Connections connections;

  /** Whether the tables are known to be there. */
  private volatile boolean prepared;

  private JdbcLedger(String shown, Optional<Path> file, Connections connections) {
    this.shown = shown;
    this.file = file;
    this.connections = connections;
  }

  static Ledger open(String url) throws IOException {
    return through(url, connection -> connection);
  }

  /**
   * Opens a ledger with something between it and its connections, such as faults that a test puts
   * there.
   */
  static Ledger through(String url, UnaryOperator<Connection> between) throws IOException {
    String shown = Ledgers.shown(url);
    boolean sqlite = SqliteUrls.isOne(url);
    Optional<Path> file = sqlite ? Optional.of(SqliteUrls.file(url)) : Optional.empty();
    Driver driver = driver(url, shown);
    Properties properties = sqlite ? SqliteUrls.properties() : credentials();
    return new JdbcLedger(
        shown, file, () -> between.apply(connect(driver, url, properties, shown)));
  }

  /**
   * Connects. The driver's message about a failure may have the URL in it, and the URL a password;
   * so it is replaced.
   */
  private static Connection connect(Driver driver, String url, Properties properties, String shown)
      throws SQLException {
    try {
      return driver.connect(url, properties);
    } catch (SQLException e) {
      if (shown.equals(url)) {
        throw e;
      }
      String message = String.valueOf(e.getMessage()).replace(url, shown);
      throw new SQLException(message, e.getSQLState(), e.getErrorCode());
    }
  }

  /**
   * Finds the driver with the class loader of this class, because DriverManager does not see the
   * job jar that Spark loads.
   */
  private static Driver driver(String url, String shown) throws IOException {
    for (Driver driver : ServiceLoader.load(Driver.class, JdbcLedger.class.getClassLoader())) {
      try {
        if (driver.acceptsURL(url)) {
          return driver;
        }
      } catch (SQLException e) {
        throw new LedgerException(
            "The driver of the ledger %s does not understand its URL".formatted(shown), e);
      }
    }
    throw new LedgerException(
        "There is no JDBC driver for the ledger %s on the class path: add its jar (spark.jars, or CLASSPATH)"
            .formatted(shown));
  }

  /** Returns user and password from the environment, because Spark shows settings. */
  private static Properties credentials() {
    Properties properties = new Properties();
    Optional.ofNullable(System.getenv("NIGHTJAR_LEDGER_USER"))
        .ifPresent(user -> properties.setProperty("user", user));
    Optional.ofNullable(System.getenv("NIGHTJAR_LEDGER_PASSWORD"))
        .ifPresent(password -> properties.setProperty("password", password));
    return properties;
  }

  @Override
  public Admission admit(Entry entry, OptionalLong budget) throws IOException {
    return changing(connection -> admit(connection, entry, budget));
  }

  private Admission admit(Connection connection, Entry entry, OptionalLong budget)
      throws SQLException, IOException {
    prepare(connection);
    return inTransaction(
        connection,
        Connection.TRANSACTION_SERIALIZABLE,
        () -> {
          LedgerVersions.requireCurrent(LedgerTables.recordedVersion(connection), shown);
          List<Entry> before = LedgerRows.read(connection, shown);
          Optional<Admission> decided = Admission.decide(before, entry, budget);
          if (decided.isEmpty()) {
            LedgerRows.insert(connection, before.size() + 1L, entry);
          }
          return decided.orElseGet(
              () -> new Admission(Admission.answered(before, entry) + entry.answers(), budget));
        });
  }

  /** Makes the tables if there are none; all else about versions is up to the transaction. */
  private void prepare(Connection connection) throws SQLException, IOException {
    if (!prepared) {
      LedgerVersions.requireCurrent(
          LedgerTables.version(connection).orElse(LedgerVersions.CURRENT), shown);
      LedgerTables.create(connection);
      prepared = true;
    }
  }

  @Override
  public List<Entry> entries() throws IOException {
    if (isMissing()) {
      return List.of();
    }
    try (Connection connection = connections.open()) {
      OptionalInt version = LedgerTables.version(connection);
      if (version.isEmpty()) {
        return List.of();
      }
      LedgerVersions.requireCurrent(version.getAsInt(), shown);
      return LedgerRows.read(connection, shown);
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  @Override
  public long migrate(Lineages lineages) throws IOException {
    return isMissing() ? 0 : changing(connection -> migrate(connection, lineages));
  }

  private long migrate(Connection connection, Lineages lineages) throws SQLException, IOException {
    int version = LedgerTables.version(connection).orElse(LedgerVersions.CURRENT);
    LedgerVersions.requireNotNewer(version, shown);
    if (version == LedgerVersions.CURRENT) {
      return 0;
    }
    if (!LedgerTables.canBeReplaced(connection)) {
      throw new LedgerException(
          "The ledger %s is in a database that cannot change tables in a transaction: keep a new ledger elsewhere"
              .formatted(shown));
    }
    return inTransaction(
        connection,
        // Each statement sees what was committed before it: the first waits for all others.
        Connection.TRANSACTION_READ_COMMITTED,
        () -> {
          LedgerTables.setAside(connection);
          List<Entry> entries = LedgerRows.readEarlier(connection, shown, lineages);
          LedgerTables.replace(connection);
          for (int i = 0; i < entries.size(); i++) {
            LedgerRows.insert(connection, i + 1L, entries.get(i));
          }
          return (long) entries.size();
        });
  }

  /** Returns whether there is no database yet, which opening it would make. */
  private boolean isMissing() {
    return file.isPresent() && !Files.exists(file.get());
  }

  /** Something that is done with a connection. */
  private interface Work<T> {
    T with(Connection connection) throws SQLException, IOException;
  }

  /** Something that happens as a whole or not at all. */
  private interface Transaction<T> {
    T run() throws SQLException, IOException;
  }

  /** Does something with a connection of its own, again if another transaction came first. */
  private <T> T changing(Work<T> work) throws IOException {
    if (file.isPresent()) {
      Files.createDirectories(file.get().getParent());
    }
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = connections.open()) {
        return work.with(connection);
      } catch (SQLException e) {
        if (attempt == MOST_ATTEMPTS || !isConflict(e)) {
          throw failure("written", e);
        }
        pause(attempt);
      }
    }
  }

  private static <T> T inTransaction(Connection connection, int isolation, Transaction<T> what)
      throws SQLException, IOException {
    connection.setTransactionIsolation(isolation);
    connection.setAutoCommit(false);
    boolean done = false;
    try {
      T result = what.run();
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack(connection);
      }
    }
  }

  /**
   * Returns whether a transaction failed because of another one, by the codes of standard SQL and
   * SQLite.
   */
  private static boolean isConflict(SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    boolean sqlite = e.getClass().getName().startsWith("org.sqlite.");
    return state.startsWith("40") // it was rolled back for another
        || state.startsWith("23") // the number is taken
        || (sqlite && List.of(5, 6, 19).contains(e.getErrorCode() & 0xff)); // busy, locked, taken
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, 10L * Math.min(attempt, 20)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("Interrupted while waiting for the ledger", e);
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The exception that led to this is on its way; closing the connection rolls back too.
    }
  }

  private LedgerException failure(String what, SQLException e) {
    return new LedgerException(
        "The ledger %s cannot be %s: %s".formatted(shown, what, e.getMessage()), e);
  }
}
