package io.nightjar.cli;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.Passphrase;
import io.nightjar.job.Passphrases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar identity drop}: the end of an identity that nobody needs any more. */
@Command(
    name = "drop",
    description = {
      "Removes an identity that is not in use.",
      "Who knows you by it alone does not know you any more, and jobs that it began and "
          + "that are not finished cannot go on."
    })
final class IdentityDropCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(index = "0", paramLabel = "KEYDIR", description = "A directory with an identity.")
  private Path directory;

  @Parameters(
      index = "1",
      paramLabel = "FINGERPRINT",
      description = "The one to remove, as 'identity show' prints it.")
  private String fingerprint;

  @Override
  public Integer call() throws IOException {
    Identity dropped = Fingerprints.parse(spec, "FINGERPRINT", fingerprint);
    IdentityDirectory.require(directory); // before anybody is asked for a passphrase
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(settings.resolve(), false)) {
      IdentityDirectory.drop(directory, dropped, passphrase.characters());
    }
    spec.commandLine().getOut().printf("%s has no identity %s any more.%n", directory, dropped);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
