package io.nightjar.tables;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The formats of tables in which rows are added in one commit that can be told from others later:
 * by the job whose results it added.
 */
enum CommitMark {
  /** Delta Lake, which passes over a transaction of an application that it has already seen. */
  DELTA {
    @Override
    Map<String, String> options(UUID job) {
      return Map.of("txnAppId", text(job), "txnVersion", "1", "userMetadata", text(job));
    }

    @Override
    Optional<String> find(SparkSession session, String table, UUID job) {
      return first(
          session
              .sql("DESCRIBE HISTORY " + table)
              .where(functions.col("userMetadata").equalTo(text(job)))
              .select("version")
              .collectAsList());
    }
  },

  /** Apache Iceberg, whose snapshots have properties. */
  ICEBERG {
    @Override
    Map<String, String> options(UUID job) {
      return Map.of("snapshot-property." + SNAPSHOT_PROPERTY, job.toString());
    }

    @Override
    Optional<String> find(SparkSession session, String table, UUID job) {
      return first(
          session
              .table(table + ".snapshots")
              .where(functions.col("summary").getItem(SNAPSHOT_PROPERTY).equalTo(job.toString()))
              .select("snapshot_id")
              .collectAsList());
    }
  };

  private static final String SNAPSHOT_PROPERTY = "nightjar-job";

  /** Returns the options with which a commit is a job's. */
  abstract Map<String, String> options(UUID job);

  /**
   * Returns the version that a job's commit made, if it was made.
   *
   * @param table its name, quoted
   */
  abstract Optional<String> find(SparkSession session, String table, UUID job);

  /** Returns the one of a format's name, if the format has such commits. */
  static Optional<CommitMark> of(String format) {
    return Arrays.stream(values()).filter(mark -> mark.name().equalsIgnoreCase(format)).findFirst();
  }

  /** Returns the names of all, for a message. */
  static String names() {
    return Arrays.stream(values()).map(CommitMark::format).collect(Collectors.joining(" or "));
  }

  String format() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String text(UUID job) {
    return "nightjar-job-" + job;
  }

  private static Optional<String> first(List<Row> versions) {
    return versions.stream().map(row -> Long.toString(row.getLong(0))).findFirst();
  }
}
