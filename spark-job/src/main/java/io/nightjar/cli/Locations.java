package io.nightjar.cli;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Turns what options name into places on Hadoop file systems.
 *
 * <p>A class with options keeps them as texts, and has no method or lambda with a class of Hadoop:
 * picocli looks at all methods of all commands, and {@code doctor} runs without Hadoop.
 */
final class Locations {

  private Locations() {}

  /** Returns the place that an option names, if it is given. */
  static Optional<Path> of(CommandSpec spec, String option, Optional<String> text) {
    return text.map(given -> of(spec, option, given));
  }

  /** Returns the place that an option names. */
  static Path of(CommandSpec spec, String option, String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "%s must be a path or a URI, not '%s'".formatted(option, text), e);
    }
  }
}
