package io.nightjar.plan;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Layer;
import io.nightjar.model.Shape;
import io.nightjar.model.Shapes;
import io.nightjar.model.Task;
import io.nightjar.model.WeightedLayer;
import java.util.List;
import java.util.regex.Pattern;

/** Checks that a plan from another party fits together and is one that a data owner may follow. */
final class PlanChecks {

  private static final int MAX_ROUNDS = 4096;
  private static final int MAX_DRAWS = 64;
  private static final double MAX_CLIP_SIGMAS = 8;
  private static final int LEAST_BITS = 2;
  private static final int MAX_ACTIVATION_BITS = 12;

  /** The most bits of weights: planners give them up to four more than is asked for. */
  private static final int MAX_WEIGHT_BITS = 20;

  /** What a data owner holds of a record is at most so many times what is encrypted at once. */
  private static final int MOST_GROWTH = 64;

  private static final int ALWAYS_HELD = 4096;

  /** Names and titles go to terminals and reports, so they are plain text. */
  private static final Pattern TITLE = Pattern.compile("[\\w.+ -]{1,1000}");

  private final Plan plan;
  private final Shapes shapes;
  private final long mostHeld;

  private PlanChecks(Plan plan) {
    this.plan = plan;
    this.shapes = new Shapes(plan.input().shape());
    int encrypted =
        plan.rounds().stream()
            .mapToInt(round -> Math.max(round.input().size(), round.output().size()))
            .reduce(plan.input().shape().size(), Math::max);
    this.mostHeld = Math.max(ALWAYS_HELD, (long) MOST_GROWTH * encrypted);
  }

  static void check(Plan plan, Security least) {
    try {
      new PlanChecks(plan).check(least);
    } catch (InvalidModelException | IllegalArgumentException e) { // layers, options
      throw new InvalidPlanException("The plan does not fit together: " + e.getMessage(), e);
    }
  }

  private void check(Security least) {
    requireRange("draws", plan.draws(), 1, MAX_DRAWS);
    requireRange("activation bits", plan.activationBits(), LEAST_BITS, MAX_ACTIVATION_BITS);
    requireRange("weight bits", plan.weightBits(), LEAST_BITS, MAX_WEIGHT_BITS);
    require(
        plan.clipSigmas() > 0 && plan.clipSigmas() <= MAX_CLIP_SIGMAS,
        "The clip must be above 0 and at most %.0f sigmas, not %s"
            .formatted(MAX_CLIP_SIGMAS, plan.clipSigmas()));
    plan.sheet().check(plan, least);
    require(TITLE.matcher(plan.model()).matches(), "its model's name is not plain text");
    int rounds = plan.rounds().size();
    require(rounds >= 1 && rounds <= MAX_ROUNDS, "it has %d rounds".formatted(rounds));
    owners(plan.preparation());
    for (int i = 0; i < rounds; i++) {
      round(plan.rounds().get(i), i);
    }
    Shape shape = shapes.current();
    require(shape.isFlat(), "its output has the shape %s".formatted(shape));
    int classes = plan.classes().size();
    require(
        plan.task() == Task.REGRESSION ? classes == 0 : classes == shape.size() && classes >= 2,
        "it has %d outputs for %d classes".formatted(shape.size(), classes));
  }

  private static void requireRange(String what, int value, int least, int most) {
    require(
        value >= least && value <= most,
        "The %s must be from %d to %d, not %d".formatted(what, least, most, value));
  }

  private void round(Round round, int index) {
    String where = "round %d ".formatted(index);
    require(TITLE.matcher(round.title()).matches(), where + "has a title that is not plain text");
    require(round.index() == index, (where + "has the number %d").formatted(round.index()));
    require(
        round.input().equals(shapes.current()),
        (where + "takes %s, not %s").formatted(round.input(), shapes.current()));
    require(
        plan.layout().uploaded(round) <= EncryptedBlock.MAX_CIPHERTEXTS
            && plan.layout().returned(round) <= EncryptedBlock.MAX_CIPHERTEXTS,
        (where + "has more than %d ciphertexts").formatted(EncryptedBlock.MAX_CIPHERTEXTS));
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
        round.bound() >= 0 && round.bound() < plan.sheet().plainLimit().orElse(Long.MAX_VALUE),
        (where + "has a bound of %d, which its plain modulus does not hold")
            .formatted(round.bound()));
    require(
        round.noiseMarginBits() >= 0 && Double.isFinite(round.noiseMarginBits()),
        (where + "has a noise margin of %s bits").formatted(round.noiseMarginBits()));
    shapes.put(round.result(), round.output());
    owners(round.activations());
  }

  private void owners(List<Layer> layers) {
    for (Layer layer : layers) {
      require(
          !(layer instanceof WeightedLayer) && !(layer instanceof BatchNorm),
          "the data owner cannot apply layer '%s'".formatted(layer.name()));
      int held = shapes.next(layer).size();
      require(
          held <= mostHeld,
          "layer '%s' makes %,d elements of a record, of which %,d would be held"
              .formatted(layer.name(), held, mostHeld));
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidPlanException("The plan does not fit together: " + otherwise);
    }
  }
}
