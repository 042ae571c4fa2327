package io.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code nightjar bench}: the benchmarks, each of which measures its naive program in the same run.
 */
@Command(
    name = "bench",
    description = "Measures how fast it is, beside naive programs in one run.",
    subcommands = {KernelBenchCommand.class, EndToEndBenchCommand.class, ScaleBenchCommand.class})
final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing benchmark");
  }
}
