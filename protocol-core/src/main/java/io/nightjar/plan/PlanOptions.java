package io.nightjar.plan;

import io.nightjar.crypto.PaillierParameters;
import java.util.function.Consumer;

/**
 * What may be chosen about a plan.
 *
 * @param protocol that the parties run
 * @param draws S, how many draws from the posterior each record is scored with
 * @param activationBits bits of inputs and activations
 * @param weightBits bits of weights, with the sign
 * @param clipSigmas draws are cut off at so many standard deviations
 * @param privacy what is done to keep the model from the data owner
 * @param hiddenBits how many times larger, as a power of two, the noise over sealed results is than
 *     the errors that it hides, at least; 0 for what the cheapest parameters leave
 * @param security whether parameters must have 128-bit security
 * @param ringDegree the ring degree to use, or 0 for the planner's choice
 * @param modulusBits of Paillier's modulus, where the protocol encrypts with it
 */
public record PlanOptions(
    Protocol protocol,
    int draws,
    int activationBits,
    int weightBits,
    double clipSigmas,
    ModelPrivacy privacy,
    int hiddenBits,
    Security security,
    int ringDegree,
    int modulusBits) {

  /** The most that noise over sealed results can be asked to be larger than errors. */
  public static final int MAX_HIDDEN_BITS = 60;

  /** The most draws. */
  public static final int MAX_DRAWS = 64;

  /** Whether parameters are for use or for tests. */
  public enum Security {
    /** 128 bits by SEAL's tables. */
    STANDARD,
    /** None: small rings, for tests only. */
    INSECURE_FOR_TESTS
  }

  /** The defaults: one draw, 8 bits, 4 sigmas, a model that need not be hidden. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(Protocol.BAYHENN, 1, 8, 8, 4, ModelPrivacy.NONE, 0, Security.STANDARD, 0);

  /** Creates options with Paillier's usual modulus. */
  public PlanOptions(
      Protocol protocol,
      int draws,
      int activationBits,
      int weightBits,
      double clipSigmas,
      ModelPrivacy privacy,
      int hiddenBits,
      Security security,
      int ringDegree) {
    this(
        protocol,
        draws,
        activationBits,
        weightBits,
        clipSigmas,
        privacy,
        hiddenBits,
        security,
        ringDegree,
        PaillierParameters.DEFAULT_MODULUS_BITS);
  }

  /** Checks the ranges. */
  public PlanOptions {
    require("draws", draws, 1, MAX_DRAWS);
    require("activation bits", activationBits, 2, 12);
    require("weight bits", weightBits, 2, 16);
    require("hidden bits", hiddenBits, 0, MAX_HIDDEN_BITS);
    if (!(clipSigmas > 0 && clipSigmas <= 8)) {
      throw new IllegalArgumentException(
          "The clip must be above 0 and at most 8 sigmas, not " + clipSigmas);
    }
  }

  /** Returns the options with another number of draws. */
  public PlanOptions withDraws(int count) {
    return with(changed -> changed.draws = count);
  }

  /** Returns the options with other widths. */
  public PlanOptions withBits(int activations, int weights) {
    return with(
        changed -> {
          changed.activationBits = activations;
          changed.weightBits = weights;
        });
  }

  /** Returns the options for tests on a small ring without security. */
  public PlanOptions insecureForTests(int degree) {
    return with(
        changed -> {
          changed.security = Security.INSECURE_FOR_TESTS;
          changed.ringDegree = degree;
        });
  }

  /** Returns the options with another length of Paillier's modulus. */
  public PlanOptions withModulusBits(int bits) {
    return with(changed -> changed.modulusBits = bits);
  }

  /** Returns the options with another protocol. */
  public PlanOptions withProtocol(Protocol other) {
    return with(changed -> changed.protocol = other);
  }

  /** Returns the options with another least size of the noise over sealed results. */
  public PlanOptions withHiddenBits(int bits) {
    return with(changed -> changed.hiddenBits = bits);
  }

  /** Returns the options with another privacy. */
  public PlanOptions withPrivacy(ModelPrivacy other) {
    return with(changed -> changed.privacy = other);
  }

  private PlanOptions with(Consumer<Changed> change) {
    Changed changed = new Changed(this);
    change.accept(changed);
    return changed.options();
  }

  /** Options while some of them are replaced. */
  private static final class Changed {
    private Protocol protocol;
    private int draws;
    private int activationBits;
    private int weightBits;
    private final double clipSigmas;
    private ModelPrivacy privacy;
    private int hiddenBits;
    private Security security;
    private int ringDegree;
    private int modulusBits;

    Changed(PlanOptions options) {
      protocol = options.protocol;
      draws = options.draws;
      activationBits = options.activationBits;
      weightBits = options.weightBits;
      clipSigmas = options.clipSigmas;
      privacy = options.privacy;
      hiddenBits = options.hiddenBits;
      security = options.security;
      ringDegree = options.ringDegree;
      modulusBits = options.modulusBits;
    }

    PlanOptions options() {
      return new PlanOptions(
          protocol,
          draws,
          activationBits,
          weightBits,
          clipSigmas,
          privacy,
          hiddenBits,
          security,
          ringDegree,
          modulusBits);
    }
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "The %s must be from %d to %d, not %d".formatted(what, least, most, value));
    }
  }
}
