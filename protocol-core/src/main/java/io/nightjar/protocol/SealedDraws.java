package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Model;
import io.nightjar.model.Shape;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.NetworkRound;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Planner;
import io.nightjar.plan.SealedLevel;
import io.nightjar.plan.SealedQuantisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Weights of whole networks, one draw for a batch: the data owner sees only outputs.
 *
 * <p>Each row has a stream of its own, keyed by (batch, level, draw, row).
 */
final class SealedDraws extends Draws {

  private final Plan plan;
  private final List<SealedQuantisation> steps;
  private final Network network;
  private final TruncatedNormal normal;
  private final JobSecret secret;

  SealedDraws(Model model, Plan plan, JobSecret secret) {
    super(plan);
    this.plan = plan;
    this.steps = Planner.sealedQuantisations(model, plan);
    this.network = Network.withPoolSteps(model.architecture());
    this.normal = TruncatedNormal.clippedAt(plan.clipSigmas());
    this.secret = Objects.requireNonNull(secret, "secret");
  }

  @Override
  public SealedStep step(long batch, int round, int draw, RowRange rows) {
    if (rows.first() != 0 || rows.count() != plan.rounds().get(round).rows()) {
      throw new IllegalArgumentException("A whole network has all rows, not " + rows);
    }
    List<SealedStep.Layer> layers = new ArrayList<>();
    for (SealedQuantisation quantisation : steps) {
      LinearStep step = quantisation.step();
      int[] weights = new int[step.rows() * step.terms()];
      double[] biases = new double[step.rows()];
      int[] integers = new int[step.terms()];
      for (int row = 0; row < step.rows(); row++) {
        biases[row] = quantisation.quantise(row, real(batch, layers.size(), draw, row), integers);
        System.arraycopy(integers, 0, weights, row * step.terms(), step.terms());
      }
      SealedLevel level = plan.levels().get(layers.size());
      layers.add(
          new SealedStep.Layer(
              new SealedStep.Linear(step, weights, biases), level.dropped(), level.squared()));
    }
    return new SealedStep(steps.get(steps.size() - 1).step(), layers);
  }

  @Override
  public RealStep reals(long batch, int round, int draw) {
    return input -> {
      RealColumns current = input;
      for (NetworkRound level : network.rounds()) {
        LinearStep step = level.step();
        double[][] rows = new double[step.rows()][];
        for (int row = 0; row < rows.length; row++) {
          rows[row] = real(batch, level.index(), draw, row);
        }
        RealColumns outputs = RealRows.evaluate(step, rows, current);
        boolean last = level.index() == network.rounds().size() - 1;
        Shape shape = step.output();
        current =
            last
                ? outputs
                : OwnerMath.apply(level.activations(), shape, outputs, true, Map.of(), Set.of());
      }
      return current;
    };
  }

  private double[] real(long batch, int level, int draw, int row) {
    List<StepWeights> members = steps.get(level).members();
    StepWeights weights = members.get(draw % members.size());
    if (weights.isPoint()) {
      return weights.means(row);
    }
    KeyedStream stream =
        KeyedStream.open(secret, KeyedStream.Purpose.DRAW, batch, level, draw, row);
    return weights.draw(row, normal, stream);
  }
}
