package io.nightjar.plan;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import java.util.stream.IntStream;

/**
 * A layout in which a ciphertext is a column: it holds one feature of every record of the batch,
 * record j in slot j. Arranging and collecting copy nothing.
 *
 * <p>It is an interface so that a protocol's own layout of columns can have more to say.
 */
public interface ColumnLayout extends Layout {

  /** Returns the layout of columns of so many records, with nothing else to say. */
  static ColumnLayout of(int records) {
    record Columns(int records) implements ColumnLayout {}
    return new Columns(records);
  }

  @Override
  default int uploaded(Round round) {
    return round.inputFeatures();
  }

  @Override
  default int returned(Round round) {
    return round.outputFeatures();
  }

  @Override
  default int slots(int count) {
    return count;
  }

  @Override
  default Place uploadPlace(Round round, int feature) {
    return new Place(feature, 0);
  }

  @Override
  default Place resultPlace(Round round, int feature) {
    return new Place(feature, 0);
  }

  @Override
  default int[] features(Round round, CiphertextRange range) {
    return IntStream.range(range.first(), range.end()).toArray();
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  default IntegerSlots arrange(Round round, IntegerColumns features) {
    return IntegerSlots.of(features);
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  default RealSlots arrange(Round round, RealColumns features) {
    return RealSlots.of(features);
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  default IntegerColumns collect(Round round, IntegerSlots results) {
    return results.columns();
  }

  /** Returns the same array, which lies as it must already. */
  @Override
  default RealColumns collect(Round round, RealSlots results) {
    return results.columns();
  }
}
