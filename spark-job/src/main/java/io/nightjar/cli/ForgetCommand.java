package io.nightjar.cli;

import io.nightjar.job.ForgetJob;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar forget}: removes what one side keeps of a job. */
@Command(
    name = "forget",
    description = {
      "Removes what is kept of a job, but no results.",
      "With --output it is the data owner's key of the job, blocks and state; otherwise "
          + "the model owner's secret and memory of it. The ledger keeps its entry, and the job "
          + "cannot go on."
    },
    footer = {"", "Example:", "  nightjar forget --job 7d0c... --output results"})
final class ForgetCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(names = "--job", required = true, paramLabel = "ID", description = "The job's name.")
  private UUID job = new UUID(0, 0);

  @Option(
      names = "--exchange",
      paramLabel = "URI",
      description = "The exchange, or exchange.dir, from which the job is removed too.")
  private Optional<String> exchange = Optional.empty();

  @Option(
      names = "--output",
      paramLabel = "URI",
      description = "The output that the job has, or was to have, its results in.")
  private Optional<String> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    List<String> removed =
        ForgetJob.run(
            job,
            Locations.of(spec, "--exchange", exchange),
            Locations.of(spec, "--output", output),
            settings.resolve());
    if (removed.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Nothing is kept of job " + job);
    }
    PrintWriter out = spec.commandLine().getOut();
    removed.forEach(place -> out.printf("Job %s was removed from %s%n", job, place));
    out.flush();
    return ExitCode.DONE;
  }
}
