package io.nightjar.cli;

import io.nightjar.job.ScoreResult;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the data owner's commands: which records to score, and where the results go. */
final class RecordsOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "X",
      description = "Records: CSV, Parquet or IDX, a file or a directory of them.")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "Y",
      description = "A directory for the results, which must not be there yet.")
  private String output;

  @Option(
      names = "--labels",
      paramLabel = "X",
      description = "What the records really are, by id or in order: accuracy goes to the report.")
  private Optional<String> labels = Optional.empty();

  @Option(names = "--format", paramLabel = "F", description = "Of the results: parquet or csv.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Score only the first N records.")
  private Optional<Long> limit = Optional.empty();

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  /** Returns where the records are, as a text: see {@link Locations}. */
  String input() {
    return input;
  }

  /** Returns where the results go, as a text: see {@link Locations}. */
  String output() {
    return output;
  }

  /** Returns where labels are, if there are any, as a text: see {@link Locations}. */
  Optional<String> labels() {
    return labels;
  }

  /** Returns what {@code --format} sets. */
  SettingSource format() {
    return SettingSource.option("--format", NightjarSettings.OUTPUT_FORMAT, format);
  }

  /** Returns how many records are scored at the most. */
  OptionalLong limit() {
    if (limit.isPresent() && limit.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be at least 1, not " + limit.get());
    }
    return limit.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** Prints what became of the job, and warnings on standard error. */
  void print(ScoreResult result) {
    ResultText.print(spec.commandLine().getOut(), result, output, json);
    ResultText.warn(spec.commandLine().getErr(), result);
  }
}
