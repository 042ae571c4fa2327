package io.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar keys}: the life of the data owner's keys after {@code keygen}. */
@Command(
    name = "keys",
    description =
        "Shows the keys that keygen made, changes their passphrase, rotates, drops and lifts them.",
    subcommands = {
      KeysShowCommand.class,
      KeysPasswdCommand.class,
      KeysRotateCommand.class,
      KeysDropCommand.class,
      KeysLiftCommand.class
    })
final class KeysCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to do with keys: show, passwd, rotate, drop or lift");
  }
}
