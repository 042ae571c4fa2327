package io.nightjar.cli;

import io.nightjar.bench.KernelBench;
import io.nightjar.bench.KernelText;
import io.nightjar.crypto.natives.Kernel;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code nightjar bench kernel}: the integer product beside SEAL's Evaluator and the processor's
 * ceiling.
 */
@Command(
    name = "kernel",
    description = {
      "Measures linear layers on ciphertexts, on one thread.",
      "It measures the integer product, the same layer written against SEAL's Evaluator, "
          + "and the ceiling of the multiply-add instruction: medians over rounds that run all "
          + "three in turn."
    })
final class KernelBenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "Rounds to take the medians over (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      description = "A kernel to measure instead of the preferred one; repeatable.")
  private List<String> kernels = List.of();

  @Option(
      names = "--sweep",
      description = "Measure 64 to 4096 columns instead, to see the cost per product stay flat.")
  private boolean sweep;

  @Override
  public Integer call() {
    if (rounds < 1 || rounds > 1000) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be from 1 to 1000, not " + rounds);
    }
    List<Kernel> measured = kernels();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      KernelText.header(out);
    }
    for (KernelBench.Layer layer : sweep ? KernelBench.SWEEP : KernelBench.STANDARD) {
      for (Kernel kernel : measured) {
        KernelBench.Result result = KernelBench.measure(layer, kernel, rounds);
        if (json) {
          out.println(Json.line(result));
        } else {
          KernelText.line(out, result);
        }
        out.flush();
      }
    }
    return ExitCode.DONE;
  }

  private List<Kernel> kernels() {
    try {
      return kernels.isEmpty()
          ? List.of(Kernel.preferred())
          : kernels.stream().map(Kernel::named).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
