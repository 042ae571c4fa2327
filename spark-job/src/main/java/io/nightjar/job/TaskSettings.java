package io.nightjar.job;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.RoundRunner;

/** The settings that work on executors is cut by. */
final class TaskSettings {

  private TaskSettings() {}

  static RoundRunner.TaskSizes of(Settings settings) {
    return new RoundRunner.TaskSizes(
        settings.get(NightjarSettings.TASK_PER_CORE),
        settings.get(NightjarSettings.TASK_TARGET_MILLIS),
        settings.get(NightjarSettings.TASK_MEMORY),
        settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES));
  }
}
