package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.InputFiles;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordFormat;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where a data owner's records are. */
public sealed interface RecordSource {

  /** Returns what messages call it. */
  String title();

  /** Returns it in words that are the same for the same request, without anything secret. */
  String description(Configuration conf) throws IOException;

  /**
   * Returns what is at a path, in the format that its files are found to have.
   *
   * @param path a file, or a directory of files
   */
  static Table at(Path path) {
    return new Table(
        Optional.empty(),
        Optional.of(path.toString()),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /**
   * Finds out the format of files where only their path is given; anything else stays as it is.
   *
   * @throws InvalidInputException if there are no files, or not all have one known format
   */
  default RecordSource found(Configuration conf) throws IOException {
    return this;
  }

  /**
   * A file of images, which is no table.
   *
   * @param path where it is
   */
  record Idx(Path path) implements RecordSource {

    @Override
    public String title() {
      return path.getName();
    }

    @Override
    public String description(Configuration conf) throws IOException {
      return at(path).description(conf);
    }
  }

  /** What a Spark sees, which stages it. */
  sealed interface BySpark extends RecordSource {

    /** Returns how messages name an option with which it can be put right, if it has options. */
    String option(String name);
  }

  /**
   * Whatever Spark reads.
   *
   * @param format the name of a data source; of a table in a catalog it is not asked for, and of
   *     files whose path is given it can be found out
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

    /** What stands for something else in a path that Spark is given. */
    private static final Pattern WILD = Pattern.compile("[\\\\{}\\[\\]*?]");

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

    @Override
    public RecordSource found(Configuration conf) throws IOException {
      if (format.isPresent() || path.isEmpty()) {
        return this;
      }
      RecordFormat found = InputFiles.format(conf, new Path(path.get()));
      if (found != RecordFormat.IDX) {
        return in(found);
      }
      if (!options.isEmpty() || schema.isPresent() || where.isPresent() || !columns.isEmpty()) {
        throw new InvalidInputException(
            "%s is IDX, which has no columns: --input-option, --input-schema, --where and --columns are for tables"
                .formatted(Text.quote(title())));
      }
      return new Idx(new Path(path.get()));
    }

    /** Returns whether it is all rows of files, as their path alone says what they are. */
    public boolean isPlainFiles() {
      return format.isEmpty()
          && path.isPresent()
          && table.isEmpty()
          && where.isEmpty()
          && columns.isEmpty();
    }

    /** Returns whether it is text in lines of cells. */
    boolean isCsv() {
      return format.map("csv"::equalsIgnoreCase).orElse(false);
    }

    /** Returns whether its columns have no order but that of their names. */
    boolean isUnordered() {
      boolean json = format.map("json"::equalsIgnoreCase).orElse(false);
      return json && schema.isEmpty() && columns.isEmpty();
    }

    /** Returns these files as what they are; nothing in their path stands for anything else. */
    Table in(RecordFormat found) {
      return new Table(
          Optional.of(found.name().toLowerCase(Locale.ROOT)),
          path.map(plain -> WILD.matcher(plain).replaceAll("\\\\$0")),
          table,
          options,
          schema,
          where,
          columns);
    }

    /**
     * Options are in it by their digest, but for secrets: they tell one table from another, and may
     * be nobody else's business.
     */
    @Override
    public String description(Configuration conf) throws IOException {
      Optional<Path> place = Optional.empty();
      if (path.isPresent()) {
        Path given = new Path(path.get());
        place = Optional.of(given.getFileSystem(conf).makeQualified(given));
      }
      return "table %s, format %s, path %s, options %s, schema %s, where %s, columns %s"
          .formatted(table, format, place, SourceOptions.digest(options), schema, where, columns);
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
    public String description(Configuration conf) {
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
