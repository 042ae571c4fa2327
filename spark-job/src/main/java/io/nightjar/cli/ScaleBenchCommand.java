package io.nightjar.cli;

import io.nightjar.bench.ScaleBench;
import io.nightjar.bench.ScaleText;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar bench scale}: what a job would take on other machines. */
@Command(
    name = "scale",
    description = {
      "Foretells what jobs take on other machines.",
      "It scores random images with one and two cores for each party, measures what a "
          + "task, a file and a manifest take, and foretells jobs of up to 10^9 records on up "
          + "to 1,000 cores for each. The measured jobs are foretold as well, from the times of "
          + "the smallest: what that is off by says what the rest is worth."
    })
final class ScaleBenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(names = "--model", paramLabel = "DIR", required = true, description = "The model.")
  private String model;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1",
      description = "Draws from the posterior (default: ${DEFAULT-VALUE}).")
  private String draws;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      completionCandidates = ProtocolChoice.Names.class,
      description = "The protocol: ${COMPLETION-CANDIDATES} (default: the first).")
  private String protocol = Protocols.standard().name();

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "40",
      description = "Batches that a job scores (default: ${DEFAULT-VALUE}).")
  private int batches;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description = "How long jobs run before any counts (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds to take the medians over (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Benches.require(spec, "--rounds", rounds, 1000);
    Benches.require(spec, "--batches", batches, 10_000);
    Benches.require(spec, "--warm-up", warmUp, 3600);
    ScaleBench.Result result =
        ScaleBench.of(model, batches, warmUp, this::settings, text -> Benches.note(spec, text))
            .measure(rounds);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      result.measured().forEach(line -> out.println(Json.line(line)));
      out.println(Json.line(result.parts()));
      result.foretold().forEach(line -> out.println(Json.line(line)));
      out.flush();
    } else {
      ScaleText.print(out, result);
    }
    return ExitCode.DONE;
  }

  private Settings settings(int ownerCores, int batchesPerWave) {
    return settings.resolve(
        SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, draws),
        SettingSource.option("--protocol", NightjarSettings.JOB_PROTOCOL, protocol),
        SettingSource.option(
            "the data owner's cores", NightjarSettings.OWNER_THREADS, Integer.toString(ownerCores)),
        SettingSource.option(
            "the batches of a wave",
            NightjarSettings.WAVES_BATCHES,
            Integer.toString(batchesPerWave)));
  }
}
