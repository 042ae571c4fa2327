package io.nightjar.job;

import io.nightjar.plan.PlanOptions;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;

/** The settings that a plan is made by. */
public final class PlanSettings {

  private PlanSettings() {}

  /** Returns the planner's options. */
  public static PlanOptions options(Settings settings) {
    return new PlanOptions(
        settings.get(NightjarSettings.JOB_PROTOCOL),
        settings.get(NightjarSettings.JOB_SAMPLES),
        settings.get(NightjarSettings.PLAN_ACTIVATION_BITS),
        settings.get(NightjarSettings.PLAN_WEIGHT_BITS),
        settings.get(NightjarSettings.PLAN_CLIP_SIGMAS),
        settings.get(NightjarSettings.PLAN_MODEL_PRIVACY),
        settings.get(NightjarSettings.PLAN_HIDDEN_BITS),
        PlanOptions.Security.STANDARD,
        0);
  }
}
