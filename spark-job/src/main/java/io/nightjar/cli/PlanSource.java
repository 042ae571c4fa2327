package io.nightjar.cli;

import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.PlanSettings;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options, one of which says which parameters keys are made for. */
final class PlanSource {

  @Option(names = "--model", paramLabel = "DIR", description = "The model to be scored with.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Its plan, as 'plan --json' prints it, where the model is not yours to see.")
  private Optional<Path> plan = Optional.empty();

  /** Returns the plan that the option leads to. */
  Plan plan(CommandSpec spec, Settings settings) throws IOException {
    if (model.isPresent()) {
      ModelFiles files =
          ModelFiles.read(
              Locations.of(spec, "--model", model.get()), HadoopConfigurations.of(settings));
      return PlanSettings.explain(files.model(), settings);
    }
    Path file = plan.orElseThrow();
    if (!Files.isRegularFile(file) || Files.size(file) > PlanReader.MAX_CHARACTERS) {
      throw new InvalidPlanException("There is no plan in " + file);
    }
    return Protocols.readPlan(Files.readString(file));
  }
}
