package io.nightjar.audit;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.rounds.RoundDraws;

/**
 * An oracle that answers as a job does: with the integers of its draws, as the data owner decrypts
 * them.
 */
public final class DrawnOracle implements RoundOracle {

  private final RoundDraws draws;
  private final Round round;
  private final RoundWeights weights;

  /** Creates the oracle of one round, for the rows that are attacked. */
  public DrawnOracle(RoundDraws draws, Plan plan, int round, RoundWeights weights) {
    this.draws = draws;
    this.round = plan.rounds().get(round);
    this.weights = weights;
  }

  @Override
  public RealColumns answer(long batch, int draw, RealColumns inputs) {
    IntegerColumns integers = OwnerMath.quantise(round.inputs(), inputs).integers();
    DrawPlace place = DrawPlace.withoutInput(batch, round.index(), draw);
    int perRow = round.positions() * inputs.records();
    double[] some = new double[weights.rows() * perRow];
    for (int i = 0; i < weights.rows(); i++) {
      int row = weights.row(i);
      long[] outputs = draws.step(place, new RowRange(row, 1)).evaluate(integers).values();
      double scale = round.outputScale(row * round.positions());
      for (int j = 0; j < perRow; j++) {
        some[i * perRow + j] = outputs[j] * scale;
      }
    }
    return new RealColumns(weights.rows() * round.positions(), inputs.records(), some);
  }
}
