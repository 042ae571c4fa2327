package io.nightjar.cli;

import io.nightjar.job.ScoreResult;
import io.nightjar.records.NoRecordsException;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.OutputFormat;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.tables.ResultTarget;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the data owner's commands: how many records to score, and where results go. */
final class RecordsOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A directory for the results, which must not be there yet.")
  private String output;

  @Option(
      names = "--output-format",
      paramLabel = "NAME",
      description =
          "Have Spark write the results: as parquet, csv, json, orc, avro, delta, or what "
              + "else it writes as files; of a table, delta or iceberg.")
  private Optional<String> outputFormat = Optional.empty();

  @Option(
      names = "--output-option",
      paramLabel = "K=V",
      description = "An option of that format, such as compression=zstd; repeatable.")
  private Map<String, String> outputOptions = Map.of();

  @Option(
      names = "--output-partition",
      paramLabel = "COL[,COL]",
      description = "Divide the results by columns that they have: directories, or partitions.")
  private Optional<String> partitions = Optional.empty();

  @Option(
      names = "--output-table",
      paramLabel = "NAME",
      description =
          "Add the results to a table of Spark's catalog, at once and once only; a new "
              + "one needs --output-format. The report still goes to --output.")
  private Optional<String> outputTable = Optional.empty();

  @Option(
      names = "--labels",
      paramLabel = "PATH",
      description = "What the records really are, by id or in order: accuracy goes to the report.")
  private Optional<String> labels = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "How files of results are written: parquet or csv.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Score only the first N records.")
  private Optional<Long> limit = Optional.empty();

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Returns where the results go, as a text: see {@link Locations}. */
  String output() {
    return DatedPlace.filled(output);
  }

  /** Returns where labels are, if there are any, as a text: see {@link Locations}. */
  Optional<String> labels() {
    return DatedPlace.filled(labels);
  }

  /** Returns what {@code --format} sets. */
  SettingSource format() {
    require(
        format.isEmpty() || (outputFormat.isEmpty() && outputTable.isEmpty()),
        "--format is for files as Nightjar writes them: leave it out with --output-format or"
            + " --output-table");
    return outputTable.isEmpty() && outputFormat.map(RecordsOptions::isOurs).orElse(false)
        ? SettingSource.option("--output-format", NightjarSettings.OUTPUT_FORMAT, outputFormat)
        : SettingSource.option("--format", NightjarSettings.OUTPUT_FORMAT, format);
  }

  /** Returns where Spark writes the results, if they are not files as Nightjar writes them. */
  Optional<ResultTarget> target(Settings resolved) {
    List<String> columns =
        partitions
            .map(list -> Arrays.stream(list.split(",", -1)).map(String::strip).toList())
            .orElse(List.of());
    if (outputTable.isPresent()) {
      return Optional.of(
          new ResultTarget.Table(outputTable.get(), outputFormat, outputOptions, columns));
    }
    if (columns.isEmpty()
        && outputOptions.isEmpty()
        && outputFormat.map(RecordsOptions::isOurs).orElse(true)) {
      return Optional.empty();
    }
    String written =
        outputFormat.orElseGet(() -> resolved.get(NightjarSettings.OUTPUT_FORMAT).text());
    return Optional.of(new ResultTarget.Files(written, outputOptions, columns));
  }

  private static boolean isOurs(String name) {
    return Arrays.stream(OutputFormat.values()).anyMatch(ours -> ours.text().equals(name));
  }

  /** Returns how many records are scored at the most. */
  OptionalLong limit() {
    if (limit.isPresent() && limit.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be at least 1, not " + limit.get());
    }
    return limit.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** A job. */
  interface Job {
    ScoreResult run() throws IOException, InterruptedException;
  }

  /**
   * Does a job, and prints what became of it, and warnings on standard error.
   *
   * @throws NoRecordsException if there are no records, unless settings say that there may be none
   */
  void run(Settings settings, Job job) throws IOException, InterruptedException {
    try {
      print(job.run());
    } catch (NoRecordsException e) {
      if (!settings.get(NightjarSettings.INPUT_MAY_BE_EMPTY)) {
        throw e;
      }
      ResultText.printEmpty(spec.commandLine().getOut(), e.getMessage(), json);
    }
  }

  private void print(ScoreResult result) {
    ResultText.print(spec.commandLine().getOut(), result, output(), json);
    ResultText.warn(spec.commandLine().getErr(), result);
    if (!json) {
      NextStep.say(spec, "read the report, " + NextStep.report(output()));
    }
  }
}
