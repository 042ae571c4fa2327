package io.nightjar.cli;

import io.nightjar.identity.Identity;
import io.nightjar.job.AgentJob;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobTimes;
import io.nightjar.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar agent}: the data owner's side of a job whose executors are elsewhere. */
@Command(
    name = "agent",
    description = {
      "Has records scored by a model owner: the data owner's side.",
      "The model owner is met only in an exchange directory; this command encrypts, "
          + "decrypts and activates. Run again with the same arguments, an interrupted job goes "
          + "on and a finished one does nothing."
    },
    footer = {
      "",
      "Example:",
      "  nightjar agent --exchange hdfs:///exchange --keys keys --plan plan.json \\",
      "      --model-owner ed25519:... --input records.csv --output results"
    })
final class AgentCommand implements Callable<Integer> {

  private static final String ANYONE = "anyone";

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Mixin private ExchangeOption meeting;

  @Mixin private InputOptions input;

  @Mixin private RecordsOptions records;

  @Option(
      names = "--keys",
      required = true,
      paramLabel = "KEYDIR",
      description = "The directory of your identity, made by keygen.")
  private Path keys;

  @Option(
      names = "--plan",
      required = true,
      paramLabel = "FILE",
      description =
          "The plan that was agreed on, as 'plan --json' prints it; any other is refused.")
  private Path plan;

  @Option(
      names = "--model-owner",
      required = true,
      paramLabel = "FINGERPRINT|anyone",
      description =
          "Whose plan and results are taken: the identity that the model owner told you, not by way"
              + " of the exchange; or anyone's who may write to it.")
  private String modelOwner;

  @Option(
      names = "--master",
      paramLabel = "MASTER",
      description =
          "Spark's master of a cluster that you trust with your records and keys, which does the"
              + " work; its machines must reach KEYDIR, the output and the exchange. Otherwise this"
              + " process does it.")
  private Optional<String> master = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Optional<Identity> from =
        modelOwner.equals(ANYONE)
            ? Optional.empty()
            : Optional.of(Fingerprints.parse(spec, "--model-owner", modelOwner));
    Settings resolved = settings.resolve(records.format());
    AgentRequest request =
        new AgentRequest(
            Locations.of(spec, "--exchange", meeting.exchange()),
            keys,
            Optional.of(plan),
            from,
            input.source(),
            Locations.of(spec, "--output", records.output()),
            records.target(resolved),
            Locations.of(spec, "--labels", records.labels()),
            records.limit(),
            master,
            resolved);
    records.run(
        resolved, () -> AgentJob.run(request, ShownProgress.create(), JobTimes.sinceJavaStarted()));
    return ExitCode.DONE;
  }
}
