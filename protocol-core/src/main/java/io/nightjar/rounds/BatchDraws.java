package io.nightjar.rounds;

import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.RealRows;
import io.nightjar.network.StepWeights;
import io.nightjar.plan.Plan;
import java.util.List;
import java.util.Objects;

/**
 * The draws of weights that all records of a batch share.
 *
 * <p>Each row has a stream of its own, keyed by (batch, round, draw, row, attempt). A row of
 * integers that is not within the plan's bounds is drawn again with the next attempt.
 */
public final class BatchDraws extends RoundDraws {

  /** The most attempts; a row that fails so often is a mistake in the bounds, not bad luck. */
  private static final int MAX_ATTEMPTS = 100;

  private final Posterior posterior;
  private final List<StepQuantisation> steps;
  private final List<List<StepWeights>> members;
  private final TruncatedNormal normal;
  private final JobSecret secret;

  /** Creates the draws of a job that follows a plan. */
  public BatchDraws(Model model, Plan plan, JobSecret secret) {
    super(plan);
    this.posterior = model.posterior();
    this.steps =
        StepPlanner.quantisations(
            model, Network.of(model.architecture()), plan, StepPlanner::forBatches);
    this.members =
        steps.stream()
            .map(
                step ->
                    posterior.members().stream()
                        .map(member -> new StepWeights(step.step(), member))
                        .toList())
            .toList();
    this.normal = TruncatedNormal.clippedAt(plan.clipSigmas());
    this.secret = Objects.requireNonNull(secret, "secret");
  }

  @Override
  public BatchStep step(long batch, int round, int draw, RowRange rows) {
    LinearStep step = steps.get(round).step();
    int[] weights = new int[rows.count() * step.terms()];
    long[] biases = new long[rows.count()];
    for (int i = 0; i < rows.count(); i++) {
      Row drawn = row(batch, round, draw, rows.first() + i);
      System.arraycopy(drawn.weights, 0, weights, i * step.terms(), step.terms());
      biases[i] = drawn.bias;
    }
    return BatchStep.of(step, rows.first(), weights, biases);
  }

  @Override
  public RealStep reals(long batch, int round, int draw) {
    LinearStep step = steps.get(round).step();
    double[][] rows = new double[step.rows()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row(batch, round, draw, row).real;
    }
    return input -> RealRows.evaluate(step, rows, input);
  }

  /** One drawn row, before and after rounding. */
  private static final class Row {
    private final double[] real;
    private final int[] weights;
    private final long bias;

    Row(StepQuantisation quantisation, int row, double[] real) {
      this.real = real;
      this.weights = new int[quantisation.step().terms()];
      this.bias = quantisation.quantise(row, real, weights);
    }
  }

  private Row row(long batch, int round, int draw, int row) {
    StepQuantisation quantisation = steps.get(round);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Row drawn = new Row(quantisation, row, draw(batch, round, draw, row, attempt));
      if (quantisation.bounds(row).hold(drawn.weights, drawn.bias)) {
        return drawn;
      }
    }
    throw new IllegalStateException(
        "Row %d of %s was outside its bounds %d times in a row: %s"
            .formatted(row, quantisation.step().title(), MAX_ATTEMPTS, quantisation.bounds(row)));
  }

  private double[] draw(long batch, int round, int draw, int row, int attempt) {
    List<StepWeights> candidates = members.get(round);
    StepWeights weights = candidates.get(draw % candidates.size());
    if (weights.isPoint()) {
      return weights.means(row);
    }
    KeyedStream stream =
        KeyedStream.open(secret, KeyedStream.Purpose.DRAW, batch, round, draw, row, attempt);
    return weights.draw(row, normal, stream);
  }
}
