package io.nightjar.cli;

import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.PlanText;
import io.nightjar.plan.Planner;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.spark.ExecutorNeeds;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar plan}: what scoring with a model would do, or why it cannot. */
@Command(
    name = "plan",
    description = {
      "Explains how a model would be evaluated on ciphertexts: rounds, proved bounds, encryption",
      "parameters, noise margins, bytes for each record, and what each side learns."
    })
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model: a directory with model.json and posterior.safetensors.")
  private String model;

  @Option(
      names = "--samples",
      paramLabel = "S",
      defaultValue = "1",
      description = "Draws from the posterior (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--activation-bits",
      paramLabel = "N",
      defaultValue = "8",
      description = "Bits of inputs and activations (default: ${DEFAULT-VALUE}).")
  private int activationBits;

  @Option(
      names = "--weight-bits",
      paramLabel = "N",
      defaultValue = "8",
      description = "Bits of weights, with the sign (default: ${DEFAULT-VALUE}).")
  private int weightBits;

  @Option(
      names = "--clip",
      paramLabel = "SIGMAS",
      defaultValue = "4",
      description = "Where draws are cut off (default: ${DEFAULT-VALUE} standard deviations).")
  private double clip;

  @Option(
      names = "--executor-cores",
      paramLabel = "C",
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
    Plan plan =
        Planner.plan(
            ModelFiles.read(Locations.of(spec, "--model", model), new Configuration()).model(),
            options());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PlanJson.write(plan));
    } else {
      out.print(PlanText.of(plan));
      out.printf("%n%s%n", executors(plan));
    }
    out.flush();
    return ExitCode.DONE;
  }

  /** The submit scripts read the setting out of the last line. */
  private String executors(Plan plan) {
    ExecutorNeeds needs = ExecutorNeeds.of(plan, NightjarSettings.TASK_MEMORY.defaultValue());
    long mebibyte = 1L << 20;
    return """
          Executors need %,d MiB outside the heap for every task that they run at once:
          with %d core%s each, ask for spark.executor.memoryOverhead=%dm and spark.executor.memory=1g"""
        .formatted(
            (needs.bytesPerTask() + mebibyte - 1) / mebibyte,
            executorCores,
            executorCores == 1 ? "" : "s",
            (needs.overheadBytes(executorCores) + mebibyte - 1) / mebibyte)
        .indent(2)
        .stripTrailing();
  }

  private PlanOptions options() {
    try {
      return new PlanOptions(
          samples, activationBits, weightBits, clip, PlanOptions.Security.STANDARD, 0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
