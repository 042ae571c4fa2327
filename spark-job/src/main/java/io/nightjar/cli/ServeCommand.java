package io.nightjar.cli;

import io.nightjar.job.JobProgress;
import io.nightjar.job.ServeJob;
import io.nightjar.job.ServeRequest;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar serve}: the model owner's side of jobs whose data owners are elsewhere. */
@Command(
    name = "serve",
    description = {
      "Offers a model's plan in an exchange directory and evaluates the rounds of every job that a",
      "data owner's agent orders there. Started again, it goes on with the jobs that are open."
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model: a directory with model.json and posterior.safetensors.")
  private String model;

  @Option(
      names = "--exchange",
      required = true,
      paramLabel = "URI",
      description = "A directory that both owners reach, on any Hadoop file system.")
  private String exchange;

  @Option(names = "--samples", paramLabel = "S", description = "Draws from the posterior.")
  private Optional<String> samples = Optional.empty();

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Stop after so many jobs; otherwise serve until stopped.")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--master",
      paramLabel = "M",
      description = "Spark's master; otherwise as Spark is configured, or local[*].")
  private Optional<String> master = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (jobs.isPresent() && jobs.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--jobs must be at least 1, not " + jobs.get());
    }
    List<SettingSource> own = new ArrayList<>();
    samples.ifPresent(
        s -> own.add(SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, s)));
    int refused =
        ServeJob.run(
            new ServeRequest(
                Locations.of(spec, "--model", model),
                Locations.of(spec, "--exchange", exchange),
                jobs.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                master,
                settings.resolve(own.toArray(new SettingSource[0]))),
            JobProgress.NONE);
    return refused == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }
}
