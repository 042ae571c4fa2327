package io.nightjar.cli;

import io.nightjar.job.Drain;
import io.nightjar.job.JobProgress;
import io.nightjar.job.ServeJob;
import io.nightjar.job.ServeRequest;
import io.nightjar.job.ServedModels;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Setting;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar serve}: the model owner's side of jobs whose data owners are elsewhere. */
@Command(
    name = "serve",
    description = {
      "Evaluates jobs of other data owners: the model owner's side.",
      "It offers a model's plan in an exchange directory and evaluates the rounds of "
          + "every job that a data owner's agent orders there. Started again, it goes on with "
          + "the jobs that are open. What the model is worth, nobody else knows: model privacy, "
          + "budget and accepted data owners have no defaults here."
    },
    footer = {
      "",
      "Example:",
      "  nightjar serve --model data/models/digits-mlp --exchange hdfs:///exchange \\",
      "      --model-privacy bayesian --budget 1000000 --owners owners.txt"
    })
final class ServeCommand implements Callable<Integer> {

  private static final String BUDGET = "--budget";
  private static final String OWNERS = "--owners";

  /** A setting that has a default for others, and must be chosen here. */
  private record Choice(Setting<?> setting, String option) {

    @Override
    public String toString() {
      return "%s (or %s)".formatted(option, setting.key());
    }
  }

  private static final List<Choice> CHOICES =
      List.of(
          new Choice(NightjarSettings.PLAN_MODEL_PRIVACY, "--model-privacy NAME"),
          new Choice(NightjarSettings.LEDGER_BUDGET, BUDGET + " N|unlimited"),
          new Choice(NightjarSettings.LEDGER_OWNERS, OWNERS + " FILE|anyone"));

  /** What is served. */
  private static final class Source {

    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "The model: a directory with model.json and posterior.safetensors.")
    private Optional<String> model = Optional.empty();

    @Option(
        names = "--models",
        paramLabel = "DIR",
        description =
            "Several models: a directory with a directory for each, in which serve.conf has the"
                + " settings of this model alone. Each meets its data owners in a directory of its"
                + " name in the exchange. Models that come, change or go are noticed.")
    private Optional<java.nio.file.Path> models = Optional.empty();
  }

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source;

  @Mixin private PlanningOptions plan;

  @Mixin private ExchangeOption meeting;

  @Mixin private MasterOption spark;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Stop after so many jobs, and those in work; otherwise serve until stopped.")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = BUDGET,
      paramLabel = "N|unlimited",
      description =
          "Answers, records times draws, that each data owner may have of the model. Required, here"
              + " or as the setting ledger.budget.")
  private Optional<String> budget = Optional.empty();

  @Option(
      names = OWNERS,
      paramLabel = "FILE|anyone",
      description =
          "Whose jobs are taken: a file of identities, or anyone's. Required, here or as the"
              + " setting ledger.owners.")
  private Optional<String> owners = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (jobs.isPresent() && jobs.get() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--jobs must be at least 1, not " + jobs.get());
    }
    Settings resolved =
        settings.resolve(
            plan.draws(),
            plan.privacy(),
            plan.protocol(),
            SettingSource.option(BUDGET, NightjarSettings.LEDGER_BUDGET, budget),
            SettingSource.option(OWNERS, NightjarSettings.LEDGER_OWNERS, owners));
    if (source.model.isPresent()) {
      requireChoices(resolved);
    }
    ServeRequest request =
        new ServeRequest(
            source.models.isPresent()
                ? new ServedModels.Directory(source.models.get())
                : new ServedModels.One(Locations.of(spec, "--model", source.model.orElseThrow())),
            Locations.of(spec, "--exchange", meeting.exchange()),
            jobs.map(OptionalInt::of).orElseGet(OptionalInt::empty),
            spark.master(),
            resolved);
    int refused = ServeJob.run(request, JobProgress.NONE, Drain.onSignals());
    return refused == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void requireChoices(Settings resolved) {
    List<String> missing =
        CHOICES.stream()
            .filter(choice -> !resolved.isSet(choice.setting()))
            .map(Choice::toString)
            .toList();
    if (!missing.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "A model owner who serves others must choose: %s".formatted(String.join(", ", missing)));
    }
  }
}
