package io.nightjar.cli;

import io.nightjar.job.JobProgress;
import io.nightjar.job.ServeJob;
import io.nightjar.job.ServeRequest;
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

  @Mixin private ModelOptions model;

  @Mixin private ExchangeOption meeting;

  @Mixin private MasterOption spark;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Stop after so many jobs, and those in work; otherwise serve until stopped.")
  private Optional<Integer> jobs = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (jobs.isPresent() && jobs.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--jobs must be at least 1, not " + jobs.get());
    }
    ServeRequest request =
        new ServeRequest(
            Locations.of(spec, "--model", model.model()),
            Locations.of(spec, "--exchange", meeting.exchange()),
            jobs.map(OptionalInt::of).orElseGet(OptionalInt::empty),
            spark.master(),
            settings.resolve(model.draws(), model.privacy(), model.protocol()));
    int refused = ServeJob.run(request, JobProgress.NONE);
    return refused == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }
}
