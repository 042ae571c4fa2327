package io.nightjar.reference;

import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Model;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.Predictions;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores records in the clear with the same draws in double precision: what the network would say
 * if nothing were quantised.
 */
public final class FloatEvaluator {

  private final Plan plan;
  private final Draws draws;
  private final Network network;

  /** Creates an evaluator for a model, its plan and the draws of a job. */
  public FloatEvaluator(Model model, Plan plan, Draws draws) {
    this.plan = plan;
    this.draws = draws;
    this.network = Network.of(model.architecture());
  }

  /** Scores one batch. */
  public Predictions score(long batch, RealColumns records) {
    List<RealColumns> outputs = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      OwnerState state = OwnerState.of(plan, records);
      for (NetworkRound round : network.rounds()) {
        double[][] rows = draws.reals(batch, round.index(), draw);
        RealColumns result = evaluate(round.step(), rows, state.reals());
        state = state.after(plan.rounds().get(round.index()), result);
      }
      outputs.add(state.output());
    }
    return Predictions.average(plan.task(), outputs);
  }

  private static RealColumns evaluate(LinearStep step, double[][] rows, RealColumns input) {
    int records = input.records();
    double[] from = input.values();
    double[] to = new double[step.output().size() * records];
    for (int row = 0; row < step.rows(); row++) {
      int[] gathered = step.gathered(row / step.rowsPerGroup());
      for (int position = 0; position < step.positions(); position++) {
        int target = (row * step.positions() + position) * records;
        java.util.Arrays.fill(to, target, target + records, rows[row][step.terms()]);
        for (int k = 0; k < step.terms(); k++) {
          int column = gathered[position * step.terms() + k];
          if (column == IntegerLayer.NO_COLUMN) {
            continue;
          }
          double weight = rows[row][k];
          for (int j = 0; j < records; j++) {
            to[target + j] += weight * from[column * records + j];
          }
        }
      }
    }
    return new RealColumns(step.output().size(), records, to);
  }
}
