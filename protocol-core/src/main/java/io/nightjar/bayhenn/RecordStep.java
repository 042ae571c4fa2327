package io.nightjar.bayhenn;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.RecordNoise;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.network.LinearStep;
import io.nightjar.rounds.BatchStep;
import io.nightjar.rounds.IntegerStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of a step whose weights differ from record to record: they are u + s E, with an integer E
 * for every record and input column.
 *
 * <p>Its outputs are those of two layers: the u's applied to the inputs, and the s's applied to the
 * inputs times E. The second has one more input column, the last, for the deviations of the biases:
 * {@code one} times an E of its own.
 */
final class RecordStep implements IntegerStep {

  private final LinearStep step;
  private final int firstRow;
  private final List<IntegerLayer> means;
  private final List<IntegerLayer> deviations;
  private final RecordNoise noise;
  private final byte[] seed;
  private final long one;

  private RecordStep(
      LinearStep step,
      int firstRow,
      List<IntegerLayer> means,
      List<IntegerLayer> deviations,
      RecordNoise noise,
      byte[] seed,
      long one) {
    this.step = step;
    this.firstRow = firstRow;
    this.means = List.copyOf(means);
    this.deviations = List.copyOf(deviations);
    this.noise = noise;
    this.seed = seed.clone();
    this.one = one;
  }

  /**
   * Builds the layers from the integers of the rows; a deviation of the bias is the row's last.
   * Takes the weights over.
   */
  static RecordStep take(
      LinearStep step,
      int firstRow,
      int[] weights,
      long[] biases,
      int[] deviations,
      RecordNoise noise,
      byte[] seed,
      long one) {
    return new RecordStep(
        step,
        firstRow,
        BatchStep.take(step, firstRow, weights, biases).layers(),
        layers(step, firstRow, biases.length, deviations, step.input().size()),
        noise,
        seed,
        one);
  }

  /** Returns the same rows, whose records have other integers. */
  public RecordStep withSeed(byte[] other) {
    return new RecordStep(step, firstRow, means, deviations, noise, other, one);
  }

  @Override
  public LinearStep step() {
    return step;
  }

  @Override
  public int firstRow() {
    return firstRow;
  }

  /** Returns the layers of u, one for each group of input channels. */
  public List<IntegerLayer> means() {
    return means;
  }

  /** Returns the layers of s, which read columns that were multiplied with E. */
  public List<IntegerLayer> deviations() {
    return deviations;
  }

  /** Returns the distribution of E. */
  public RecordNoise noise() {
    return noise;
  }

  /** Returns what the E's of this batch, round and draw follow from: the model owner's secret. */
  public byte[] seed() {
    return seed.clone();
  }

  /** Returns what the column of the biases stands for. */
  public long one() {
    return one;
  }

  private static List<IntegerLayer> layers(
      LinearStep step, int firstRow, int rows, int[] deviations, int biasColumn) {
    int terms = step.terms() + 1;
    List<IntegerLayer> layers = new ArrayList<>();
    for (int done = 0; done < rows; ) {
      int group = (firstRow + done) / step.rowsPerGroup();
      int count = Math.min((group + 1) * step.rowsPerGroup() - firstRow, rows) - done;
      int[] part = Arrays.copyOfRange(deviations, done * terms, (done + count) * terms);
      layers.add(IntegerLayer.take(count, terms, part, gathered(step, group, biasColumn)));
      done += count;
    }
    return layers;
  }

  private static int[] gathered(LinearStep step, int group, int biasColumn) {
    int[] without = step.gathered(group);
    int terms = step.terms();
    int[] with = new int[without.length / terms * (terms + 1)];
    Arrays.fill(with, biasColumn);
    for (int position = 0; position * terms < without.length; position++) {
      System.arraycopy(without, position * terms, with, position * (terms + 1), terms);
    }
    return with;
  }

  /** Returns the columns that {@link #deviations} read, as a perturbation takes them. */
  public int[] perturbed() {
    int columns = step.input().size();
    int[] all = new int[columns + 1];
    Arrays.setAll(all, k -> k < columns ? k : IntegerLayer.NO_COLUMN);
    return all;
  }

  @Override
  public IntegerColumns evaluate(IntegerColumns input) {
    IntegerColumns drawn = perturb(input);
    int records = input.records();
    int outputs = means.stream().mapToInt(layer -> layer.whole().columns()).sum();
    long[] values = new long[outputs * records];
    int next = 0;
    for (int i = 0; i < means.size(); i++) {
      long[] mean = means.get(i).evaluate(input).values();
      long[] deviation = deviations.get(i).evaluate(drawn).values();
      for (int j = 0; j < mean.length; j++) {
        values[next++] = mean[j] + deviation[j];
      }
    }
    return new IntegerColumns(outputs, records, values);
  }

  private IntegerColumns perturb(IntegerColumns input) {
    int columns = step.input().size();
    int records = input.records();
    long[] from = input.values();
    long[] to = new long[(columns + 1) * records];
    for (int k = 0; k <= columns; k++) {
      long[] integers = noise.sample(seed, k < columns ? k : RecordNoise.CONSTANT_COLUMN, records);
      for (int j = 0; j < records; j++) {
        to[k * records + j] = integers[j] * (k < columns ? from[k * records + j] : one);
      }
    }
    return new IntegerColumns(columns + 1, records, to);
  }

  @Override
  public String toString() {
    return "RecordStep[rows of %s from %d]".formatted(step.title(), firstRow);
  }
}
