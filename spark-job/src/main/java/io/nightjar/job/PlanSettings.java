package io.nightjar.job;

import io.nightjar.crypto.PaillierParameters;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.Round;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that a plan is made by. */
public final class PlanSettings {

  private static final Logger LOG = LoggerFactory.getLogger(PlanSettings.class);

  private PlanSettings() {}

  /**
   * Plans a model whose blocks the exchange carries.
   *
   * @throws JobRefusedException if a block of its uploads would be larger than is allowed
   */
  static Plan plan(Model model, Settings settings) {
    Plan plan = Planner.plan(model, options(settings));
    long most = settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES);
    for (Round round : plan.rounds()) {
      long needed = plan.blockBytes(round.inputColumns());
      if (needed > most) {
        throw new JobRefusedException(
            "An upload of round %d takes %d MiB; %s allows %d MiB: raise it"
                .formatted(
                    round.index() + 1,
                    (needed >> 20) + 1,
                    NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES.key(),
                    most >> 20));
      }
    }
    return plan;
  }

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
