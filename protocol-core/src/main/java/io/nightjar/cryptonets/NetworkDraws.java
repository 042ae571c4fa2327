package io.nightjar.cryptonets;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Model;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.RealRows;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.LayerMath;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.ShapedColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The draws of the weights of whole networks, which a batch shares, because the data owner sees
 * only outputs.
 *
 * <p>Each row has a stream of its own, keyed by place, level and row.
 */
final class NetworkDraws implements Draws {

  private final Plan plan;
  private final List<Level> levels;
  private final List<LevelQuantisation> steps;
  private final Network network;
  private final TruncatedNormal normal;
  private final JobSecret secret;

  NetworkDraws(Model model, Plan plan, JobSecret secret) {
    this.plan = plan;
    this.levels = ((CryptonetsSheet) plan.sheet()).levels();
    this.steps = LevelQuantisation.of(model, plan.weightBits(), plan.clipSigmas());
    this.network = Network.withPoolSteps(model.architecture());
    this.normal = TruncatedNormal.clippedAt(plan.clipSigmas());
    this.secret = Objects.requireNonNull(secret, "secret");
  }

  /** Draws the weights of all levels. */
  DrawnNetwork network(DrawPlace place) {
    List<DrawnNetwork.Layer> layers = new ArrayList<>();
    for (LevelQuantisation quantisation : steps) {
      LinearStep step = quantisation.step();
      int[] weights = new int[step.rows() * step.terms()];
      double[] biases = new double[step.rows()];
      int[] integers = new int[step.terms()];
      for (int row = 0; row < step.rows(); row++) {
        biases[row] = quantisation.quantise(row, real(place.inLevel(layers.size()), row), integers);
        System.arraycopy(integers, 0, weights, row * step.terms(), step.terms());
      }
      Level level = levels.get(layers.size());
      layers.add(
          new DrawnNetwork.Layer(
              new DrawnNetwork.Linear(step, weights, biases), level.dropped(), level.squared()));
    }
    return new DrawnNetwork(layers);
  }

  @Override
  public RealColumns outputs(DrawPlace place, OwnerState state) {
    return OwnerMath.rescale(plan.rounds().get(place.round()), network(place).slots(state.reals()));
  }

  @Override
  public RealColumns realOutputs(DrawPlace place, RealColumns inputs) {
    RealColumns current = inputs;
    for (NetworkRound level : network.rounds()) {
      LinearStep step = level.step();
      double[][] rows = new double[step.rows()][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = real(place.inLevel(level.index()), row);
      }
      RealColumns outputs = RealRows.evaluate(step, rows, current);
      boolean last = level.index() == network.rounds().size() - 1;
      ShapedColumns shaped = new ShapedColumns(step.output(), outputs);
      current =
          last
              ? outputs
              : LayerMath.apply(level.activations(), shaped, true, Map.of(), Set.of()).columns();
    }
    return current;
  }

  private double[] real(DrawPlace place, int row) {
    List<StepWeights> members = steps.get(place.round()).members();
    StepWeights weights = members.get(place.draw() % members.size());
    if (weights.isPoint()) {
      return weights.means(row);
    }
    return weights.draw(
        row, normal, KeyedStream.openAt(secret, KeyedStream.Purpose.DRAW, place, row));
  }
}
