package io.nightjar.cli;

import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.PlanSettings;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanText;
import io.nightjar.privacy.LeakageReport;
import io.nightjar.privacy.Undrawn;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ExecutorMemory;
import io.nightjar.spark.ModelFiles;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar plan}: what scoring with a model would do, or why it cannot. */
@Command(
    name = "plan",
    description = {
      "Explains how a model would be evaluated, and at what cost.",
      "It says what rounds there are, what is proved of their numbers, the parameters of "
          + "the encryption, how much noise they bear, bytes for each record, what each side "
          + "learns, and after how many records a data owner who chooses inputs knows the "
          + "weights to 10 %%. Nothing is encrypted."
    },
    footer = {"", "Example:", "  nightjar plan --model data/models/readmission-mlp --samples 8"})
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Mixin private ModelOptions model;

  @Option(
      names = "--activation-bits",
      paramLabel = "N",
      description = "Bits of inputs and activations.")
  private Optional<String> activationBits = Optional.empty();

  @Option(
      names = "--weight-bits",
      paramLabel = "N",
      description = "Bits of weights, with the sign.")
  private Optional<String> weightBits = Optional.empty();

  @Option(
      names = "--clip",
      paramLabel = "SIGMAS",
      description = "Where draws are cut off, in standard deviations.")
  private Optional<String> clip = Optional.empty();

  @Option(
      names = "--budget",
      paramLabel = "N|unlimited",
      description =
          "Answers, records times draws, that a data owner may have: with model privacy, results"
              + " are hidden for all of them. The same as is given to serve.")
  private Optional<String> budget = Optional.empty();

  @Option(
      names = "--executor-cores",
      paramLabel = "N",
      defaultValue = "2",
      description = "Cores of an executor, for its memory (default: ${DEFAULT-VALUE}).")
  private int executorCores;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (executorCores < 1) {
      throw new ParameterException(
          spec.commandLine(), "--executor-cores must be at least 1, not " + executorCores);
    }
    Settings resolved =
        settings.resolve(
            model.draws(),
            model.privacy(),
            model.protocol(),
            SettingSource.option(
                "--activation-bits", NightjarSettings.PLAN_ACTIVATION_BITS, activationBits),
            SettingSource.option("--weight-bits", NightjarSettings.PLAN_WEIGHT_BITS, weightBits),
            SettingSource.option("--clip", NightjarSettings.PLAN_CLIP_SIGMAS, clip),
            SettingSource.option("--budget", NightjarSettings.LEDGER_BUDGET, budget));
    ModelFiles files =
        ModelFiles.read(
            Locations.of(spec, "--model", model.model()), HadoopConfigurations.of(resolved));
    Plan plan = PlanSettings.explain(files.model(), resolved);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PlanJson.write(plan));
    } else {
      out.print(PlanText.of(plan, PlanSettings.budget(resolved)));
      Undrawn.remark(files.model()).ifPresent(remark -> out.printf("  %s%n", remark));
      Protocols.of(plan)
          .leakage(files.model(), plan, Optional.empty())
          .ifPresent(
              leakage -> {
                out.println();
                out.print(LeakageReport.summary(leakage));
              });
      out.printf("%n%s%n", executors(plan, resolved));
    }
    out.flush();
    if (!json) {
      NextStep.say(spec, next());
    }
    return ExitCode.DONE;
  }

  /** Whoever says what data owners may be answered is about to serve them. */
  private String next() {
    NextStep command =
        NextStep.command(spec, budget.isPresent() ? "serve" : "score")
            .with("--config", "--conf", "--model", "--samples", "--protocol", "--model-privacy")
            .setting("--activation-bits", NightjarSettings.PLAN_ACTIVATION_BITS.key())
            .setting("--weight-bits", NightjarSettings.PLAN_WEIGHT_BITS.key())
            .setting("--clip", NightjarSettings.PLAN_CLIP_SIGMAS.key())
            .with("--budget");
    return budget.isPresent()
        ? command.and("--owners", "OWNERS", "--exchange", "EXCHANGE").text()
        : command.and("--input", "RECORDS", "--output", "RESULTS").text();
  }

  /** The submit scripts read the setting out of the last line. */
  private String executors(Plan plan, Settings settings) {
    ExecutorMemory needs =
        new ExecutorMemory(
            plan.sheet().taskBytes(plan, settings.get(NightjarSettings.TASK_MEMORY)));
    long mebibyte = 1L << 20;
    return """
    Executors need %s outside the heap for every task that they run at once:
    with %d core%s each, ask for spark.executor.memoryOverhead=%dm and spark.executor.memory=1g\
    """
        .formatted(
            Amounts.bytes(needs.bytesPerTask()),
            executorCores,
            executorCores == 1 ? "" : "s",
            (needs.overheadBytes(executorCores) + mebibyte - 1) / mebibyte)
        .indent(2)
        .stripTrailing();
  }
}
