package io.nightjar.cli;

import io.nightjar.job.Passphrases;
import io.nightjar.keys.KeyDirectory;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar keygen}: the data owner's keys. */
@Command(
    name = "keygen",
    description = {
      "Makes the data owner's keys for a plan. The secret key is encrypted at rest under a",
      "passphrase of 15 characters or more: a file, NIGHTJAR_PASSPHRASE, nightjar.passphrase in a",
      "credential provider of Hadoop's, or what is typed."
    })
final class KeygenCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @ArgGroup(multiplicity = "1")
  private PlanSource source;

  @Mixin private ProtocolChoice choice;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "KEYDIR",
      description = "A directory for the keys.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve(choice.privacy(), choice.protocol());
    Plan plan = source.plan(spec, resolved);
    OwnerKey owner;
    try (Passphrase passphrase = Passphrases.ofThisProcess().get(resolved, true)) {
      owner =
          KeyDirectory.create(
              out,
              Protocols.of(plan).keys(plan),
              passphrase.characters(),
              Optional.of(PlanJson.write(plan)));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "A key for %s of %s is in %s.%nThe fingerprint of its public key, by which a model owner knows you:%n%s%n",
            plan.encryption(), plan.model(), out, owner.fingerprint());
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
