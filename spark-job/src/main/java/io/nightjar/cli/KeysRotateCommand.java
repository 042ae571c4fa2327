package io.nightjar.cli;

import io.nightjar.job.Passphrases;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.KeysUnusableException;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.Passphrase;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar keys rotate}: another key pair for new jobs. */
@Command(
    name = "rotate",
    description = {
      "Makes another key pair in a directory, under the same passphrase, for all jobs that begin",
      "from now on. The one before stays for jobs in work, until 'keys drop'. A model owner knows",
      "the new one as another data owner: tell the fingerprint before the next job."
    })
final class KeysRotateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Parameters(paramLabel = "KEYDIR", description = "Keys made by keygen.")
  private Path directory;

  @ArgGroup(heading = "For another plan than that of the key in use:%n")
  private PlanSource source;

  @Mixin private ProtocolChoice choice;

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve(choice.privacy(), choice.protocol());
    Plan plan = plan(resolved);
    OwnerKey owner;
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(resolved, false)) {
      owner =
          KeyDirectory.rotate(
              directory,
              Protocols.of(plan).keys(plan),
              passphrase.characters(),
              Optional.of(PlanJson.write(plan)));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "New jobs with %s have another key from now on.%nThe fingerprint of its public key, by which a model owner knows you:%n%s%n",
            directory, owner.fingerprint());
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private Plan plan(Settings resolved) throws IOException {
    if (Optional.ofNullable(source).isPresent()) {
      return source.plan(spec, resolved);
    }
    String made =
        KeyDirectory.list(directory)
            .get(0)
            .plan()
            .orElseThrow(
                () ->
                    new KeysUnusableException(
                        "%s does not say which plan its keys are for, for an earlier version made them: give --plan or --model"
                            .formatted(directory)));
    return Protocols.readPlan(made);
  }
}
