package io.nightjar.cli;

import io.nightjar.settings.SettingSource;
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

  @Mixin private PlanningOptions plan;

  /** Returns the model's directory, as a text: see {@link Locations}. */
  String model() {
    return model;
  }

  /** Returns what {@code --samples} sets. */
  SettingSource draws() {
    return plan.draws();
  }

  /** Returns what {@code --protocol} sets. */
  SettingSource protocol() {
    return plan.protocol();
  }

  /** Returns what {@code --model-privacy} sets. */
  SettingSource privacy() {
    return plan.privacy();
  }
}
