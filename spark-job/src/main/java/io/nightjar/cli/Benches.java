package io.nightjar.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What benchmarks refuse, and say while they run. */
final class Benches {

  private Benches() {}

  static void require(CommandSpec spec, String option, long value, long most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s must be from 1 to %d, not %d".formatted(option, most, value));
    }
  }

  static void note(CommandSpec spec, String text) {
    PrintWriter err = spec.commandLine().getErr();
    ErrorLines.note(err, text);
    err.flush();
  }
}
