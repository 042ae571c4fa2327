package io.nightjar.tables;

import io.nightjar.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** Tables of Delta and Iceberg, as a data owner's own Spark has them. */
public final class Lake {

  private Lake() {}

  /**
   * Returns the settings under which the catalog {@code lake} has Iceberg's tables, and others.
   *
   * @param warehouse where they are, as a URI
   */
  public static String[] settings(String warehouse, String... others) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension,org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
                "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
                "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog",
                "spark.databricks.delta.snapshotPartitions=1",
                "spark.sql.catalog.lake.type=hadoop",
                "spark.sql.catalog.lake.warehouse=" + warehouse));
    all.addAll(Arrays.asList(others));
    return SmallSpark.with(all.toArray(new String[0]));
  }

  /** Runs statements, and returns what the last of them does. */
  public static List<Row> sql(Settings settings, String... statements) throws IOException {
    List<Row> rows = List.of();
    try (OwnSpark spark = OwnSpark.local("lake", settings)) {
      for (String statement : statements) {
        rows = spark.session().sql(statement).collectAsList();
      }
    }
    return rows;
  }
}
