package io.nightjar.rounds;

import io.nightjar.draw.DrawPlace;
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
import io.nightjar.plan.RowRange;
import java.util.List;
import java.util.Objects;

/**
 * The draws of weights that all records of a batch share.
 *
 * <p>Each row has a stream of its own, keyed by place, row and attempt. A row of integers that is
 * not within the plan's bounds is drawn again with the next attempt.
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

  /**
   * Draws rows; integers are written where they stay, because the layers of the step take the array
   * over.
   */
  @Override
  public BatchStep step(DrawPlace place, RowRange rows) {
    LinearStep step = steps.get(place.round()).step();
    int[] weights = new int[rows.count() * step.terms()];
    long[] biases = new long[rows.count()];
    for (int i = 0; i < rows.count(); i++) {
      Row row = new Row(weights, i * step.terms());
      draw(place, rows.first() + i, row);
      biases[i] = row.bias;
    }
    return BatchStep.take(step, rows.first(), weights, biases);
  }

  @Override
  public RealStep reals(DrawPlace place) {
    LinearStep step = steps.get(place.round()).step();
    double[][] rows = new double[step.rows()][];
    for (int row = 0; row < rows.length; row++) {
      Row drawn = new Row(new int[step.terms()], 0);
      draw(place, row, drawn);
      rows[row] = drawn.real;
    }
    return input -> RealRows.evaluate(step, rows, input);
  }

  /** One drawn row, before and after rounding; its integers are a part of an array. */
  private static final class Row {
    private final int[] weights;
    private final int first;
    private double[] real = new double[0];
    private long bias;

    Row(int[] weights, int first) {
      this.weights = weights;
      this.first = first;
    }
  }

  private void draw(DrawPlace place, int number, Row row) {
    StepQuantisation quantisation = steps.get(place.round());
    RowBounds bounds = quantisation.bounds(number);
    int terms = quantisation.step().terms();
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      row.real = draw(place, number, attempt);
      row.bias = quantisation.quantise(number, row.real, row.weights, row.first);
      if (bounds.hold(row.weights, row.first, terms, row.bias)) {
        return;
      }
    }
    throw new IllegalStateException(
        "Row %d of %s was outside its bounds %d times in a row: %s"
            .formatted(number, quantisation.step().title(), MAX_ATTEMPTS, bounds));
  }

  private double[] draw(DrawPlace place, int row, int attempt) {
    List<StepWeights> candidates = members.get(place.round());
    StepWeights weights = candidates.get(place.draw() % candidates.size());
    if (weights.isPoint()) {
      return weights.means(row);
    }
    KeyedStream stream = KeyedStream.openAt(secret, KeyedStream.Purpose.DRAW, place, row, attempt);
    return weights.draw(row, normal, stream);
  }
}
