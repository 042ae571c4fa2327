package io.nightjar.cli;

import io.nightjar.job.AgentJob;
import io.nightjar.job.AgentRequest;
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

/** {@code nightjar agent}: the data owner's side of a job whose executors are elsewhere. */
@Command(
    name = "agent",
    description = {
      "Has records scored by a model owner who is met only in an exchange directory: encrypts,",
      "decrypts and activates here. Run again with the same arguments, an interrupted job goes on",
      "and a finished one does nothing."
    })
final class AgentCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--exchange",
      required = true,
      paramLabel = "URI",
      description = "A directory that both owners reach, on any Hadoop file system.")
  private String exchange;

  @Option(
      names = "--keys",
      required = true,
      paramLabel = "KEYDIR",
      description = "Keys made by keygen.")
  private java.nio.file.Path keys;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "The plan that was agreed on, as 'plan --json' prints it; any other is refused.")
  private Optional<java.nio.file.Path> plan = Optional.empty();

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

  @Option(names = "--format", paramLabel = "F", description = "Of the results: parquet or csv.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Score only the first N records.")
  private Optional<Long> limit = Optional.empty();

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (limit.isPresent() && limit.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit must be at least 1, not " + limit.get());
    }
    List<SettingSource> own = new ArrayList<>();
    format.ifPresent(
        f -> own.add(SettingSource.option("--format", NightjarSettings.OUTPUT_FORMAT, f)));
    ScoreResult result =
        AgentJob.run(
            new AgentRequest(
                Locations.of(spec, "--exchange", exchange),
                keys,
                plan,
                Locations.of(spec, "--input", input),
                Locations.of(spec, "--output", output),
                Optional.empty(),
                limit.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                settings.resolve(own.toArray(new SettingSource[0]))),
            TerminalProgress.create());
    ResultText.print(spec.commandLine().getOut(), result, output, json);
    return ExitCode.DONE;
  }
}
