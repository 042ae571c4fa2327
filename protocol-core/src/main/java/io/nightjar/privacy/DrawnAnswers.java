package io.nightjar.privacy;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.OwnerMath;

/**
 * Answers without model privacy: the integers of a job's draws, as the data owner decrypts them.
 */
public final class DrawnAnswers implements Answers {

  private final Draws draws;
  private final Round round;
  private final RoundWeights weights;

  /** Creates the answers of one round to the rows that are attacked. */
  public DrawnAnswers(Draws draws, Plan plan, int round, RoundWeights weights) {
    this.draws = draws;
    this.round = plan.rounds().get(round);
    this.weights = weights;
  }

  @Override
  public RealColumns answer(long batch, int draw, RealColumns inputs) {
    IntegerColumns integers = OwnerMath.quantise(round.inputs(), inputs);
    RealColumns all =
        OwnerMath.rescale(round, draws.integers(batch, round.index(), draw).evaluate(integers));
    int perRow = round.positions() * inputs.records();
    double[] some = new double[weights.rows() * perRow];
    for (int row = 0; row < weights.rows(); row++) {
      System.arraycopy(all.values(), weights.row(row) * perRow, some, row * perRow, perRow);
    }
    return new RealColumns(weights.rows() * round.positions(), inputs.records(), some);
  }
}
