package io.nightjar.cli;

import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.Passphrases;
import io.nightjar.job.PlanSettings;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.Passphrase;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
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
      "passphrase: NIGHTJAR_PASSPHRASE, a file, or what is typed."
    })
final class KeygenCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Mixin private ProtocolChoice choice;

  /** The options that say which parameters keys are made for. */
  static final class Source {
    @Option(names = "--model", paramLabel = "DIR", description = "The model to be scored with.")
    private Optional<String> model = Optional.empty();

    @Option(
        names = "--plan",
        paramLabel = "FILE",
        description = "Its plan, as 'plan --json' prints it, where the model is not yours to see.")
    private Optional<Path> plan = Optional.empty();
  }

  @Option(
      names = "--out",
      required = true,
      paramLabel = "KEYDIR",
      description = "A directory for the keys.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve(choice.privacy(), choice.protocol());
    Plan plan = plan(resolved);
    OwnerKey owner;
    try (Passphrase passphrase = Passphrases.get(resolved, true)) {
      owner = KeyDirectory.create(out, Protocols.of(plan).keys(plan), passphrase.characters());
    }
    spec.commandLine()
        .getOut()
        .printf(
            "A key for %s of %s is in %s.%nThe fingerprint of its public key, by which a model owner knows you:%n%s%n",
            plan.encryption(), plan.model(), out, owner.fingerprint());
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private Plan plan(Settings resolved) throws IOException {
    if (source.model.isPresent()) {
      ModelFiles model =
          ModelFiles.read(
              Locations.of(spec, "--model", source.model.get()), HadoopConfigurations.of(resolved));
      return PlanSettings.explain(model.model(), resolved);
    }
    Path file = source.plan.orElseThrow();
    if (!Files.isRegularFile(file) || Files.size(file) > PlanReader.MAX_CHARACTERS) {
      throw new InvalidPlanException("There is no plan in " + file);
    }
    return Protocols.readPlan(Files.readString(file));
  }
}
