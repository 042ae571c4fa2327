package io.nightjar.cli;

import picocli.CommandLine.Option;

/** The option that names the directory where two owners meet. */
final class ExchangeOption {

  @Option(
      names = "--exchange",
      required = true,
      paramLabel = "URI",
      description = "A directory that both owners reach, on any Hadoop file system.")
  private String exchange;

  /** Returns the directory, as a text: see {@link Locations}. */
  String exchange() {
    return exchange;
  }
}
