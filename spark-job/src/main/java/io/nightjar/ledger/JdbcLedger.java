package io.nightjar.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * A ledger in one table of a database.
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

  private static final String CREATE =
      """
      CREATE TABLE nightjar_ledger (
        number BIGINT NOT NULL UNIQUE CHECK (number > 0),
        job VARCHAR(36) NOT NULL PRIMARY KEY,
        owner VARCHAR(64) NOT NULL,
        model VARCHAR(64) NOT NULL,
        plan VARCHAR(64) NOT NULL,
        protocol VARCHAR(32) NOT NULL,
        records BIGINT NOT NULL CHECK (records > 0),
        draws INTEGER NOT NULL CHECK (draws > 0),
        answers BIGINT NOT NULL,
        admitted VARCHAR(32) NOT NULL,
        CHECK (answers = records * draws))
      """;

  private static final String SELECT =
      "SELECT number, job, owner, model, plan, protocol, records, draws, answers, admitted"
          + " FROM nightjar_ledger ORDER BY number";

  private static final String INSERT =
      "INSERT INTO nightjar_ledger"
          + " (number, job, owner, model, plan, protocol, records, draws, answers, admitted)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /**
   * How often another admission may come first; after so many conflicts in a row, something else is
   * wrong.
   */
  private static final int MOST_ATTEMPTS = 100;

  private final String shown;
  private final Optional<Path> file;
  private final Connections connections;

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
    if (file.isPresent()) {
      Files.createDirectories(file.get().getParent());
    }
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = connections.open()) {
        createTable(connection);
        return admit(connection, entry, budget);
      } catch (SQLException e) {
        if (attempt == MOST_ATTEMPTS || !isConflict(e)) {
          throw failure("written", e);
        }
        pause(attempt);
      }
    }
  }

  private Admission admit(Connection connection, Entry entry, OptionalLong budget)
      throws SQLException, IOException {
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    connection.setAutoCommit(false);
    boolean done = false;
    try {
      List<Entry> before = read(connection);
      Optional<Admission> decided = Admission.decide(before, entry, budget);
      if (decided.isPresent()) {
        connection.rollback();
        done = true;
        return decided.get();
      }
      insert(connection, before.size() + 1L, entry);
      connection.commit();
      done = true;
      return new Admission(Admission.answered(before, entry) + entry.answers(), budget);
    } finally {
      if (!done) {
        rollBack(connection);
      }
    }
  }

  private static void insert(Connection connection, long number, Entry entry) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setLong(1, number);
      statement.setString(2, entry.job().toString());
      statement.setString(3, entry.owner());
      statement.setString(4, entry.model());
      statement.setString(5, entry.plan());
      statement.setString(6, entry.protocol());
      statement.setLong(7, entry.records());
      statement.setInt(8, entry.draws());
      statement.setLong(9, entry.answers());
      statement.setString(10, entry.time().toString());
      statement.executeUpdate();
    }
  }

  @Override
  public List<Entry> entries() throws IOException {
    if (file.isPresent() && !Files.exists(file.get())) { // opening it would make it
      return List.of();
    }
    try (Connection connection = connections.open()) {
      return hasTable(connection) ? read(connection) : List.of();
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  private List<Entry> read(Connection connection) throws SQLException, IOException {
    List<Entry> entries = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SELECT)) {
      while (row.next()) {
        long number = row.getLong("number");
        if (number != entries.size() + 1L) {
          throw new LedgerException(
              "The ledger %s has entry %d where entry %d should be: entries were removed"
                  .formatted(shown, number, entries.size() + 1));
        }
        entries.add(entry(number, row));
      }
    }
    return entries;
  }

  private Entry entry(long number, ResultSet row) throws SQLException, IOException {
    try {
      Entry entry =
          new Entry(
              UUID.fromString(row.getString("job")),
              row.getString("owner"),
              row.getString("model"),
              row.getString("plan"),
              row.getString("protocol"),
              row.getLong("records"),
              row.getInt("draws"),
              Instant.parse(row.getString("admitted")));
      if (entry.answers() == row.getLong("answers")) {
        return entry;
      }
      throw new IllegalArgumentException("its answers are not records x draws");
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new LedgerException(
          "Entry %d of the ledger %s was changed: %s".formatted(number, shown, e.getMessage()), e);
    }
  }

  /** Creates the table if there is none, which standard SQL has no statement for. */
  private static void createTable(Connection connection) throws SQLException {
    if (!hasTable(connection)) {
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(CREATE);
      } catch (SQLException e) {
        if (!hasTable(connection)) { // nobody else has just done it
          throw e;
        }
      }
    }
  }

  private static boolean hasTable(Connection connection) throws SQLException {
    for (String name : List.of("nightjar_ledger", "NIGHTJAR_LEDGER")) {
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
