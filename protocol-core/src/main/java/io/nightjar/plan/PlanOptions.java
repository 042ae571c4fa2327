package io.nightjar.plan;

import io.nightjar.crypto.PaillierParameters;

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
    return new PlanOptions(
        protocol,
        count,
        activationBits,
        weightBits,
        clipSigmas,
        privacy,
        hiddenBits,
        security,
        ringDegree,
        modulusBits);
  }

  /** Returns the options with other widths. */
  public PlanOptions withBits(int activations, int weights) {
    return new PlanOptions(
        protocol,
        draws,
        activations,
        weights,
        clipSigmas,
        privacy,
        hiddenBits,
        security,
        ringDegree,
        modulusBits);
  }

  /** Returns the options for tests on a small ring without security. */
  public PlanOptions insecureForTests(int degree) {
    return new PlanOptions(
        protocol,
        draws,
        activationBits,
        weightBits,
        clipSigmas,
        privacy,
        hiddenBits,
        Security.INSECURE_FOR_TESTS,
        degree,
        modulusBits);
  }

  /** Returns the options with another length of Paillier's modulus. */
  public PlanOptions withModulusBits(int bits) {
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
        bits);
  }

  /** Returns the options with another protocol. */
  public PlanOptions withProtocol(Protocol other) {
    return new PlanOptions(
        other,
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

  /** Returns the options with another least size of the noise over sealed results. */
  public PlanOptions withHiddenBits(int bits) {
    return new PlanOptions(
        protocol,
        draws,
        activationBits,
        weightBits,
        clipSigmas,
        privacy,
        bits,
        security,
        ringDegree,
        modulusBits);
  }

  /** Returns the options with another privacy. */
  public PlanOptions withPrivacy(ModelPrivacy other) {
    return new PlanOptions(
        protocol,
        draws,
        activationBits,
        weightBits,
        clipSigmas,
        other,
        hiddenBits,
        security,
        ringDegree,
        modulusBits);
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "The %s must be from %d to %d, not %d".formatted(what, least, most, value));
    }
  }
}
