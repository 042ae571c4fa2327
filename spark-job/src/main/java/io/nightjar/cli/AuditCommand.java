package io.nightjar.cli;

import io.nightjar.crypto.RealColumns;
import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.PlanSettings;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.LeakageReport;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar audit}: what a data owner can compute of a model from the answers it gets. */
@Command(
    name = "audit",
    description = {
      "Shows what a data owner can compute of a model's weights.",
      "It predicts how well a data owner knows the weights of each round after so many "
          + "records, attacks the model to measure it, and says plainly what that comes to. Of "
          + "records such as data owners have, 2,000 are read; without them nothing is said of "
          + "records that are not chosen."
    },
    footer = {
      "",
      "Example:",
      "  nightjar audit --model data/models/readmission-mlp --samples 8 \\",
      "      --input data/readmission/test.csv"
    })
final class AuditCommand implements Callable<Integer> {

  /** The most records that are read; more say no more about what records are like. */
  private static final int MOST_RECORDS = 2000;

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Mixin private ModelOptions model;

  @Mixin private InputOptions input;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve(model.draws(), model.privacy(), model.protocol());
    ModelFiles files =
        ModelFiles.read(
            Locations.of(spec, "--model", model.model()), HadoopConfigurations.of(resolved));
    Plan plan = PlanSettings.explain(files.model(), resolved);
    Optional<RealColumns> records =
        input.areGiven()
            ? Optional.of(input.sample(plan.input(), MOST_RECORDS, resolved).values())
            : Optional.empty();
    AuditResult audit =
        Protocols.of(plan)
            .audit(files.model(), plan, records)
            .orElseThrow(
                () ->
                    new PlanRefusedException(
                        "There is nothing to audit with %s: its data owner sees no round but the last"
                            .formatted(plan.protocol())));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(LeakageReport.map(audit)));
    } else {
      out.print(LeakageReport.text(audit));
    }
    out.flush();
    return ExitCode.DONE;
  }
}
