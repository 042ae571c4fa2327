package io.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar identity}: who an owner is to the other one. */
@Command(
    name = "identity",
    aliases = "keys",
    description = {
      "Makes, shows, changes and drops identities.",
      "By an identity, a pair of keys that sign, the other party knows you."
    },
    subcommands = {
      IdentityNewCommand.class,
      IdentityShowCommand.class,
      IdentityPasswdCommand.class,
      IdentityRotateCommand.class,
      IdentityDropCommand.class,
      IdentityLiftCommand.class
    })
final class IdentityCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing what to do with identities: new, show, passwd, rotate, drop or lift");
  }
}
