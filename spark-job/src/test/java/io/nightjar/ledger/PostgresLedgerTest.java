package io.nightjar.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.JavaProcess;
import io.nightjar.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the ledger in a database with a server, which is PostgreSQL. */
@Slow
class PostgresLedgerTest extends LedgerLaws {

  /** The table of the first version, as its program made it. */
  private static final String CREATE_EARLIER =
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

  @TempDir private static Path disk;

  private static PostgresServer server;

  private final String schema = "law_" + UUID.randomUUID().toString().replace("-", "");

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = PostgresServer.start(disk);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeSchema() throws SQLException {
    sql("CREATE SCHEMA " + schema);
  }

  @Override
  String location() {
    return server.url(schema);
  }

  private void sql(String change) throws SQLException {
    try (Connection connection = DriverManager.getConnection(location());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(change);
    }
  }

  /** The rows are those that the first version wrote into SQLite. */
  @Override
  void writeEarlier() throws Exception {
    sql("DROP TABLE IF EXISTS nightjar_ledger, nightjar_ledger_version");
    sql(CREATE_EARLIER);
    Path copy = disk.resolve(schema + ".db");
    EarlierLedgers.copySqlite(copy);
    try (Connection connection = DriverManager.getConnection(Ledgers.embedded(copy));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM nightjar_ledger")) {
      while (row.next()) {
        sql(
            "INSERT INTO nightjar_ledger VALUES (%d, '%s', '%s', '%s', '%s', '%s', %d, %d, %d, '%s')"
                .formatted(
                    row.getLong("number"),
                    row.getString("job"),
                    row.getString("owner"),
                    row.getString("model"),
                    row.getString("plan"),
                    row.getString("protocol"),
                    row.getLong("records"),
                    row.getInt("draws"),
                    row.getLong("answers"),
                    row.getString("admitted")));
      }
    }
  }

  @Override
  void writeLater() throws SQLException {
    sql("UPDATE nightjar_ledger_version SET version = 3");
  }

  /** What a program was told is on the disk, whatever becomes of the server. */
  @Test
  void aServerThatIsKilledLosesNothingThatItHasSaid() throws Exception {
    int next = 1;
    for (int said : new int[] {2, 7}) {
      Process process = Child.admitting(location(), next, 100_000, 0, 0);
      try (BufferedReader lines = JavaProcess.output(process)) {
        for (int i = 0; i < said; i++) {
          assertEquals("admitted " + Child.job(next + i).job(), lines.readLine());
        }
        server.kill();
        int last = next + said - 1 + (int) lines.lines().count();
        assertEquals(Child.FAILED, process.waitFor());
        server.start();
        List<UUID> found =
            Ledgers.open(location(), new Configuration()).entries().stream()
                .map(Entry::job)
                .toList();
        assertTrue(
            found.equals(Child.names(1, last)) || found.equals(Child.names(1, last + 1)),
            () -> "%d jobs were said to be admitted, found %s".formatted(last, found));
        next = found.size() + 1;
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsSaidToBeMissingWithoutItsUrl() throws IOException {
    Ledger ledger =
        Ledgers.open("jdbc:postgresql://127.0.0.1:1/postgres?user=owls", new Configuration());

    LedgerException refusal =
        assertThrows(LedgerException.class, () -> ledger.admit(Child.job(1), OptionalLong.empty()));

    assertTrue(
        refusal.getMessage().startsWith("The ledger jdbc:postgresql:... cannot be written: "),
        refusal.getMessage());
    assertFalse(refusal.getMessage().contains("owls"), refusal.getMessage());
  }
}
