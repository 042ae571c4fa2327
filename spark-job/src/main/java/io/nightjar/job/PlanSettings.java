package io.nightjar.job;

import io.nightjar.crypto.PaillierParameters;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Protocol;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that a plan is made by. */
public final class PlanSettings {

  private static final Logger LOG = LoggerFactory.getLogger(PlanSettings.class);

  private PlanSettings() {}

  /** Returns the planner's options. */
  public static PlanOptions options(Settings settings) {
    if (settings.get(NightjarSettings.JOB_PROTOCOL) == Protocol.TWO_PARTY_DNN
        && settings.get(NightjarSettings.PLAN_MODULUS_BITS)
            < PaillierParameters.DEFAULT_MODULUS_BITS) {
      LOG.warn(
          "A modulus of {} bits has 112-bit security; {} have 128",
          settings.get(NightjarSettings.PLAN_MODULUS_BITS),
          PaillierParameters.DEFAULT_MODULUS_BITS);
    }
    return new PlanOptions(
        settings.get(NightjarSettings.JOB_PROTOCOL),
        settings.get(NightjarSettings.JOB_SAMPLES),
        settings.get(NightjarSettings.PLAN_ACTIVATION_BITS),
        settings.get(NightjarSettings.PLAN_WEIGHT_BITS),
        settings.get(NightjarSettings.PLAN_CLIP_SIGMAS),
        settings.get(NightjarSettings.PLAN_MODEL_PRIVACY),
        settings.get(NightjarSettings.PLAN_HIDDEN_BITS),
        PlanOptions.Security.STANDARD,
        0,
        settings.get(NightjarSettings.PLAN_MODULUS_BITS));
  }
}
