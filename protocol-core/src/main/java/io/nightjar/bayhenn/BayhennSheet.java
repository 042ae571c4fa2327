package io.nightjar.bayhenn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.lattice.BlockShape;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.plan.Explanation;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.plan.Security;
import io.nightjar.plan.Sheet;
import io.nightjar.plan.TextLines;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The sheet of a plan of bayhenn, which says how it encrypts.
 *
 * @param lattice the encryption; with a flood, results are hidden
 * @param layout how the numbers of a batch lie in ciphertexts
 * @param distanceBits how near an answer's noise is to noise that weights have no part in, where
 *     results are hidden: see {@link Sheet#answerDistanceBits}
 */
record BayhennSheet(LatticeEncryption lattice, BayhennLayout layout, OptionalDouble distanceBits)
    implements Sheet {

  private static final String DISTANCE_BITS = "answerDistanceBits";

  static BayhennSheet read(PlanNode plan) {
    LatticeEncryption lattice = LatticeEncryption.read(plan);
    return new BayhennSheet(
        lattice,
        BayhennLayout.read(plan, lattice.parameters()),
        plan.has(DISTANCE_BITS)
            ? OptionalDouble.of(plan.number(DISTANCE_BITS))
            : OptionalDouble.empty());
  }

  @Override
  public HeParameters encryption() {
    return lattice.parameters();
  }

  @Override
  public OptionalLong plainLimit() {
    return OptionalLong.of(encryption().plainModulus() / 2);
  }

  @Override
  public double uploadBytesPerRecord() { // the second polynomial is a seed
    return lattice.polynomialBytesPerRecord(encryption().dataLimbs(), layout.records());
  }

  @Override
  public double resultBytesPerRecord() {
    return 2 * lattice.polynomialBytesPerRecord(lattice.resultLimbs(), layout.records());
  }

  @Override
  public long keyBytes() {
    return lattice.keyBytes(1);
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return lattice.blockBytes(ciphertexts);
  }

  /** Returns the form of results: hidden ones were divided by primes and not transformed again. */
  Form formOfResults() {
    return lattice.floodBits() > 0 ? Form.COEFFICIENT : lattice.form();
  }

  /** Returns the shape of so many ciphertexts of a result. */
  BlockShape result(int ciphertexts) {
    return lattice.result(ciphertexts, formOfResults());
  }

  /**
   * Returns the same number where results are hidden, as slots that no record was ordered for are
   * covered with random numbers then; otherwise the places of all batches.
   */
  @Override
  public long answered(long records) {
    if (lattice.floodBits() > 0) {
      return records;
    }
    long batches = Sheet.inWholeGroups(records, layout.records()) / layout.records();
    return batches * layout.placesForRecords();
  }

  @Override
  public OptionalDouble answerDistanceBits(Plan plan) {
    return distanceBits;
  }

  @Override
  public RoundCost cost(Plan plan, Round round) {
    return layout.cost(plan, lattice, round);
  }

  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return layout.taskBytes(plan, lattice, mostResultBytes);
  }

  /**
   * Refuses another scheme, and results that are flooded without model privacy or not flooded with
   * it.
   */
  @Override
  public void check(Plan plan, Security least) {
    lattice.check(Scheme.BFV, least);
    layout.check(plan, lattice);
    int limbs = encryption().dataLimbs();
    boolean fits =
        plan.privacy() == ModelPrivacy.NONE
            ? lattice.packing() == Packing.COEFFICIENTS
                && lattice.floodLimbs() == limbs
                && lattice.resultLimbs() == limbs
                && lattice.floodBits() == 0
                && distanceBits.isEmpty()
            : lattice.packing() == Packing.SLOTS
                && encryption().supportsSlotPacking()
                && lattice.resultLimbs() >= 1
                && lattice.resultLimbs() <= lattice.floodLimbs()
                && lattice.floodLimbs() <= limbs
                && lattice.floodBits() >= 1
                && lattice.floodBits() <= Hiding.MOST_FLOOD_BITS
                && distanceBits.stream().anyMatch(bits -> bits >= 0 && Double.isFinite(bits));
    if (!fits || lattice.form() != Form.NTT) {
      throw LatticeEncryption.unfit(
          "with model privacy '%s' it packs %s of form %s, and has results of %d primes under %d bits of noise"
              .formatted(
                  plan.privacy().text(),
                  lattice.packing(),
                  lattice.form(),
                  lattice.resultLimbs(),
                  lattice.floodBits()));
    }
  }

  @Override
  public void writeEncryption(ObjectNode json) {
    lattice.write(json);
    layout.write(json);
  }

  @Override
  public void writeRest(ObjectNode json, Plan plan) {
    distanceBits.ifPresent(bits -> json.put(DISTANCE_BITS, bits));
  }

  @Override
  public Explanation explain(Plan plan) {
    return new Explanation(
        lattice.explain("plaintext " + plaintext(encryption().plainModulus()))
            + "\n"
            + layout.explain(),
        List.of(),
        "noise",
        Math.log((double) plainLimit().orElseThrow()) / Math.log(2),
        learned(plan.privacy()));
  }

  private static String plaintext(long modulus) {
    return Long.bitCount(modulus) == 1
        ? "2^" + Long.numberOfTrailingZeros(modulus)
        : "a prime of %d bits".formatted(Long.SIZE - Long.numberOfLeadingZeros(modulus));
  }

  private List<String> learned(ModelPrivacy privacy) {
    if (privacy == ModelPrivacy.NONE) {
      return List.of(
          "The data owner learns the outputs of every round, and from them the drawn weights:",
          "this plan does not protect the model.");
    }
    return new TextLines()
        .add(
            "The data owner learns the outputs of every round, with weights drawn anew for every record.")
        .add(
            "Results are encrypted anew and hidden under noise of %d bits: that of one answer is within",
            lattice.floodBits())
        .add(
            "statistical distance 2^-%.1f of noise that weights have no part in.",
            distanceBits.orElseThrow())
        .add(
            "Not LWE-secure: averages over many answers approach the posterior's means, and whoever")
        .add(
            "chooses inputs, or encrypts with more noise than agreed, gets there sooner. See audit.")
        .lines();
  }
}
