package io.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar keys}: what becomes of a data owner's keys after {@code keygen}. */
@Command(
    name = "keys",
    description = "Looks after keys that keygen made.",
    subcommands = {KeysLiftCommand.class})
final class KeysCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
