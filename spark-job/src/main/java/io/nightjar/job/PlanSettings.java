package io.nightjar.job;

import io.nightjar.model.Model;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.protocol.OptionValues;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.text.Amounts;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that a plan is made by. */
public final class PlanSettings {

  private static final Logger LOG = LoggerFactory.getLogger(PlanSettings.class);

  private PlanSettings() {}

  /** Plans a model. */
  public static Plan explain(Model model, Settings settings) {
    Protocol protocol = settings.get(NightjarSettings.JOB_PROTOCOL);
    Plan plan = protocol.plan(model, options(settings));
    protocol.warnings(plan).forEach(LOG::warn);
    return plan;
  }

  /**
   * Plans a model whose blocks the exchange carries.
   *
   * @throws JobRefusedException if a block of its uploads would be larger than is allowed
   */
  static Plan plan(Model model, Settings settings) {
    Plan plan = explain(model, settings);
    long most = settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES);
    for (Round round : plan.rounds()) {
      long needed = plan.uploadBytes(round);
      if (needed > most) {
        throw new JobRefusedException(
            "An upload of round %d takes %s; %s allows %s: set it to %dm or more"
                .formatted(
                    round.index() + 1,
                    Amounts.bytes(needed),
                    NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES.key(),
                    Amounts.bytes(most),
                    (needed >> 20) + 1));
      }
    }
    return plan;
  }

  private static PlanOptions options(Settings settings) {
    return new PlanOptions(
        settings.get(NightjarSettings.JOB_SAMPLES),
        settings.get(NightjarSettings.PLAN_ACTIVATION_BITS),
        settings.get(NightjarSettings.PLAN_WEIGHT_BITS),
        settings.get(NightjarSettings.PLAN_CLIP_SIGMAS),
        settings.get(NightjarSettings.PLAN_MODEL_PRIVACY),
        Security.STANDARD,
        budget(settings),
        own(settings));
  }

  /** Returns how much each data owner may be answered, and how much its noise may show then. */
  public static AnswerBudget budget(Settings settings) {
    OptionalLong most = settings.get(NightjarSettings.LEDGER_BUDGET);
    AnswerBudget unlimited =
        AnswerBudget.UNLIMITED.within(settings.get(NightjarSettings.PLAN_STATISTICAL_BITS));
    return most.isPresent() ? unlimited.of(most.getAsLong()) : unlimited;
  }

  /** Returns the values of options that only one protocol has. */
  static OptionValues own(Settings settings) {
    OptionValues values = OptionValues.DEFAULT;
    for (ProtocolOption option : NightjarSettings.OWN.keySet()) {
      values = values.with(option, settings.get(NightjarSettings.OWN.get(option)));
    }
    return values;
  }
}
