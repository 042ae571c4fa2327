package io.nightjar.cli;

import io.nightjar.identity.Identity;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads identities from the command line. */
final class Fingerprints {

  private Fingerprints() {}

  /** Returns the identity that an option or a parameter gives. */
  static Identity parse(CommandSpec spec, String name, String value) {
    try {
      return Identity.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "%s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
