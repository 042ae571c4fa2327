package io.nightjar.cli;

import io.nightjar.job.HadoopConfigurations;
import io.nightjar.model.InputSpec;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordOptions;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.RecordSample;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where records are. */
final class InputOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "Records: CSV, JSON, Parquet, ORC, Avro or IDX, a file or a directory of them. Here, in"
              + " --output and in --labels, {yesterday} stands for yesterday's date.")
  private Optional<String> input = Optional.empty();

  @Option(
      names = "--input-format",
      paramLabel = "NAME",
      description =
          "What --input is: csv, json, parquet, orc, avro, jdbc, delta, or what else "
              + "Spark reads; without it, its files are looked at.")
  private Optional<String> inputFormat = Optional.empty();

  @Option(
      names = "--input-option",
      paramLabel = "K=V",
      description = "An option of that format, such as sep=; for csv; repeatable.")
  private Map<String, String> inputOptions = Map.of();

  @Option(
      names = "--input-schema",
      paramLabel = "DDL",
      description = "Its columns, as in 'id BIGINT, age INT', where the format does not say.")
  private Optional<String> inputSchema = Optional.empty();

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "A table of Spark's catalog, in place of --input.")
  private Optional<String> table = Optional.empty();

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Score the rows of a table that meet a condition.")
  private Optional<String> where = Optional.empty();

  @Option(
      names = "--columns",
      paramLabel = "SQL",
      description =
          "The columns of a table, separated by commas, as in 'id, cast(age as int) as age'.")
  private Optional<String> columns = Optional.empty();

  /** Returns whether any of them is given. */
  boolean areGiven() {
    return Stream.of(input, table, inputFormat, inputSchema, where, columns)
            .anyMatch(Optional::isPresent)
        || !inputOptions.isEmpty();
  }

  /**
   * Reads some records, from all over the input.
   *
   * @param taken what the model takes
   * @param most how many there are at the most
   */
  RecordBatch sample(InputSpec taken, int most, Settings settings) throws IOException {
    return sample(source(), taken, most, settings);
  }

  /** Reads some rows of another table, which has the ids of the records. */
  static RecordBatch sample(RecordSource source, InputSpec taken, int most, Settings settings)
      throws IOException {
    List<String> ids =
        new RecordOptions(settings.get(NightjarSettings.INPUT_ID_COLUMN), OptionalLong.empty())
            .idColumns();
    return new RecordSample(source, taken, ids, most)
        .read(HadoopConfigurations.of(settings), name -> OwnSpark.local(name, settings));
  }

  /** Returns where the records are. */
  RecordSource source() {
    require(input.isPresent() != table.isPresent() || isWithoutPath(), "give --input, or --table");
    require(
        table.isEmpty() || (inputFormat.isEmpty() && inputSchema.isEmpty()),
        "--table needs no --input-format and no --input-schema: the catalog has them");
    Optional<String> path =
        Locations.of(spec, "--input", DatedPlace.filled(input)).map(Path::toString);
    return new RecordSource.Table(
        inputFormat,
        path,
        table,
        inputOptions,
        inputSchema,
        where,
        columns.map(SelectList::split).orElse(List.of()));
  }

  /** Returns whether the format has no path: its options say where the records are. */
  private boolean isWithoutPath() {
    return inputFormat.isPresent() && input.isEmpty() && table.isEmpty() && !inputOptions.isEmpty();
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
