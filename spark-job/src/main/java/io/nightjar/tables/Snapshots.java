package io.nightjar.tables;

import java.io.IOException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The snapshot of a table that keeps versions: found out before it is read, and then asked for by
 * its name, so that all that is read is of one and the report can say which.
 */
final class Snapshots {

  private static final Pattern DELTA_COMMIT = Pattern.compile("(\\d{20})\\.json");

  /** The options with which a user asks for one, which is then left at that. */
  private static final Set<String> CHOICES =
      Set.of("versionasof", "timestampasof", "branch", "tag");

  private final SparkSession session;
  private final Configuration hadoop;

  /**
   * A snapshot.
   *
   * @param option the option that asks for it
   * @param version its name
   */
  record Snapshot(String option, String version) {}

  Snapshots(SparkSession session, Configuration hadoop) {
    this.session = session;
    this.hadoop = hadoop;
  }

  /** Returns the newest snapshot of a table, or the one that is asked for, if it has any. */
  Optional<Snapshot> of(RecordSource.Table table) throws IOException {
    for (Map.Entry<String, String> option : table.options().entrySet()) {
      if (CHOICES.contains(option.getKey().toLowerCase(Locale.ROOT))) {
        return Optional.of(new Snapshot(option.getKey(), option.getValue()));
      }
    }
    String format = table.format().orElse("").toLowerCase(Locale.ROOT);
    if (table.path().isPresent() && format.equals("delta")) {
      return delta(new Path(table.path().get()));
    }
    if (table.path().isPresent() && format.equals("iceberg")) {
      return newest(session.read().format("iceberg").load(table.path().get() + "#history"));
    }
    return table.table().isPresent() ? ofCatalog(table.table().get()) : Optional.empty();
  }

  /**
   * Iceberg's tables have a history beside them, and Delta's describe theirs; others have neither.
   */
  private Optional<Snapshot> ofCatalog(String table) {
    Optional<Dataset<Row>> iceberg = ifThereIs(() -> session.table(table + ".history"));
    if (iceberg.isPresent()) {
      return newest(iceberg.get());
    }
    return ifThereIs(
            () -> {
              session.table(table); // nothing but a name goes into a statement
              return session.sql("DESCRIBE HISTORY %s LIMIT 1".formatted(table));
            })
        .map(Dataset::head)
        .map(row -> new Snapshot("versionAsOf", Long.toString(row.<Long>getAs("version"))));
  }

  private static Optional<Dataset<Row>> ifThereIs(Supplier<Dataset<Row>> history) {
    try {
      return Optional.of(history.get());
    } catch (Exception e) { // Scala throws checked ones, and Java does not see it
      return Optional.empty();
    }
  }

  private Optional<Snapshot> delta(Path table) throws IOException {
    FileSystem files = table.getFileSystem(hadoop);
    OptionalLong last = OptionalLong.empty();
    Path log = new Path(table, "_delta_log");
    if (files.exists(log)) {
      for (FileStatus file : files.listStatus(log)) {
        Matcher commit = DELTA_COMMIT.matcher(file.getPath().getName());
        if (commit.matches()) {
          last = OptionalLong.of(Math.max(last.orElse(0), Long.parseLong(commit.group(1))));
        }
      }
    }
    return last.isPresent()
        ? Optional.of(new Snapshot("versionAsOf", Long.toString(last.getAsLong())))
        : Optional.empty();
  }

  private static Optional<Snapshot> newest(Dataset<Row> history) {
    return history.collectAsList().stream()
        .max(Comparator.comparing(row -> row.<Comparable<Object>>getAs("made_current_at")))
        .map(row -> new Snapshot("versionAsOf", Long.toString(row.<Long>getAs("snapshot_id"))));
  }
}
