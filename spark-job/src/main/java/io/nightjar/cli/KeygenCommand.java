package io.nightjar.cli;

import io.nightjar.identity.Identity;
import io.nightjar.plan.Plan;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar keygen}: what a data owner needs before its first job. */
@Command(
    name = "keygen",
    description = {
      "Makes the data owner's identity, for a model or a plan.",
      "It does what 'identity new' does, and says what a job's encryption key will be, "
          + "which is made anew for every job. The secret key is encrypted under a passphrase "
          + "of 15 characters or more, which comes from a file, from NIGHTJAR_PASSPHRASE, from "
          + "nightjar.passphrase in a credential provider of Hadoop's, or from what is typed."
    },
    footer = {"", "Example:", "  nightjar keygen --plan plan.json --out keys"})
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
      description = "A directory for the identity.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Settings resolved = settings.resolve(choice.privacy(), choice.protocol());
    Plan plan = source.plan(spec, resolved);
    Identity made = IdentityNewCommand.make(out, resolved);
    spec.commandLine()
        .getOut()
        .printf(
            "An identity is in %s. Jobs for %s will have keys for %s.%nIts fingerprint, by which a"
                + " model owner knows you:%n%s%n",
            out, plan.model(), plan.encryption(), made);
    spec.commandLine().getOut().flush();
    NextStep.say(spec, next());
    return ExitCode.DONE;
  }

  /** Who has the model scores with it; who has its plan asks the one who has the model. */
  private String next() {
    String[] records = {"--keys", out.toString(), "--input", "RECORDS", "--output", "RESULTS"};
    String[] settings = {"--config", "--conf", "--protocol", "--model-privacy"};
    return spec.commandLine().getParseResult().hasMatchedOption("--plan")
        ? "tell the model owner the fingerprint, not by way of the exchange; then "
            + NextStep.command(spec, "agent")
                .with("--config", "--conf", "--plan")
                .and("--exchange", "EXCHANGE", "--model-owner", "FINGERPRINT")
                .and(records)
                .text()
        : NextStep.command(spec, "score").with(settings).with("--model").and(records).text();
  }
}
