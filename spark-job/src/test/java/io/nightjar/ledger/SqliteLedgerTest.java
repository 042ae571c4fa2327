package io.nightjar.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the ledger in a database, here the embedded one. */
class SqliteLedgerTest extends LedgerLaws {

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("not there yet").resolve("ledger.db");
  }

  @Override
  String location() {
    return Ledgers.embedded(file());
  }

  @Override
  void writeEarlier() throws Exception {
    EarlierLedgers.copySqlite(file());
  }

  @Override
  void writeLater() throws Exception {
    sql("UPDATE nightjar_ledger_version SET version = 3");
  }

  private Ledger ledger() throws Exception {
    return Ledgers.open(location(), new Configuration());
  }

  private void sql(String change) throws SQLException {
    try (Connection connection = DriverManager.getConnection(location());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(change);
    }
  }

  private void admitThree() throws Exception {
    for (int i = 1; i <= 3; i++) {
      ledger().admit(Child.job(i), OptionalLong.empty());
    }
  }

  /**
   * Of a table that is looked for and one that is looked for next, another may make both between.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aLedgerThatAnotherMakesMeanwhileIsNotTakenForAnEarlierOne(int look) throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Ledger slow =
        JdbcLedger.through(
            location(),
            connection ->
                (Connection)
                    Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                          if (method.getName().equals("getMetaData")
                              && looks.incrementAndGet() == look) {
                            ledger().admit(Child.job(1), OptionalLong.empty());
                          }
                          try {
                            return method.invoke(connection, arguments);
                          } catch (InvocationTargetException e) {
                            throw e.getCause();
                          }
                        }));

    slow.admit(Child.job(2), OptionalLong.empty());

    assertTrue(looks.get() >= look, looks + " looks");
    assertEquals(2, ledger().entries().size());
  }

  @Test
  void readingLeavesNothingBehind() throws Exception {
    assertEquals(List.of(), ledger().entries());
    assertFalse(Files.exists(file()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aRemovedRowIsNoticed(int number) throws Exception {
    admitThree();
    sql("DELETE FROM nightjar_ledger WHERE number = " + number);

    LedgerException refusal = assertThrows(LedgerException.class, () -> ledger().entries());

    assertTrue(refusal.getMessage().endsWith("entries were removed"), refusal.getMessage());
    assertThrows(LedgerException.class, () -> ledger().admit(Child.job(9), OptionalLong.empty()));
  }

  /** A job is there once, and its answers are its records times its draws. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE nightjar_ledger SET answers = 9 WHERE number = 2",
        "UPDATE nightjar_ledger SET number = 1 WHERE number = 2",
        "UPDATE nightjar_ledger SET records = 0, answers = 0 WHERE number = 2",
        "UPDATE nightjar_ledger SET job = (SELECT job FROM nightjar_ledger WHERE number = 1)"
            + " WHERE number = 2",
        "UPDATE nightjar_ledger SET owner = NULL WHERE number = 2",
        "UPDATE nightjar_ledger SET lineage = NULL WHERE number = 2",
        "UPDATE nightjar_ledger SET order_digest = NULL WHERE number = 2",
        // as a program of the first version would append an entry
        "INSERT INTO nightjar_ledger (number, job, owner, model, plan, protocol, records, draws,"
            + " answers, admitted) VALUES (4, 'j', 'o', 'm', 'p', 'bayhenn', 1, 1, 1, 't')"
      })
  void theTableHasConstraints(String change) throws Exception {
    admitThree();

    assertThrows(SQLException.class, () -> sql(change));
    assertEquals(3, ledger().entries().size());
  }

  @Test
  void aRowThatIsNoEntryIsNoticed() throws Exception {
    admitThree();
    sql("UPDATE nightjar_ledger SET owner = 'no body' WHERE number = 2");

    LedgerException refusal = assertThrows(LedgerException.class, () -> ledger().entries());

    assertTrue(refusal.getMessage().startsWith("Entry 2 of the ledger "), refusal.getMessage());
  }

  @Test
  void whatIsNoDatabaseIsSaidToBeNone() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "owls in a barn, all of them asleep\n".repeat(100));

    LedgerException refusal = assertThrows(LedgerException.class, () -> ledger().entries());

    assertTrue(refusal.getMessage().startsWith("The ledger " + location()), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:sqlite:",
        "jdbc:sqlite::memory:",
        "JDBC:SQLite::memory:",
        "jdbc:sqlite:file:ledger?mode=memory",
        "jdbc:sqlite:/x.db?journal_mode=OFF"
      })
  void aDatabaseThatForgetsIsNoLedger(String url) {
    LedgerException refusal =
        assertThrows(LedgerException.class, () -> Ledgers.open(url, new Configuration()));

    assertTrue(refusal.getMessage().contains("names no file"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mariadb://ledger:owls@host/db, jdbc:mariadb:...",
    "jdbc:nosuch:owls, jdbc:nosuch:...",
    "jdbc:owls, jdbc:..."
  })
  void aDatabaseWithoutADriverIsRefusedByItsKindAlone(String url, String shown) {
    LedgerException refusal =
        assertThrows(LedgerException.class, () -> Ledgers.open(url, new Configuration()));

    assertEquals(
        "There is no JDBC driver for the ledger %s on the class path: add its jar (spark.jars, or CLASSPATH)"
            .formatted(shown),
        refusal.getMessage());
  }
}
