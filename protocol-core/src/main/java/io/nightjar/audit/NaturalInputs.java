package io.nightjar.audit;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.RealRows;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.OwnerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes the inputs that every round has for given records. */
public final class NaturalInputs {

  private NaturalInputs() {}

  /**
   * Runs records through the network of the mean weights, and returns the quantised inputs of every
   * round: what a data owner uploads, but for the draws of earlier rounds.
   */
  public static List<RealColumns> of(Attacked attacked, RealColumns records) {
    Plan plan = attacked.plan();
    List<RealColumns> inputs = new ArrayList<>();
    OwnerState state = OwnerState.of(plan, records);
    for (NetworkRound round : attacked.network().rounds()) {
      Round planned = plan.rounds().get(round.index());
      inputs.add(quantised(planned, state));
      StepWeights weights =
          new StepWeights(round.step(), attacked.model().posterior().members().get(0));
      double[][] means = new double[round.step().rows()][];
      Arrays.setAll(means, weights::means);
      RealColumns outputs = RealRows.evaluate(round.step(), means, state.reals());
      state = state.after(planned, outputs);
    }
    return inputs;
  }

  private static RealColumns quantised(Round round, OwnerState state) {
    IntegerColumns integers = state.integers(round);
    double[] values = new double[integers.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers.values()[i] * round.inputs().scale();
    }
    return new RealColumns(integers.columns(), integers.records(), values);
  }
}
