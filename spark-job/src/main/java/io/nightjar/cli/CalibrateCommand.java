package io.nightjar.cli;

import io.nightjar.calibration.CalibrationReport;
import io.nightjar.calibration.FoundRanges;
import io.nightjar.calibration.QuantisationCost;
import io.nightjar.crypto.RealColumns;
import io.nightjar.job.HadoopConfigurations;
import io.nightjar.job.PlanSettings;
import io.nightjar.model.Model;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.records.RecordOptions;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import io.nightjar.tables.OwnSpark;
import io.nightjar.tables.RecordSample;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalLong;
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
      "Finds the ranges over which the outputs of layers are quantised, from records such as will be",
      "scored, writes them to model.json in place of those that it has, and says what quantisation",
      "costs on records that were held out."
    })
final class CalibrateCommand implements Callable<Integer> {

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

  @Option(names = "--dry-run", description = "Find the ranges, and leave the model as it is.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
    }
    Settings resolved = settings.resolve(model.draws(), model.privacy(), model.protocol());
    Configuration configuration = HadoopConfigurations.of(resolved);
    Path directory = Locations.of(spec, "--model", model.model());
    Model given = ModelFiles.read(directory, configuration).model();
    RealColumns records = records(given, resolved);
    int draws = resolved.get(NightjarSettings.JOB_SAMPLES);
    int bits = resolved.get(NightjarSettings.PLAN_ACTIVATION_BITS);
    FoundRanges calibration =
        FoundRanges.of(
            given, records, draws, bits, resolved.get(NightjarSettings.PLAN_CLIP_SIGMAS));
    Model calibrated = calibration.applied(given);
    Optional<QuantisationCost> cost = Optional.empty();
    Optional<String> refused = Optional.empty();
    try {
      cost =
          Optional.of(
              QuantisationCost.of(
                  calibrated, PlanSettings.explain(calibrated, resolved), calibration.heldOut()));
    } catch (PlanRefusedException e) {
      refused = Optional.of(e.getMessage());
    }
    if (!dryRun) {
      ModelFiles.describe(directory, configuration, calibrated.architecture());
    }
    print(
        new CalibrationReport(given.architecture().name(), calibration, draws, bits, cost),
        refused);
    return ExitCode.DONE;
  }

  private RealColumns records(Model model, Settings resolved) throws IOException {
    return new RecordSample(
            input.source(),
            model.architecture().input(),
            new RecordOptions(resolved.get(NightjarSettings.INPUT_ID_COLUMN), OptionalLong.empty())
                .idColumns(),
            limit)
        .read(HadoopConfigurations.of(resolved), name -> OwnSpark.local(name, resolved));
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
            err.printf(
                "nightjar: warning: what quantisation costs is not known, as no plan can be made: %s%n",
                why));
  }
}
