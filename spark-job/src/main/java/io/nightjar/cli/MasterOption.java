package io.nightjar.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names the Spark master a command runs its rounds on. */
final class MasterOption {

  @Option(
      names = "--master",
      paramLabel = "MASTER",
      description = "Spark's master; otherwise as Spark is configured, or local[*].")
  private Optional<String> master = Optional.empty();

  Optional<String> master() {
    return master;
  }
}
