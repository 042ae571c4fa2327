package io.nightjar.cli;

import io.nightjar.job.ScoreJob;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.ScoreResult;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar score}: a whole job, its driver run by the data owner. */
@Command(
    name = "score",
    description = {
      "Scores records with a model on Spark executors that see them only encrypted. Run again with",
      "the same arguments, an interrupted job goes on and a finished one does nothing."
    })
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model: a directory with model.json and posterior.safetensors.")
  private String model;

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
      names = "--keys",
      paramLabel = "KEYDIR",
      description = "Keys made by keygen; without them the job has a key that it forgets.")
  private Optional<java.nio.file.Path> keys = Optional.empty();

  @Option(
      names = "--labels",
      paramLabel = "X",
      description = "What the records really are, by id or in order: accuracy goes to the report.")
  private Optional<String> labels = Optional.empty();

  @Option(names = "--protocol", paramLabel = "P", description = "How the parties talk: bayhenn.")
  private Optional<String> protocol = Optional.empty();

  @Option(names = "--samples", paramLabel = "S", description = "Draws from the posterior.")
  private Optional<String> samples = Optional.empty();

  @Option(names = "--format", paramLabel = "F", description = "Of the results: parquet or csv.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Score only the first N records.")
  private Optional<Long> limit = Optional.empty();

  @Option(
      names = "--master",
      paramLabel = "M",
      description = "Spark's master; otherwise as Spark is configured, or local[*].")
  private Optional<String> master = Optional.empty();

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (limit.isPresent() && limit.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be at least 1, not " + limit.get());
    }
    List<SettingSource> own = new ArrayList<>();
    protocol.ifPresent(
        p -> own.add(SettingSource.option("--protocol", NightjarSettings.JOB_PROTOCOL, p)));
    samples.ifPresent(
        s -> own.add(SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, s)));
    format.ifPresent(
        f -> own.add(SettingSource.option("--format", NightjarSettings.OUTPUT_FORMAT, f)));
    ScoreRequest request =
        new ScoreRequest(
            Locations.of(spec, "--model", model),
            Locations.of(spec, "--input", input),
            Locations.of(spec, "--output", output),
            keys,
            // No lambda, which would be a method with a class of Hadoop: the jar alone has commands
            // too.
            labels.isPresent()
                ? Optional.of(Locations.of(spec, "--labels", labels.get()))
                : Optional.empty(),
            limit.map(OptionalLong::of).orElseGet(OptionalLong::empty),
            master,
            settings.resolve(own.toArray(new SettingSource[0])));
    ScoreResult result = ScoreJob.run(request, TerminalProgress.create());
    ResultText.print(spec.commandLine().getOut(), result, output, json);
    return ExitCode.DONE;
  }
}
