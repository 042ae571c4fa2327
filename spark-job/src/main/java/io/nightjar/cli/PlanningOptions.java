package io.nightjar.cli;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for how a model is planned: how often it is drawn, and how it is kept hidden. */
final class PlanningOptions {

  @Option(names = "--samples", paramLabel = "N", description = "Draws from the posterior.")
  private Optional<String> draws = Optional.empty();

  @Mixin private ProtocolChoice choice;

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
