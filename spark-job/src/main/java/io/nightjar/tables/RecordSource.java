package io.nightjar.tables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where a data owner's records are. */
public sealed interface RecordSource {

  /** Returns it in words that are the same for the same request, without anything secret. */
  String description();

  /**
   * A file, or a directory of files that lie side by side, which Nightjar reads itself.
   *
   * @param path where it is
   */
  record Files(Path path) implements RecordSource {
    @Override
    public String description() {
      return path.toString();
    }
  }

  /** What a Spark sees, which stages it. */
  sealed interface BySpark extends RecordSource {

    /** Returns what messages call it. */
    String title();

    /** Returns how messages name an option with which it can be put right, if it has options. */
    String option(String name);
  }

  /**
   * Whatever Spark reads.
   *
   * @param format the name of a data source; of a table in a catalog it is not asked for
   * @param path where its data are, if it has a path
   * @param table its name in a catalog, if it has one
   * @param options of the data source
   * @param schema its columns and their types, where the source does not say
   * @param where a condition in SQL that rows must meet
   * @param columns expressions in SQL that make the columns; all columns, if there are none
   */
  record Table(
      Optional<String> format,
      Optional<String> path,
      Optional<String> table,
      Map<String, String> options,
      Optional<String> schema,
      Optional<String> where,
      List<String> columns)
      implements BySpark {

    /** Copies the collections. */
    public Table {
      options = Map.copyOf(options);
      columns = List.copyOf(columns);
    }

    @Override
    public String title() {
      return table
          .or(() -> path.map(given -> new Path(given).getName()))
          .or(() -> format)
          .orElse("table");
    }

    @Override
    public String option(String name) {
      return " (%s)".formatted(name);
    }

    /**
     * Options are in it by their digest, but for secrets: they tell one table from another, and may
     * be nobody else's business.
     */
    @Override
    public String description() {
      return "table %s, format %s, path %s, options %s, schema %s, where %s, columns %s"
          .formatted(table, format, path, SourceOptions.digest(options), schema, where, columns);
    }
  }

  /**
   * The rows of a program's own dataset, which the session that they are of sees: its executors are
   * those of whoever started it.
   *
   * @param rows all of them
   * @param name says that rows of the same name are the same ones; without a name they are the same
   *     if their evaluation gives the same
   */
  record Rows(Dataset<Row> rows, Optional<String> name) implements BySpark {

    @Override
    public String title() {
      return "dataset";
    }

    @Override
    public String option(String name) {
      return "";
    }

    @Override
    public String description() {
      return "dataset %s, columns %s".formatted(name, rows.schema().toDDL());
    }

    /** Returns whether executors of their session are in other processes. */
    public boolean isOnCluster() {
      return OwnSpark.isOnCluster(rows.sparkSession());
    }

    /** Returns whether their session has ended, and with it all that reads them. */
    boolean isStopped() {
      return OwnSpark.isStopped(rows.sparkSession());
    }

    /** Returns how their session reaches file systems. */
    public Configuration hadoop() {
      return OwnSpark.hadoop(rows.sparkSession());
    }
  }
}
