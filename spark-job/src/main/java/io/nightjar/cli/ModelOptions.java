package io.nightjar.cli;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The options of every command that plans a model: which one, how often it is drawn, and how it is
 * kept from the data owner.
 */
final class ModelOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model: a directory with model.json and posterior.safetensors.")
  private String model;

  @Option(names = "--samples", paramLabel = "S", description = "Draws from the posterior.")
  private Optional<String> samples = Optional.empty();

  @Option(
      names = "--model-privacy",
      paramLabel = "none|bayesian",
      description = "What is done to keep the model from the data owner.")
  private Optional<String> privacy = Optional.empty();

  @Option(
      names = "--protocol",
      paramLabel = "bayhenn|cryptonets|2p-dnn",
      description = "How the parties talk: in rounds, or with one upload and one download.")
  private Optional<String> protocol = Optional.empty();

  /** Returns the model's directory, as a text: see {@link Locations}. */
  String model() {
    return model;
  }

  /** Returns what {@code --samples} sets. */
  SettingSource samples() {
    return SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, samples);
  }

  /** Returns what {@code --protocol} sets. */
  SettingSource protocol() {
    return SettingSource.option("--protocol", NightjarSettings.JOB_PROTOCOL, protocol);
  }

  /** Returns what {@code --model-privacy} sets. */
  SettingSource privacy() {
    return SettingSource.option("--model-privacy", NightjarSettings.PLAN_MODEL_PRIVACY, privacy);
  }
}
