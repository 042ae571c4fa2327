package io.nightjar.plan;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.Scheme;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Softmax;
import io.nightjar.model.Task;
import io.nightjar.model.WeightedLayer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Whether a plan from another party fits together and is one that a data owner may follow. */
final class PlanChecks {

  private static final int MAX_ROUNDS = 4096;

  /** It goes to terminals and reports. */
  private static final Pattern TITLE = Pattern.compile("[\\w.+ -]{1,1000}");

  private final Plan plan;
  private final Map<String, Shape> known = new HashMap<>();

  private PlanChecks(Plan plan) {
    this.plan = plan;
  }

  static void check(Plan plan, PlanOptions.Security least) {
    try {
      new PlanChecks(plan).check(least);
    } catch (InvalidModelException | IllegalArgumentException e) { // layers, options
      throw new InvalidPlanException("The plan does not fit together: " + e.getMessage(), e);
    }
  }

  private void check(PlanOptions.Security least) {
    require(
        Arrays.stream(Protocol.values()).anyMatch(known -> known.text().equals(plan.protocol())),
        "its protocol is '%s'".formatted(plan.protocol()));
    require(
        plan.isPaillier() == plan.protocol().equals(Protocol.TWO_PARTY_DNN.text()),
        "its protocol does not go with %s".formatted(plan.encryption()));
    new PlanOptions( // which checks the ranges
        Protocol.BAYHENN,
        plan.draws(),
        plan.activationBits(),
        plan.weightBits(),
        plan.clipSigmas(),
        plan.privacy(),
        0,
        least,
        0);
    if (plan.isPaillier()) {
      paillier(least);
    } else {
      lattice(least);
    }
    require(TITLE.matcher(plan.model()).matches(), "its model's name is not plain text");
    int rounds = plan.rounds().size();
    require(rounds >= 1 && rounds <= MAX_ROUNDS, "it has %d rounds".formatted(rounds));
    known.put(ResidualAdd.INPUT, plan.input().shape());
    Shape shape = owners(plan.preparation(), plan.input().shape(), false);
    for (int i = 0; i < rounds; i++) {
      shape = round(plan.rounds().get(i), i, shape, i == rounds - 1);
    }
    require(shape.isFlat(), "its output has the shape %s".formatted(shape));
    int classes = plan.classes().size();
    require(
        plan.task() == Task.REGRESSION ? classes == 0 : classes == shape.size() && classes >= 2,
        "it has %d outputs for %d classes".formatted(shape.size(), classes));
  }

  /** Fields as wide as {@link PaillierPlanner} makes them, so that results have their guard. */
  private void paillier(PlanOptions.Security least) {
    PaillierParameters parameters = plan.paillier();
    long largest = 1;
    for (Round round : plan.rounds()) {
      largest = Math.max(largest, Math.max(round.bound(), round.inputs().largest()));
    }
    require(
        least == PlanOptions.Security.INSECURE_FOR_TESTS || parameters.isSecure(),
        "its modulus of %d bits can be factored".formatted(parameters.modulusBits()));
    require(
        parameters.fieldBits() == PaillierPlanner.valueBits(largest) + PaillierPlanner.GUARD_BITS,
        "its fields have %d bits for numbers up to %d".formatted(parameters.fieldBits(), largest));
    require(
        plan.privacy() == ModelPrivacy.NONE
            && plan.packing() == Packing.COEFFICIENTS
            && plan.form() == Form.COEFFICIENT
            && plan.resultLimbs() == 0
            && plan.floodBits() == 0,
        "with Paillier it has the packing, form, primes, noise or privacy of lattices");
  }

  private void lattice(PlanOptions.Security least) {
    HeParameters parameters = plan.parameters();
    Scheme scheme = plan.protocol().equals(Protocol.BAYHENN.text()) ? Scheme.BFV : Scheme.CKKS;
    require(parameters.scheme() == scheme, "its scheme is %s".formatted(parameters.scheme()));
    require(
        least == PlanOptions.Security.INSECURE_FOR_TESTS
            || parameters.securityBits() >= HeParameters.STANDARD_SECURITY_BITS,
        "its parameters have no %d-bit security".formatted(HeParameters.STANDARD_SECURITY_BITS));
    if (plan.isSealed()) {
      sealed();
    } else {
      privacy();
    }
  }

  /** One round, whose levels are nobody's business but to show them. */
  private void sealed() {
    int limbs = plan.parameters().dataLimbs();
    require(
        plan.rounds().size() == 1
            && !plan.levels().isEmpty()
            && plan.levels().size() <= MAX_ROUNDS
            && plan.privacy() == ModelPrivacy.NONE
            && plan.packing() == Packing.SLOTS
            && plan.form() == Form.NTT
            && plan.parameters().canSwitchKeys()
            && plan.resultLimbs() >= 1
            && plan.resultLimbs() <= limbs
            && plan.floodBits() >= 0
            && plan.floodBits() <= 60 * limbs
            && plan.scaleBits() >= 1
            && plan.scaleBits() <= 100,
        "it is sealed and has %d rounds, %d levels, a scale of %d bits, and results of %d primes under %d bits of noise"
            .formatted(
                plan.rounds().size(),
                plan.levels().size(),
                plan.scaleBits(),
                plan.resultLimbs(),
                plan.floodBits()));
    for (int i = 0; i < plan.levels().size(); i++) {
      SealedLevel level = plan.levels().get(i);
      require(
          level.index() == i
              && TITLE.matcher(level.title()).matches()
              && level.rows() == level.output().channels()
              && level.positions() == level.output().height() * level.output().width()
              && level.terms() >= 1
              && level.dropped() >= 0
              && level.limbs() > level.dropped()
              && level.limbs() <= limbs
              && Double.isFinite(level.range())
              && Double.isFinite(level.error()),
          "level %d contradicts itself".formatted(i));
    }
  }

  /** Results of a private plan are flooded, and every other is as it was evaluated. */
  private void privacy() {
    int limbs = plan.parameters().dataLimbs();
    boolean fits =
        plan.privacy() == ModelPrivacy.NONE
            ? plan.packing() == Packing.COEFFICIENTS
                && plan.resultLimbs() == limbs
                && plan.floodBits() == 0
            : plan.packing() == Packing.SLOTS
                && plan.parameters().supportsSlotPacking()
                && plan.resultLimbs() >= 1
                && plan.resultLimbs() <= limbs
                && plan.floodBits() >= 1
                && plan.floodBits() <= 60 * limbs;
    require(
        fits && plan.form() == Form.NTT,
        "with model privacy '%s' it packs %s of form %s, and has results of %d primes under %d bits of noise"
            .formatted(
                plan.privacy().text(),
                plan.packing(),
                plan.form(),
                plan.resultLimbs(),
                plan.floodBits()));
  }

  private Shape round(Round round, int index, Shape shape, boolean last) {
    String where = "round %d ".formatted(index);
    require(TITLE.matcher(round.title()).matches(), where + "has a title that is not plain text");
    require(round.index() == index, (where + "has the number %d").formatted(round.index()));
    require(
        round.input().equals(shape), (where + "takes %s, not %s").formatted(round.input(), shape));
    require(
        round.inputColumns() <= BlockShape.MAX_COLUMNS
            && round.outputColumns() <= BlockShape.MAX_COLUMNS,
        (where + "has more than %d columns").formatted(BlockShape.MAX_COLUMNS));
    require(
        round.rows() == round.output().channels()
            && round.positions() == round.output().height() * round.output().width()
            && round.terms() >= 1
            && round.products() == (long) round.rows() * round.terms() * round.positions(),
        where + "has rows, terms, positions and products that contradict each other");
    require(
        round.outputScales().size() == round.rows()
            && round.outputScales().stream().allMatch(s -> s > 0 && Double.isFinite(s)),
        (where + "needs %d positive output scales").formatted(round.rows()));
    int most = 1 << plan.activationBits();
    require(round.inputs().largest() <= most, (where + "has inputs up to %d").formatted(most));
    require(
        round.bound() >= 0 && (plan.isSealed() || round.bound() < plan.plainLimit()),
        (where + "has a bound of %d, which its plain modulus does not hold")
            .formatted(round.bound()));
    require(
        round.noiseMarginBits() >= 0 && Double.isFinite(round.noiseMarginBits()),
        (where + "has a noise margin of %s bits").formatted(round.noiseMarginBits()));
    require(
        known.put(round.result(), round.output()) == null,
        (where + "has the result '%s' again").formatted(round.result()));
    return owners(round.activations(), round.output(), last);
  }

  private Shape owners(List<Layer> layers, Shape input, boolean last) {
    Shape shape = input;
    for (Layer layer : layers) {
      require(
          !(layer instanceof WeightedLayer) && !(layer instanceof BatchNorm),
          "the data owner cannot apply layer '%s'".formatted(layer.name()));
      if (layer instanceof ResidualAdd add) {
        require(
            shape.equals(known.get(add.from())),
            "layer '%s' adds '%s', which is not there or of another shape"
                .formatted(layer.name(), add.from()));
      }
      require(
          !(layer instanceof Softmax) || last,
          "'%s' is not in the last round".formatted(layer.name()));
      shape = layer.output(shape);
      require(
          known.put(layer.name(), shape) == null,
          "two layers are called '%s'".formatted(layer.name()));
    }
    return shape;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidPlanException("The plan does not fit together: " + otherwise);
    }
  }
}
