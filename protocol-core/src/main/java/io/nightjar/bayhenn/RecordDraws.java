package io.nightjar.bayhenn;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.RecordNoise;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.draw.TruncatedNormal;
import io.nightjar.model.Model;
import io.nightjar.network.LinearStep;
import io.nightjar.network.Network;
import io.nightjar.network.RealRows;
import io.nightjar.plan.Plan;
import io.nightjar.plan.RowRange;
import io.nightjar.rounds.RealStep;
import io.nightjar.rounds.RoundDraws;
import io.nightjar.rounds.RowBounds;
import io.nightjar.rounds.StepPlanner;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The draws of weights for every record.
 *
 * <p>The part of a row that the records of a batch share (its means and deviations as integers, and
 * signs) follows from a stream keyed by place, row and attempt. The integers of the records follow
 * from a seed keyed by place.
 */
final class RecordDraws extends RoundDraws {

  private static final int SEED_BYTES = 32;

  /** The most attempts; a row that fails so often is a mistake in the bounds, not bad luck. */
  private static final int MAX_ATTEMPTS = 100;

  private final List<RecordQuantisation> steps;
  private final List<RecordNoise> noises;
  private final TruncatedNormal normal;
  private final JobSecret secret;

  RecordDraws(Model model, Plan plan, JobSecret secret) {
    super(plan);
    this.steps =
        StepPlanner.quantisations(
            model, Network.withPoolsApart(model.architecture()), plan, RecordQuantisation::of);
    this.noises = steps.stream().map(step -> new RecordNoise(step.normal().cumulative())).toList();
    this.normal = TruncatedNormal.clippedAt(plan.clipSigmas());
    this.secret = Objects.requireNonNull(secret, "secret");
  }

  @Override
  public RecordStep step(DrawPlace place, RowRange rows) {
    RecordQuantisation quantisation = steps.get(place.round());
    LinearStep step = quantisation.step();
    int terms = step.terms();
    int[] weights = new int[rows.count() * terms];
    long[] biases = new long[rows.count()];
    int[] deviations = new int[rows.count() * (terms + 1)];
    for (int i = 0; i < rows.count(); i++) {
      Row row = row(place, rows.first() + i);
      System.arraycopy(row.weights(), 0, weights, i * terms, terms);
      biases[i] = row.means[terms];
      System.arraycopy(row.deviations, 0, deviations, i * (terms + 1), terms + 1);
    }
    return RecordStep.take(
        step,
        rows.first(),
        weights,
        biases,
        deviations,
        noises.get(place.round()),
        seed(place),
        quantisation.one());
  }

  private byte[] seed(DrawPlace place) {
    byte[] seed = new byte[SEED_BYTES];
    KeyedStream.openAt(secret, KeyedStream.Purpose.RECORD, place).nextBytes(seed);
    return seed;
  }

  /** The part of one row that all records of a batch share; the bias is last. */
  private static final class Row {
    private final double[] reals;
    private final long[] means;
    private final int[] deviations;

    Row(RecordQuantisation quantisation, int row, TruncatedNormal normal, KeyedStream stream) {
      this.reals = quantisation.means(row);
      double[] batch = quantisation.batchDeviations(row);
      double[] wanted = quantisation.deviations(row);
      int last = reals.length - 1;
      this.means = new long[reals.length];
      this.deviations = new int[reals.length];
      for (int k = 0; k <= last; k++) {
        reals[k] += batch[k] * normal.sample(stream);
        int deviation = deviation(wanted[k], stream.nextUnit());
        long width = k < last ? deviation : deviation * quantisation.one();
        means[k] = dithered(reals[k], width, stream.nextUnit());
        deviations[k] = stream.nextUnit() < 0.5 ? -deviation : deviation;
      }
    }

    int[] weights() {
      int[] weights = new int[means.length - 1];
      Arrays.setAll(weights, k -> (int) means[k]);
      return weights;
    }
  }

  private Row row(DrawPlace place, int row) {
    RecordQuantisation quantisation = steps.get(place.round());
    RowBounds bounds = quantisation.bounds(row);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      KeyedStream stream =
          KeyedStream.openAt(secret, KeyedStream.Purpose.SHARE, place, row, attempt);
      Row drawn = new Row(quantisation, row, normal, stream);
      int terms = drawn.means.length - 1;
      if (bounds.hold(drawn.weights(), 0, terms, drawn.means[terms])) {
        return drawn;
      }
    }
    throw new IllegalStateException(
        "Row %d of %s was outside its bounds %d times in a row: %s"
            .formatted(row, quantisation.step().title(), MAX_ATTEMPTS, bounds));
  }

  /**
   * Returns one of the integers around a deviation, such that the expectation of the square is the
   * deviation's. It is 0, where the mean would show, only if there is no deviation at all.
   */
  private static int deviation(double wanted, double unit) {
    if (wanted <= 1) {
      return wanted > 0 ? 1 : 0;
    }
    double low = Math.floor(wanted);
    double up = (wanted * wanted - low * low) / (2 * low + 1);
    return (int) (unit < up ? low + 1 : low);
  }

  /**
   * Returns a uniform integer from a range of this width around a mean, which is its expectation.
   */
  private static long dithered(double mean, long width, double unit) {
    return width == 0
        ? (long) Math.rint(mean)
        : (long) Math.floor(mean + 0.5 + width * (unit - 0.5));
  }

  @Override
  public RealStep reals(DrawPlace place) {
    RecordQuantisation quantisation = steps.get(place.round());
    LinearStep step = quantisation.step();
    double[][] means = new double[step.rows()][];
    double[][] deviations = new double[step.rows()][];
    for (int row = 0; row < step.rows(); row++) {
      Row drawn = row(place, row);
      int[] signed = drawn.deviations;
      means[row] = drawn.reals;
      deviations[row] = quantisation.deviations(row);
      for (int k = 0; k < signed.length; k++) {
        deviations[row][k] *= Math.signum((double) signed[k]);
      }
    }
    RecordNoise noise = noises.get(place.round());
    byte[] seed = seed(place);
    return input -> evaluate(quantisation, means, deviations, noise, seed, input);
  }

  private static RealColumns evaluate(
      RecordQuantisation quantisation,
      double[][] means,
      double[][] deviations,
      RecordNoise noise,
      byte[] seed,
      RealColumns input) {
    LinearStep step = quantisation.step();
    int records = input.records();
    double inputScale = quantisation.inputScale();
    // Everything is in units of the integers, without rounding: inputs are in steps of their
    // quantiser.
    double[] steps = input.values().clone();
    double[] drawn = new double[steps.length];
    for (int k = 0; k < input.columns(); k++) {
      long[] integers = noise.sample(seed, k, records);
      for (int j = 0; j < records; j++) {
        steps[k * records + j] /= inputScale;
        drawn[k * records + j] = steps[k * records + j] * integers[j];
      }
    }
    double[] values =
        RealRows.evaluate(step, means, new RealColumns(input.columns(), records, steps)).values();
    double[] biases = new double[step.rows()];
    double[][] withoutBias = new double[step.rows()][];
    for (int row = 0; row < step.rows(); row++) {
      withoutBias[row] = deviations[row].clone();
      biases[row] = withoutBias[row][step.terms()] * quantisation.one();
      withoutBias[row][step.terms()] = 0;
    }
    double[] moved =
        RealRows.evaluate(step, withoutBias, new RealColumns(input.columns(), records, drawn))
            .values();
    long[] ofBias = noise.sample(seed, RecordNoise.CONSTANT_COLUMN, records);
    for (int column = 0; column < step.output().size(); column++) {
      int row = column / step.positions();
      double scale = quantisation.outputScale(row);
      for (int j = 0; j < records; j++) {
        int i = column * records + j;
        values[i] = (values[i] + moved[i] + biases[row] * ofBias[j]) * scale;
      }
    }
    return new RealColumns(step.output().size(), records, values);
  }
}
