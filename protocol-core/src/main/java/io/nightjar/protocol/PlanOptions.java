package io.nightjar.protocol;

import io.nightjar.model.Architecture;
import io.nightjar.model.Layer;
import io.nightjar.model.Posterior;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.PlanHeader;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Security;
import java.util.List;
import java.util.Objects;

/**
 * The options of a plan, which whoever asks for it may choose.
 *
 * @param draws S, how many draws from the posterior each record is scored with
 * @param activationBits bits of inputs and activations
 * @param weightBits bits of weights, with the sign
 * @param clipSigmas where draws are cut off, in standard deviations from the mean
 * @param privacy what is done to keep the model from the data owner
 * @param security what encryption parameters must come up to
 * @param budget how much a data owner may be answered, for what hides results
 * @param own the values of options that only one protocol has
 */
public record PlanOptions(
    int draws,
    int activationBits,
    int weightBits,
    double clipSigmas,
    ModelPrivacy privacy,
    Security security,
    AnswerBudget budget,
    OptionValues own) {

  /** The most draws that a plan may have. */
  public static final int MAX_DRAWS = 64;

  /** The defaults: one draw, 8 bits, 4 sigmas, a model that need not be hidden, no budget. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(
          1,
          8,
          8,
          4,
          ModelPrivacy.NONE,
          Security.STANDARD,
          AnswerBudget.UNLIMITED,
          OptionValues.DEFAULT);

  /** Checks the ranges. */
  public PlanOptions {
    require("draws", draws, 1, MAX_DRAWS);
    require("activation bits", activationBits, 2, 12);
    require("weight bits", weightBits, 2, 16);
    if (!(clipSigmas > 0 && clipSigmas <= 8)) {
      throw new IllegalArgumentException(
          "The clip must be above 0 and at most 8 sigmas, not " + clipSigmas);
    }
    Objects.requireNonNull(privacy, "privacy");
    Objects.requireNonNull(security, "security");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(own, "own");
  }

  /** Returns the options with another number of draws. */
  public PlanOptions withDraws(int count) {
    return new PlanOptions(
        count, activationBits, weightBits, clipSigmas, privacy, security, budget, own);
  }

  /** Returns the options with other widths. */
  public PlanOptions withBits(int activations, int weights) {
    return new PlanOptions(draws, activations, weights, clipSigmas, privacy, security, budget, own);
  }

  /** Returns the options with draws cut off elsewhere. */
  public PlanOptions withClip(double sigmas) {
    return new PlanOptions(
        draws, activationBits, weightBits, sigmas, privacy, security, budget, own);
  }

  /** Returns the options with another privacy. */
  public PlanOptions withPrivacy(ModelPrivacy other) {
    return new PlanOptions(
        draws, activationBits, weightBits, clipSigmas, other, security, budget, own);
  }

  /** Returns the options with another security. */
  public PlanOptions withSecurity(Security other) {
    return new PlanOptions(
        draws, activationBits, weightBits, clipSigmas, privacy, other, budget, own);
  }

  /** Returns the options with another budget. */
  public PlanOptions withBudget(AnswerBudget other) {
    return new PlanOptions(
        draws, activationBits, weightBits, clipSigmas, privacy, security, other, own);
  }

  /** Returns the options with another value of an option that only one protocol has. */
  public PlanOptions with(ProtocolOption option, long value) {
    return withOwn(own.with(option, value));
  }

  /** Returns the options with other values of options that only one protocol has. */
  public PlanOptions withOwn(OptionValues values) {
    return new PlanOptions(
        draws, activationBits, weightBits, clipSigmas, privacy, security, budget, values);
  }

  /**
   * Refuses draws that a posterior does not have.
   *
   * @throws PlanRefusedException saying what to change
   */
  public void requireDrawsFrom(Posterior posterior) {
    boolean isOpen = privacy == ModelPrivacy.NONE;
    if (posterior.kind() == Posterior.Kind.POINT && draws > 1) {
      throw new PlanRefusedException(
          "The model is a point estimate, so all %d draws would be the same: ask for one draw"
              .formatted(draws));
    }
    if (posterior.kind() == Posterior.Kind.POINT && !isOpen) {
      throw new PlanRefusedException(
          "The model is a point estimate: there is nothing to draw, so model privacy '%s' would hide nothing; use '%s'"
              .formatted(privacy.text(), ModelPrivacy.NONE.text()));
    }
    int members = posterior.members().size();
    if (posterior.kind() == Posterior.Kind.ENSEMBLE && !isOpen) {
      throw new PlanRefusedException(
          "The model is an ensemble: whoever asks for one record again and again sees what each member says of it, so drawing a member for each record would hide nothing; use model privacy '%s'"
              .formatted(ModelPrivacy.NONE.text()));
    }
    if (posterior.kind() == Posterior.Kind.ENSEMBLE && draws > members) {
      throw new PlanRefusedException(
          "The ensemble has %d members, which are its draws: ask for at most so many, not %d"
              .formatted(members, draws));
    }
  }

  /**
   * Returns the header of a plan that is made by these options.
   *
   * @param bitsOfWeights the bits that the protocol gives to weights
   * @param preparation what the data owner applies to records before the first upload
   */
  public PlanHeader header(
      String protocol, Architecture architecture, int bitsOfWeights, List<Layer> preparation) {
    return new PlanHeader(
        protocol,
        privacy,
        architecture.name(),
        architecture.task(),
        architecture.classes(),
        architecture.input(),
        draws,
        clipSigmas,
        activationBits,
        bitsOfWeights,
        preparation);
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "The %s must be from %d to %d, not %d".formatted(what, least, most, value));
    }
  }
}
