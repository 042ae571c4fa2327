package io.nightjar.cli;

import io.nightjar.calibration.CalibrationReport;
import io.nightjar.calibration.FoundRanges;
import io.nightjar.calibration.OutputComparison;
import io.nightjar.calibration.QuantisationCost;
import io.nightjar.crypto.RealColumns;
import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.PlanSettings;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Text;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordId;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar calibrate}: the ranges over which a model's activations are quantised. */
@Command(
    name = "calibrate",
    description = {
      "Finds the ranges of a model's activations from records.",
      "Give it records such as will be scored. The ranges, over which the outputs of "
          + "layers are quantised, are written to model.json in place of those that it has; "
          + "records that are held out show what quantisation costs."
    },
    footer = {"", "Example:", "  nightjar calibrate --model MODEL --input records.csv --dry-run"})
final class CalibrateCommand implements Callable<Integer> {

  /** The most records that are read, all of them into memory; more say no more of ranges. */
  private static final int MOST_RECORDS = 1 << 16;

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Mixin private ModelOptions model;

  @Mixin private InputOptions input;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "4096",
      description =
          "How many records are taken, from all over the input (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--expected",
      paramLabel = "PATH",
      description =
          "A table of what the network itself puts out for the records, before a softmax "
              + "at the end and with means as weights: the ids, and the outputs, of an ensemble "
              + "one member after another. If the model's outputs are others, the command fails "
              + "and writes nothing.")
  private Optional<String> expected = Optional.empty();

  @Option(names = "--dry-run", description = "Find the ranges, and leave the model as it is.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > MOST_RECORDS) {
      throw new ParameterException(
          spec.commandLine(),
          "--limit must be from 1 to %,d, not %d".formatted(MOST_RECORDS, limit));
    }
    Settings resolved = settings.resolve(model.draws(), model.privacy(), model.protocol());
    Configuration configuration = HadoopConfigurations.of(resolved);
    Path directory = Locations.of(spec, "--model", model.model());
    Model given = ModelFiles.read(directory, configuration).model();
    RecordBatch sample = input.sample(given.architecture().input(), limit, resolved);
    RealColumns records = sample.values();
    Optional<OutputComparison> comparison = compared(given, sample, resolved);
    int draws = resolved.get(NightjarSettings.JOB_SAMPLES);
    int bits = resolved.get(NightjarSettings.PLAN_ACTIVATION_BITS);
    FoundRanges found =
        FoundRanges.of(
            given, records, draws, bits, resolved.get(NightjarSettings.PLAN_CLIP_SIGMAS));
    Model calibrated = found.applied(given);
    Optional<QuantisationCost> cost = Optional.empty();
    Optional<String> refused = Optional.empty();
    try {
      cost =
          Optional.of(
              QuantisationCost.of(
                  calibrated, PlanSettings.explain(calibrated, resolved), found.heldOut()));
    } catch (PlanRefusedException e) {
      refused = Optional.of(e.getMessage());
    }
    if (!dryRun) {
      ModelFiles.describe(directory, configuration, calibrated.architecture());
    }
    print(
        new CalibrationReport(given.architecture().name(), found, draws, bits, cost, comparison),
        refused);
    return ExitCode.DONE;
  }

  private Optional<OutputComparison> compared(Model given, RecordBatch sample, Settings resolved)
      throws IOException {
    Optional<Path> path = Locations.of(spec, "--expected", expected);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    InputSpec outputs =
        new InputSpec(
            Shape.flat(OutputComparison.outputs(given)),
            new Range(-Float.MAX_VALUE, Float.MAX_VALUE),
            List.of());
    RecordBatch wanted =
        InputOptions.sample(RecordSource.at(path.get()), outputs, MOST_RECORDS, resolved);
    return Optional.of(OutputComparison.of(given, sample.values(), inOrder(wanted, sample)));
  }

  /** Returns the outputs of the records, in their order. */
  private RealColumns inOrder(RecordBatch outputs, RecordBatch records) {
    Map<RecordId, Integer> places = new HashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      places.put(outputs.ids().get(i), i);
    }
    int[] chosen = records.ids().stream().mapToInt(id -> places.getOrDefault(id, -1)).toArray();
    long missing = Arrays.stream(chosen).filter(place -> place < 0).count();
    if (missing > 0) {
      throw new InvalidInputException(
          "%s has no outputs for %,d of %,d records: it must have a row for each, by its id"
              .formatted(Text.quote(expected.orElseThrow()), missing, chosen.length));
    }
    return outputs.values().only(chosen);
  }

  private void print(CalibrationReport report, Optional<String> refused) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(report.map()));
    } else {
      out.print(report.text());
      out.println();
      out.println(
          dryRun
              ? "The model is as it was."
              : "The ranges are in %s/model.json.".formatted(model.model()));
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    refused.ifPresent(
        why ->
            ErrorLines.warning(
                err, "what quantisation costs is not known, as no plan can be made: " + why));
    if (!json) {
      NextStep.say(spec, next());
    }
  }

  private String next() {
    String[] planning = {"--config", "--conf", "--model"};
    return dryRun
        ? NextStep.command(spec, "calibrate")
            .with(planning)
            .with("--samples", "--protocol", "--model-privacy", "--limit", "--expected")
            .with("--input", "--input-format", "--input-option", "--input-schema")
            .with("--table", "--where", "--columns")
            .text()
        : NextStep.command(spec, "plan")
            .with(planning)
            .with("--samples", "--protocol", "--model-privacy")
            .text();
  }
}
