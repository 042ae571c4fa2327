package io.nightjar.cryptonets;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.lattice.BlockShape;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.lattice.FloodDistance;
import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.LatticeCosts;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.plan.Bits;
import io.nightjar.plan.ColumnLayout;
import io.nightjar.plan.Explanation;
import io.nightjar.plan.Layout;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.plan.Security;
import io.nightjar.plan.Sheet;
import io.nightjar.plan.TextLines;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The sheet of a plan of cryptonets, which says how it encrypts, and what the levels of its one
 * round are.
 *
 * @param lattice the encryption
 * @param scaleBits the bits of what real numbers are multiplied by before they are encrypted
 * @param levels the levels that executors evaluate
 */
record CryptonetsSheet(LatticeEncryption lattice, int scaleBits, List<Level> levels)
    implements Sheet {

  private static final int MAX_LEVELS = 4096;
  private static final int MAX_SCALE_BITS = 100;

  /**
   * The deviations that a normal variable is from its mean once in some hundred millions of
   * outputs.
   */
  private static final double FLOOD_DEVIATIONS = 6;

  /** The work of a product, compared with one of two polynomials: most levels multiply three. */
  private static final double THREE_POLYNOMIALS = 1.5;

  /**
   * The ciphertexts that are written in the time in which one is squared, relinearised and divided.
   */
  private static final double SQUARING = 4;

  /** Copies the list. */
  CryptonetsSheet {
    levels = List.copyOf(levels);
  }

  static CryptonetsSheet read(PlanNode plan) {
    return new CryptonetsSheet(
        LatticeEncryption.read(plan), plan.integer("scaleBits"), plan.list("levels", Level::read));
  }

  @Override
  public HeParameters encryption() {
    return lattice.parameters();
  }

  /**
   * Returns columns of half as many slots as the ring has coefficients, for a slot is a complex
   * number.
   */
  @Override
  public Layout layout() {
    return layout(encryption().ringDegree());
  }

  private static Layout layout(int ringDegree) {
    return ColumnLayout.of(ringDegree / 2);
  }

  @Override
  public OptionalLong plainLimit() {
    return OptionalLong.empty();
  }

  @Override
  public double uploadBytesPerRecord() { // the second polynomial is a seed
    return lattice.polynomialBytesPerRecord(encryption().dataLimbs(), layout().records());
  }

  @Override
  public double resultBytesPerRecord() {
    return 2 * lattice.polynomialBytesPerRecord(lattice.resultLimbs(), layout().records());
  }

  /**
   * Returns the bytes of a public key and a relinearisation key, which has a pair of polynomials
   * for each prime of data; seeds stand for half of all.
   */
  @Override
  public long keyBytes() {
    return lattice.keyBytes(1 + encryption().dataLimbs());
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return lattice.blockBytes(ciphertexts);
  }

  @Override
  public long products(Round round) {
    return levels.stream().mapToLong(Level::products).sum();
  }

  /**
   * Returns the records of full batches: slots that no record was ordered for are not covered, and
   * a data owner may have used them.
   */
  @Override
  public long answered(long records) {
    return Sheet.inWholeGroups(records, layout().records());
  }

  /** Returns what real numbers are multiplied by before they are encrypted. */
  double scale() {
    return Math.scalb(1.0, scaleBits);
  }

  /** Returns the shape of so many ciphertexts of a result. */
  BlockShape result(int ciphertexts) {
    return lattice.result(ciphertexts, lattice.form());
  }

  /**
   * Returns the scale of results: it is squared with each square, and divided by dropped primes.
   */
  double resultScale() {
    double scale = scale();
    List<Long> primes = encryption().dataPrimes();
    for (Level level : levels) {
      for (int i = 1; i <= level.dropped(); i++) {
        scale /= primes.get(level.limbs() - i);
      }
      scale *= level.squared() ? scale : 1;
    }
    return scale;
  }

  /** Returns the bits of the primes that results have. */
  double resultBits() {
    return encryption().dataPrimes().stream()
        .limit(lattice.resultLimbs())
        .mapToDouble(prime -> Math.log((double) prime) / Math.log(2))
        .sum();
  }

  /** Returns the largest error that is expected of outputs: their ciphertexts' and the flood's. */
  double outputError(Plan plan) {
    int batchSize = layout().records();
    double slot = Math.scalb(Math.sqrt(batchSize / 3.0), lattice.floodBits()) / resultScale();
    double largestScale = plan.lastRound().outputScales().stream().reduce(0.0, Math::max);
    double flood = lattice.floodBits() == 0 ? 0 : FLOOD_DEVIATIONS * slot * largestScale;
    return ciphertextError() + flood;
  }

  /**
   * Returns how many times, in bits, the flood is larger than the errors that are expected of
   * ciphertexts; below 0 if it is smaller.
   */
  double hiddenBits(Plan plan) {
    double leastScale =
        plan.lastRound().outputScales().stream().reduce(Double.MAX_VALUE, Math::min);
    double coefficient =
        ciphertextError() / leastScale * resultScale() / Math.sqrt(layout().records());
    return lattice.floodBits() - Bits.log2(coefficient);
  }

  /**
   * Returns how near an answer's noise is to noise that follows from the outputs alone, as far as
   * errors are what is expected of them. A batch counts as full, so an answer comes with its share
   * of the batch's coefficients.
   */
  FloodDistance distance(Plan plan) {
    return distance(
        encryption().ringDegree(),
        layout().returned(plan.lastRound()),
        hiddenBits(plan),
        lattice.floodBits());
  }

  static FloodDistance distance(int ringDegree, int ciphertexts, double hiddenBits, int floodBits) {
    double coefficients = (double) ciphertexts * ringDegree / layout(ringDegree).records();
    return FloodDistance.NONE.plus(coefficients, Math.pow(2, floodBits - hiddenBits), floodBits);
  }

  @Override
  public OptionalDouble answerDistanceBits(Plan plan) {
    FloodDistance distance = distance(plan);
    return distance.hides() ? OptionalDouble.of(distance.answerBits()) : OptionalDouble.empty();
  }

  private double ciphertextError() {
    return levels.get(levels.size() - 1).error();
  }

  /** Returns a cost whose grain is the whole network. */
  @Override
  public RoundCost cost(Plan plan, Round round) {
    double size = lattice.size();
    double row =
        size * round.positions() * (LatticeCosts.PRODUCT * round.terms() + LatticeCosts.CIPHERTEXT)
            + LatticeCosts.WEIGHT * round.terms();
    double ofLevels = 0;
    for (Level level : levels) {
      ofLevels +=
          size
              * (THREE_POLYNOMIALS * LatticeCosts.PRODUCT * level.products()
                  + SQUARING * LatticeCosts.CIPHERTEXT * level.output().size());
    }
    return new RoundCost(
        size * LatticeCosts.CIPHERTEXT * layout().uploaded(round),
        0,
        round.rows() * row + ofLevels,
        layout().returned(round));
  }

  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return plan.uploadBytes(plan.lastRound()) + NetworkMemory.mostBytes(this);
  }

  /**
   * Refuses a plan whose parameters and one round do not fit together. Levels are only shown to
   * people, so little is asked of them.
   */
  @Override
  public void check(Plan plan, Security least) {
    lattice.check(Scheme.CKKS, least);
    int limbs = encryption().dataLimbs();
    boolean fits =
        plan.rounds().size() == 1
            && !levels.isEmpty()
            && levels.size() <= MAX_LEVELS
            && plan.privacy() == ModelPrivacy.NONE
            && lattice.packing() == Packing.SLOTS
            && lattice.form() == Form.NTT
            && encryption().canSwitchKeys()
            && lattice.resultLimbs() >= 1
            && lattice.resultLimbs() <= limbs
            && lattice.floodLimbs() == lattice.resultLimbs()
            && lattice.floodBits() >= 0
            && lattice.floodBits() <= Hiding.MOST_FLOOD_BITS
            && scaleBits >= 1
            && scaleBits <= MAX_SCALE_BITS;
    if (!fits) {
      throw LatticeEncryption.unfit(
          "with %s it has %d rounds, %d levels, a scale of %d bits, and results of %d primes under %d bits of noise"
              .formatted(
                  plan.protocol(),
                  plan.rounds().size(),
                  levels.size(),
                  scaleBits,
                  lattice.resultLimbs(),
                  lattice.floodBits()));
    }
    for (int i = 0; i < levels.size(); i++) {
      levels.get(i).check(i, limbs);
    }
  }

  @Override
  public void writeEncryption(ObjectNode json) {
    lattice.write(json);
  }

  @Override
  public void writeRest(ObjectNode json, Plan plan) {
    json.put("scaleBits", scaleBits).put("hiddenBits", hiddenBits(plan));
    json.put("outputError", outputError(plan));
    ArrayNode array = json.putArray("levels");
    levels.forEach(level -> level.write(array.addObject()));
  }

  @Override
  public Explanation explain(Plan plan) {
    OptionalDouble distance = answerDistanceBits(plan);
    List<String> learned =
        new TextLines()
            .add("The data owner learns the network's outputs and what their noise says:")
            .add(
                "results are encrypted anew under noise of %d bits, 2^%.1f times the error that is expected%s",
                lattice.floodBits(), hiddenBits(plan), distance.isPresent() ? ":" : ".")
            .add(ofOneAnswer(distance))
            .add(
                "Results are never to be shown to the model owner: with CKKS they would give the key away.")
            .lines();
    return new Explanation(
        lattice.explain("real numbers times 2^" + scaleBits),
        table(plan),
        "noise",
        resultBits() - 1,
        learned);
  }

  private static String ofOneAnswer(OptionalDouble distanceBits) {
    return distanceBits.isEmpty()
        ? "That is too little to prove anything: see plan.hiddenBits."
        : String.format(
            Locale.ROOT,
            "that of one answer is within statistical distance 2^-%.1f of what follows from outputs alone.",
            distanceBits.getAsDouble());
  }

  private List<String> table(Plan plan) {
    TextLines text = new TextLines();
    text.add(
        "  %-3s %-24s %9s %9s %11s %9s %9s %7s %8s",
        "",
        "all on ciphertexts",
        "columns",
        "outputs",
        "products",
        "range",
        "error",
        "primes",
        "divided");
    for (Level level : levels) {
      text.add(
          "  %-3d %-24s %9d %9d %11d %9.1f %9.1g %7d %8d%s",
          level.index() + 1,
          TextLines.shorten(level.title(), 24),
          level.input().size(),
          level.output().size(),
          level.products() * plan.draws(),
          level.range(),
          level.error(),
          level.limbs(),
          level.dropped(),
          level.squared() ? "  squared" : "");
    }
    text.add(
        "  The range is what calibration saw, twice over: assumed, not proved. So is the error.");
    text.add("");
    return text.lines();
  }
}
