package io.nightjar.job;

import io.nightjar.owner.OwnerEngine;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;

/** The settings that the data owner's engine works by. */
final class OwnerSettings {

  private OwnerSettings() {}

  static OwnerEngine.Options of(Settings settings) {
    int threads = settings.get(NightjarSettings.OWNER_THREADS);
    return new OwnerEngine.Options(
        threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
        settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES),
        settings.get(NightjarSettings.EXCHANGE_KEEP));
  }
}
