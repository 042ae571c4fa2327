package io.nightjar.cli;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.Passphrase;
import io.nightjar.job.Passphrases;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar identity new}: a new owner. */
@Command(
    name = "new",
    description = {
      "Makes an identity, encrypted under a passphrase.",
      "The passphrase has 15 characters or more and comes from a file, from "
          + "NIGHTJAR_PASSPHRASE, from nightjar.passphrase in a credential provider of "
          + "Hadoop's, or from what is typed. Tell the other party the fingerprint that is "
          + "printed, not by way of the exchange."
    },
    footer = {"", "Example:", "  nightjar identity new keys"})
final class IdentityNewCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(paramLabel = "KEYDIR", description = "A directory for the identity.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    Identity made = make(directory, settings.resolve());
    spec.commandLine()
        .getOut()
        .printf("An identity is in %s. Its fingerprint:%n%s%n", directory, made);
    spec.commandLine().getOut().flush();
    tell(spec, directory);
    return ExitCode.DONE;
  }

  /** Says what to do with a fingerprint. */
  static void tell(CommandSpec spec, Path directory) {
    NextStep.say(
        spec,
        "tell the other party the fingerprint, not by way of the exchange; it is printed again by "
            + NextStep.command(spec, "identity", "show", directory.toString()).text());
  }

  /** Makes an identity under the passphrase of this process. */
  static Identity make(Path directory, Settings settings) throws IOException {
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(settings, true)) {
      return IdentityDirectory.create(directory, passphrase.characters());
    }
  }
}
