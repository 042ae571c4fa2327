package io.nightjar.cli;

import io.nightjar.job.JobTimes;
import io.nightjar.job.ScoreJob;
import io.nightjar.job.ScoreRequest;
import io.nightjar.settings.Settings;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar score}: a whole job, its driver run by the data owner. */
@Command(
    name = "score",
    description = {
      "Scores records on executors that see them only encrypted.",
      "This is the whole job for one who has both the model and the records. Run again "
          + "with the same arguments, an interrupted job goes on and a finished one does "
          + "nothing."
    },
    footer = {
      "",
      "Example:",
      "  nightjar score --model data/models/readmission-mlp --samples 8 \\",
      "      --input data/readmission/test.csv --output target/risks"
    })
final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Mixin private ModelOptions model;

  @Mixin private InputOptions input;

  @Mixin private RecordsOptions records;

  @Mixin private MasterOption spark;

  @Option(
      names = "--keys",
      paramLabel = "KEYDIR",
      description =
          "The directory of your identity, made by keygen; without it the job's key is forgotten.")
  private Optional<java.nio.file.Path> keys = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Settings resolved =
        settings.resolve(model.protocol(), model.draws(), model.privacy(), records.format());
    ScoreRequest request =
        new ScoreRequest(
            Locations.of(spec, "--model", model.model()),
            input.source(),
            Locations.of(spec, "--output", records.output()),
            records.target(resolved),
            keys,
            Locations.of(spec, "--labels", records.labels()),
            records.limit(),
            spark.master(),
            resolved);
    records.run(
        resolved, () -> ScoreJob.run(request, ShownProgress.create(), JobTimes.sinceJavaStarted()));
    return ExitCode.DONE;
  }
}
