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

/** {@code nightjar identity rotate}: another identity, beside those that are known. */
@Command(
    name = "rotate",
    description = {
      "Makes another identity, to use from now on.",
      "It is in the same directory, under the same passphrase. Those before it sign "
          + "orders and offers beside it, and finish the jobs that they began, until 'identity "
          + "drop': so who knows only them goes on knowing you. Tell the other party the new "
          + "fingerprint meanwhile."
    })
final class IdentityRotateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(paramLabel = "KEYDIR", description = "A directory with an identity.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    IdentityDirectory.require(directory); // before anybody is asked for a passphrase
    Identity made;
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(settings.resolve(), false)) {
      made = IdentityDirectory.rotate(directory, passphrase.characters());
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s has another identity from now on; the one before signs beside it. Its"
                + " fingerprint:%n%s%n",
            directory, made);
    spec.commandLine().getOut().flush();
    IdentityNewCommand.tell(spec, directory);
    return ExitCode.DONE;
  }
}
