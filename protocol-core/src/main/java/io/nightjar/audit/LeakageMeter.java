package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.privacy.Leakage;
import io.nightjar.privacy.LeakageCurve;
import io.nightjar.privacy.RoundLeakage;
import io.nightjar.privacy.Undrawn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Predicts how well the mean weights of each round are known to a data owner after so many records.
 *
 * <p>The error is the root mean square error of the best linear estimate over the root mean square
 * of the weights; it starts at 1. The data owner computes the inputs of every round, so it may
 * choose them, and each round is attacked by itself. The estimate knows the spread of each layer's
 * weights and deviations, and nothing else about them.
 */
public final class LeakageMeter {

  /** The numbers of records that a curve has errors for. */
  private static final List<Long> RECORDS =
      List.of(100L, 1_000L, 10_000L, 100_000L, 1_000_000L, 10_000_000L, 100_000_000L);

  private LeakageMeter() {}

  /**
   * Measures what the rounds of a plan leak.
   *
   * @param calibration records such as the data owner has, from which the natural inputs are
   *     computed
   */
  public static Leakage measure(Attacked attacked, Optional<RealColumns> calibration) {
    Plan plan = attacked.plan();
    AnswerNoise noise = AnswerNoise.of(attacked);
    Optional<List<RealColumns>> inputs =
        calibration.map(records -> NaturalInputs.of(attacked, records));
    List<RoundLeakage> rounds = new ArrayList<>();
    for (RoundWeights weights : RoundWeights.of(attacked)) {
      int index = rounds.size();
      Probes probes = new Probes(weights.step(), weights.largestInput());
      rounds.add(
          new RoundLeakage(
              index,
              plan.rounds().get(index).title(),
              weights.terms(),
              weights.rows(),
              inputs.map(all -> curve(new NaturalLaw(weights, noise, all.get(index)))),
              curve(new AloneLaw(weights, noise, probes)),
              curve(new TogetherLaw(weights, noise, probes))));
    }
    return new Leakage(
        plan.model(),
        plan.protocol(),
        plan.privacy(),
        plan.draws(),
        plan.batchSize(),
        calibration.map(RealColumns::records).orElse(0),
        rounds,
        attacked.ciphertexts(),
        Undrawn.remark(attacked.model()));
  }

  private static LeakageCurve curve(ErrorLaw law) {
    return LeakageCurve.of(law::error, RECORDS);
  }
}
