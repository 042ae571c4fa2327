package io.nightjar.audit;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.privacy.AttackResult;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.Leakage;
import io.nightjar.privacy.NoiseRecovery;
import io.nightjar.rounds.RoundDraws;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a model's leakage, and attacks the model by its answers in the clear and by the noise of
 * its ciphertexts.
 *
 * <p>An attack on a round takes a sample of the rows, and as many records as can be answered in
 * seconds.
 */
public final class Audit {

  /** The largest number of rows that are attacked of a round. */
  private static final int ROWS = 16;

  /** The largest number of weights that are estimated together. */
  private static final int MOST_TOGETHER = 256;

  /** The rough number of multiplications that one attack may take. */
  private static final double MOST_WORK = 1e9;

  private static final int MOST_RECORDS = 100_000;

  /** The cost of drawing one deviation, in multiplications. */
  private static final double DEVIATION_WORK = 30;

  private final Plan plan;
  private final AnswerNoise noise;
  private final Optional<List<RealColumns>> inputs;
  private final RoundDraws draws;

  private Audit(Attacked attacked, RoundDraws draws, Optional<RealColumns> calibration) {
    this.plan = attacked.plan();
    this.noise = AnswerNoise.of(attacked);
    this.inputs = calibration.map(records -> NaturalInputs.of(attacked, records));
    this.draws = draws;
  }

  /**
   * Audits a model under a plan.
   *
   * @param draws the draws of a job with a secret of its own
   * @param calibration records such as the data owner has; without them nothing is said of natural
   *     inputs
   * @param ofCiphertexts what the noise of ciphertexts gave away, where there is any
   */
  public static AuditResult run(
      Attacked attacked,
      RoundDraws draws,
      Optional<RealColumns> calibration,
      List<NoiseRecovery> ofCiphertexts) {
    Audit audit = new Audit(attacked, draws, calibration);
    Leakage leakage = LeakageMeter.measure(attacked, calibration);
    List<List<AttackResult>> attacks = new ArrayList<>();
    for (RoundWeights weights : RoundWeights.of(attacked)) {
      attacks.add(audit.attacks(attacks.size(), weights));
    }
    return new AuditResult(leakage, attacks, ofCiphertexts);
  }

  private List<AttackResult> attacks(int round, RoundWeights all) {
    Probes probes = new Probes(all.step(), all.largestInput());
    int together =
        probes.sources().stream().mapToInt(source -> source.terms().length).max().orElse(1);
    RoundWeights weights = all.sample(Math.max(2, Math.min(ROWS, MOST_TOGETHER / together)));
    RoundOracle oracle = new DrawnOracle(draws, plan, round, weights);
    List<AttackResult> results = new ArrayList<>();
    inputs.ifPresent(natural -> results.addAll(leastSquares(weights, oracle, natural.get(round))));
    results.addAll(probes(weights, oracle, probes));
    return results;
  }

  private List<AttackResult> leastSquares(
      RoundWeights weights, RoundOracle oracle, RealColumns natural) {
    double terms = weights.terms();
    double work = terms * terms / 2 * weights.step().positions() * weights.groups().length;
    int most = 1000;
    while (most < MOST_RECORDS && 10 * most * (work + answering(weights)) <= MOST_WORK) {
      most *= 10;
    }
    NaturalLaw law = new NaturalLaw(weights, noise, natural);
    List<AttackResult> results = new ArrayList<>();
    for (int records = most / 100; records <= most; records *= 10) {
      double error = new LeastSquaresAttack(weights, noise).run(oracle, natural, records);
      results.add(new AttackResult("least squares", records, law.error(records), error));
    }
    return results;
  }

  private List<AttackResult> probes(RoundWeights weights, RoundOracle oracle, Probes probes) {
    AloneLaw alone = new AloneLaw(weights, noise, probes);
    TogetherLaw rowsTogether = new TogetherLaw(weights, noise, probes);
    List<AttackResult> results = new ArrayList<>();
    double least = probes.leastRecords(noise.batchSize());
    for (double records = least; records <= 100 * least; records *= 10) {
      if (records > least && records * answering(weights) > MOST_WORK) {
        break;
      }
      int count = (int) records;
      ProbeAttack.Errors errors = new ProbeAttack(weights, noise).run(oracle, count);
      results.add(new AttackResult("single inputs", count, alone.error(count), errors.alone()));
      results.add(
          new AttackResult(
              "single inputs, rows together", count, rowsTogether.error(count), errors.together()));
    }
    return results;
  }

  /** Returns the multiplications that answering one record takes. */
  private double answering(RoundWeights weights) {
    double ofRow =
        2.0 * weights.terms() * weights.step().positions()
            + DEVIATION_WORK * weights.step().input().size();
    return noise.draws() * weights.rows() * ofRow;
  }
}
