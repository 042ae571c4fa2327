package io.nightjar.cli;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Optional;
import picocli.CommandLine.Mixin;
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
  private Optional<String> draws = Optional.empty();

  @Mixin private ProtocolChoice choice;

  /** Returns the model's directory, as a text: see {@link Locations}. */
  String model() {
    return model;
  }

  /** Returns what {@code --samples} sets. */
  SettingSource draws() {
    return SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, draws);
  }

  /** Returns what {@code --protocol} sets. */
  SettingSource protocol() {
    return choice.protocol();
  }

  /** Returns what {@code --model-privacy} sets. */
  SettingSource privacy() {
    return choice.privacy();
  }
}
