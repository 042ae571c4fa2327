package io.nightjar.cli;

import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.Passphrase;
import io.nightjar.job.Passphrases;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar identity passwd}: another passphrase for the same identity. */
@Command(
    name = "passwd",
    description = {
      "Changes the passphrase of a directory of identities.",
      "Identities stay the same, and jobs in work go on. Whenever this is interrupted, "
          + "either the old passphrase opens the directory or the new one. Copies that were "
          + "made before still open with the old one."
    })
final class IdentityPasswdCommand implements Callable<Integer> {

  private static final String NEW_FILE = "--new-passphrase-file";

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(paramLabel = "KEYDIR", description = "A directory with an identity.")
  private Path directory;

  @Option(
      names = NEW_FILE,
      paramLabel = "FILE",
      description =
          "A file with the new passphrase; otherwise it is NIGHTJAR_NEW_PASSPHRASE, or typed.")
  private Optional<Path> newFile = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve();
    IdentityDirectory.require(directory); // before anybody is asked for a passphrase
    Passphrases passphrases = Passphrases.ofThisProcess();
    try (Passphrase old = passphrases.get(resolved, false);
        Passphrase fresh = passphrases.replacement(newFile, NEW_FILE)) {
      IdentityDirectory.changePassphrase(directory, old.characters(), fresh.characters());
    }
    spec.commandLine().getOut().printf("What is in %s has a new passphrase.%n", directory);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
