package io.nightjar.ledger;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Entries as the rows of a table. */
final class LedgerRows {

  private static final String SELECT =
      "SELECT number, job, owner, lineage, model, plan, protocol, records, draws, answers,"
          + " order_digest, secret_commitment, admitted FROM nightjar_ledger ORDER BY number";

  /** The rows of the first version. */
  private static final String SELECT_EARLIER =
      "SELECT number, job, owner, model, plan, protocol, records, draws, answers, admitted FROM "
          + LedgerTables.aside()
          + " ORDER BY number";

  private static final String SELECT_MODELS =
      "SELECT DISTINCT model FROM " + LedgerTables.aside() + " ORDER BY model";

  private static final String INSERT =
      "INSERT INTO nightjar_ledger"
          + " (number, job, owner, lineage, model, plan, protocol, records, draws, answers,"
          + " order_digest, secret_commitment, admitted)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private LedgerRows() {}

  /** What is not in all versions of a row. */
  private interface Rest {
    Optional<Binding> binding(ResultSet row) throws SQLException;

    String lineage(ResultSet row) throws SQLException;
  }

  /**
   * Reads all entries.
   *
   * @param shown how messages call the ledger
   */
  static List<Entry> read(Connection connection, String shown) throws SQLException, IOException {
    return read(
        connection,
        shown,
        SELECT,
        new Rest() {
          @Override
          public Optional<Binding> binding(ResultSet row) throws SQLException {
            return LedgerRows.binding(row);
          }

          @Override
          public String lineage(ResultSet row) throws SQLException {
            return row.getString("lineage");
          }
        });
  }

  /** Reads all entries of a table of the first version that was set aside. */
  static List<Entry> readEarlier(Connection connection, String shown, Lineages lineages)
      throws SQLException, IOException {
    Map<String, String> ofModels = lineages.of(models(connection));
    return read(
        connection,
        shown,
        SELECT_EARLIER,
        new Rest() {
          @Override
          public Optional<Binding> binding(ResultSet row) {
            return Optional.empty();
          }

          @Override
          public String lineage(ResultSet row) throws SQLException {
            return Objects.requireNonNull(ofModels.get(row.getString("model")));
          }
        });
  }

  private static Set<String> models(Connection connection) throws SQLException {
    Set<String> models = new LinkedHashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SELECT_MODELS)) {
      while (row.next()) {
        models.add(row.getString("model"));
      }
    }
    return models;
  }

  private static List<Entry> read(Connection connection, String shown, String select, Rest rest)
      throws SQLException, IOException {
    List<Entry> entries = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      while (row.next()) {
        long number = row.getLong("number");
        if (number != entries.size() + 1L) {
          throw new LedgerException(
              "The ledger %s has entry %d where entry %d should be: entries were removed"
                  .formatted(shown, number, entries.size() + 1));
        }
        entries.add(entry(number, row, shown, rest));
      }
    }
    return entries;
  }

  private static Entry entry(long number, ResultSet row, String shown, Rest rest)
      throws SQLException, IOException {
    try {
      Entry entry =
          new Entry(
              UUID.fromString(row.getString("job")),
              row.getString("owner"),
              rest.lineage(row),
              row.getString("model"),
              row.getString("plan"),
              row.getString("protocol"),
              row.getLong("records"),
              row.getInt("draws"),
              rest.binding(row),
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

  private static Optional<Binding> binding(ResultSet row) throws SQLException {
    Optional<String> order = Optional.ofNullable(row.getString("order_digest"));
    Optional<String> secret = Optional.ofNullable(row.getString("secret_commitment"));
    return order.flatMap(digest -> secret.map(commitment -> new Binding(digest, commitment)));
  }

  /** Appends an entry. */
  static void insert(Connection connection, long number, Entry entry) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setLong(1, number);
      statement.setString(2, entry.job().toString());
      statement.setString(3, entry.owner());
      statement.setString(4, entry.lineage());
      statement.setString(5, entry.model());
      statement.setString(6, entry.plan());
      statement.setString(7, entry.protocol());
      statement.setLong(8, entry.records());
      statement.setInt(9, entry.draws());
      statement.setLong(10, entry.answers());
      set(statement, 11, entry.binding().map(Binding::order));
      set(statement, 12, entry.binding().map(Binding::secret));
      statement.setString(13, entry.time().toString());
      statement.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, int index, Optional<String> text)
      throws SQLException {
    if (text.isPresent()) {
      statement.setString(index, text.get());
    } else {
      statement.setNull(index, Types.VARCHAR);
    }
  }
}
