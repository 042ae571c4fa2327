package io.nightjar.tables;

import io.nightjar.model.Text;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a data owner's own Spark writes results, and as what. */
public sealed interface ResultTarget {

  /** Returns the options of the data source that writes. */
  Map<String, String> options();

  /** Returns the columns of results by whose values they are divided. */
  List<String> partitions();

  /** Returns it in words that are the same for the same request, without anything secret. */
  String description();

  /**
   * Returns what a report says of it.
   *
   * @param version that of the table that has the results; empty if there is none
   */
  Map<String, Object> report(String version);

  /**
   * Files in the output of the job.
   *
   * @param format the name of a data source
   * @param options of the data source
   * @param partitions the columns whose values are names of directories
   */
  record Files(String format, Map<String, String> options, List<String> partitions)
      implements ResultTarget {

    /**
     * Copies the collections.
     *
     * @throws InvalidTargetException if an option is not for choice, or a column there twice
     */
    public Files {
      options = chosen(options);
      partitions = distinct(partitions);
    }

    @Override
    public String description() {
      return "files, format %s, options %s, partitions %s"
          .formatted(format.toLowerCase(Locale.ROOT), SourceOptions.digest(options), partitions);
    }

    @Override
    public Map<String, Object> report(String version) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("format", format);
      if (!partitions.isEmpty()) {
        report.put("partitions", partitions);
      }
      return report;
    }
  }

  /**
   * A table of a catalog, to which results are added.
   *
   * @param name its name
   * @param format of the table; it must be given if the table is to be made
   * @param options of the data source
   * @param partitions the columns by which the table is divided
   */
  record Table(
      String name, Optional<String> format, Map<String, String> options, List<String> partitions)
      implements ResultTarget {

    /**
     * Copies the collections.
     *
     * @throws InvalidTargetException if an option is not for choice, or a column there twice
     */
    public Table {
      options = chosen(options);
      partitions = distinct(partitions);
    }

    @Override
    public String description() {
      return "table %s, format %s, options %s, partitions %s"
          .formatted(
              name,
              format.map(given -> given.toLowerCase(Locale.ROOT)),
              SourceOptions.digest(options),
              partitions);
    }

    @Override
    public Map<String, Object> report(String version) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("table", name);
      if (!version.isEmpty()) {
        report.put("version", version);
      }
      return report;
    }
  }

  private static Map<String, String> chosen(Map<String, String> options) {
    for (String option : options.keySet()) {
      String name = option.toLowerCase(Locale.ROOT);
      if (Fixed.NAMES.contains(name) || name.startsWith(Fixed.SNAPSHOTS)) {
        throw new InvalidTargetException(
            "The option %s of results is not for choice: all of them are written once, and nothing else is changed"
                .formatted(Text.quote(option)));
      }
    }
    return Map.copyOf(options);
  }

  private static List<String> distinct(List<String> partitions) {
    Set<String> names = new HashSet<>();
    for (String column : partitions) {
      if (!names.add(column.toLowerCase(Locale.ROOT))) {
        throw new InvalidTargetException(
            "Results cannot be divided by the column %s twice".formatted(Text.quote(column)));
      }
    }
    return List.copyOf(partitions);
  }

  /** The options that would make something else of results, or of what is there already. */
  final class Fixed {

    private static final Set<String> NAMES =
        Set.of(
            "mode",
            "path",
            // of Delta
            "txnappid",
            "txnversion",
            "usermetadata",
            "replacewhere",
            "partitionoverwritemode",
            "overwriteschema",
            "mergeschema",
            "datachange",
            // of Iceberg
            "merge-schema",
            "branch",
            "overwrite-mode",
            "check-nullability",
            "check-ordering");

    /** What Iceberg's snapshots are told apart by. */
    private static final String SNAPSHOTS = "snapshot-property.nightjar";

    private Fixed() {}
  }
}
