package io.nightjar.plan;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;

/**
 * The layout in which a ciphertext is a column: it holds one feature of every record of the batch,
 * record j in slot j.
 *
 * @param records the most records that a batch holds
 */
public record ColumnLayout(int records) implements Layout {

  @Override
  public int uploaded(Round round) {
    return round.inputFeatures();
  }

  @Override
  public int returned(Round round) {
    return round.outputFeatures();
  }

  @Override
  public int slots(int count) {
    return count;
  }

  @Override
  public Place uploadPlace(Round round, int feature) {
    return new Place(feature, 0);
  }

  @Override
  public Place resultPlace(Round round, int feature) {
    return new Place(feature, 0);
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  public IntegerColumns arrange(Round round, IntegerColumns features) {
    return features;
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  public RealColumns arrange(Round round, RealColumns features) {
    return features;
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  public IntegerColumns collect(Round round, long[] results, int batchRecords) {
    return new IntegerColumns(round.outputFeatures(), batchRecords, results);
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  public RealColumns collect(Round round, double[] results, int batchRecords) {
    return new RealColumns(round.outputFeatures(), batchRecords, results);
  }
}
