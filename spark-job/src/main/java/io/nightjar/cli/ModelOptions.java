package io.nightjar.cli;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that plans a model: which one, and how often it is drawn. */
final class ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model: a directory with model.json and posterior.safetensors.")
  private String model;

  @Option(names = "--samples", paramLabel = "S", description = "Draws from the posterior.")
  private Optional<String> samples = Optional.empty();

  /** Returns the model's directory, as a text: see {@link Locations}. */
  String model() {
    return model;
  }

  /** Returns what {@code --samples} sets. */
  SettingSource samples() {
    return SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, samples);
  }
}
