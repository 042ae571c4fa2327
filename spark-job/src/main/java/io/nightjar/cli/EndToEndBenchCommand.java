package io.nightjar.cli;

import io.nightjar.bench.BayhennYardstick;
import io.nightjar.bench.EndToEndBench;
import io.nightjar.bench.EndToEndText;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar bench e2e}: whole jobs beside the naive program. */
@Command(
    name = "e2e",
    description = {
      "Measures whole jobs on this machine.",
      "It scores random images, beside a program written against SEAL. Of that program, "
          + "encryption, products and decryption are measured on samples on as many threads at "
          + "once, and scaled to all columns, outputs and draws; it is granted everything else "
          + "for nothing. Figures are medians over rounds that run both in turn."
    })
final class EndToEndBenchCommand implements Callable<Integer> {

  /** The system property with the directory that the project's files are in, if there is one. */
  static final String HOME_PROPERTY = "nightjar.home";

  private static final List<String> BUNDLED = List.of("digits-mlp", "digits-cnn");

  private static final int MOST_THREADS = 1024;

  private static final long MOST_RECORDS = 100_000_000;

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model; repeatable (default: the bundled digits-mlp and digits-cnn).")
  private List<String> models = List.of();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Draws from the posterior; repeatable (default: 1 and 8).")
  private List<String> draws = List.of("1", "8");

  @Option(
      names = "--model-privacy",
      paramLabel = "NAME",
      completionCandidates = ProtocolChoice.Privacies.class,
      description =
          "What is done to keep the model from the data owner: ${COMPLETION-CANDIDATES}; "
              + "repeatable (default: none).")
  private List<String> privacies = List.of("none");

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      completionCandidates = ProtocolChoice.Names.class,
      description = "The protocol: ${COMPLETION-CANDIDATES}; repeatable (default: the first).")
  private List<String> protocols = List.of(Protocols.standard().name());

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "20",
      description = "Batches that a job scores (default: ${DEFAULT-VALUE}).")
  private int batches;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "Records that a job scores, instead of full batches.")
  private Optional<Long> records = Optional.empty();

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "How long jobs run before any counts; at least one does (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds to take the medians over (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads to run on; repeatable, to see how jobs scale (default: one for each "
              + "processor). With fewer threads than processors, one wave is in flight at a "
              + "time, unless a setting says otherwise: more would use more threads.")
  private List<Integer> threads = List.of();

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Benches.require(spec, "--rounds", rounds, 1000);
    Benches.require(spec, "--batches", batches, 10_000);
    records.ifPresent(count -> Benches.require(spec, "--records", count, MOST_RECORDS));
    Benches.require(spec, "--warm-up", warmUp, 3600);
    threads.forEach(count -> Benches.require(spec, "--threads", count, MOST_THREADS));
    // Whatever cannot be planned is refused before anything takes time.
    List<EndToEndBench> all = benches();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      EndToEndText.header(out);
    }
    BayhennYardstick bayhenn = new BayhennYardstick();
    for (EndToEndBench bench : all) {
      for (EndToEndBench.Result measured : bench.measure(rounds)) {
        EndToEndBench.Result result = bayhenn.beside(measured);
        if (json) {
          out.println(Json.line(result));
        } else {
          EndToEndText.line(out, result);
          EndToEndText.stages(out, result);
        }
        out.flush();
      }
    }
    if (!json) {
      EndToEndText.footer(
          out,
          all.stream()
              .map(EndToEndBench::naiveProgram)
              .collect(Collectors.toCollection(LinkedHashSet::new)));
      out.flush();
    }
    return ExitCode.DONE;
  }

  private List<EndToEndBench> benches() throws IOException {
    List<EndToEndBench> all = new ArrayList<>();
    for (String model : models()) {
      for (String each : draws) {
        for (String privacy : privacies) {
          for (String protocol : protocols) {
            List<EndToEndBench.Setup> setups =
                threads().stream().map(count -> setup(count, each, privacy, protocol)).toList();
            all.add(
                EndToEndBench.of(
                    model, records, batches, warmUp, setups, text -> Benches.note(spec, text)));
          }
        }
      }
    }
    return all;
  }

  private List<String> models() {
    if (!models.isEmpty()) {
      return models;
    }
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new ParameterException(
          spec.commandLine(),
          "The bundled models are not at hand, because -D%s is not set: give --model DIR"
              .formatted(HOME_PROPERTY));
    }
    return BUNDLED.stream().map(name -> Path.of(home, "data", "models", name).toString()).toList();
  }

  private List<Integer> threads() {
    return threads.isEmpty() ? List.of(Runtime.getRuntime().availableProcessors()) : threads;
  }

  private EndToEndBench.Setup setup(int count, String drawCount, String privacy, String protocol) {
    Settings given = settings.resolve();
    List<SettingSource> own = new ArrayList<>();
    own.add(SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, drawCount));
    own.add(SettingSource.option("--model-privacy", NightjarSettings.PLAN_MODEL_PRIVACY, privacy));
    own.add(SettingSource.option("--protocol", NightjarSettings.JOB_PROTOCOL, protocol));
    if (!given.isSet(NightjarSettings.OWNER_THREADS)) {
      own.add(
          SettingSource.option(
              "--threads", NightjarSettings.OWNER_THREADS, Integer.toString(count)));
    }
    if (count < Runtime.getRuntime().availableProcessors()
        && !given.isSet(NightjarSettings.WAVES_IN_FLIGHT)) {
      own.add(SettingSource.option("--threads", NightjarSettings.WAVES_IN_FLIGHT, "1"));
    }
    return new EndToEndBench.Setup(count, settings.resolve(own.toArray(new SettingSource[0])));
  }
}
