package io.nightjar.plan;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import java.util.stream.IntStream;

/**
 * A layout says how the numbers of a batch lie in ciphertexts: how many ciphertexts an upload and a
 * result have, and which slot holds which feature of which record.
 *
 * <p>Everything outside a layout counts ciphertexts and knows nothing of features: labels, blocks,
 * files, and the ranges that work is cut into.
 */
public interface Layout {

  /** Returns the most records that a batch holds. */
  int records();

  /** Returns how many ciphertexts a round's upload has. */
  int uploaded(Round round);

  /** Returns how many ciphertexts a round's result has, for one draw. */
  int returned(Round round);

  /** Returns how many slots of each ciphertext a batch of so many records uses. */
  int slots(int records);

  /** Returns where a feature lies in a round's upload. */
  Place uploadPlace(Round round, int feature);

  /** Returns where a feature lies in a round's result. */
  Place resultPlace(Round round, int feature);

  /** Returns the features that some ciphertexts of a round's result hold, in rising order. */
  default int[] features(Round round, CiphertextRange range) {
    return IntStream.range(0, round.outputFeatures())
        .filter(
            feature -> {
              int ciphertext = resultPlace(round, feature).ciphertext();
              return ciphertext >= range.first() && ciphertext < range.end();
            })
        .toArray();
  }

  /**
   * Returns the rows of weights whose outputs some ciphertexts of a round's result hold.
   *
   * @throws IllegalArgumentException if they do not hold the outputs at all positions of each
   */
  default RowRange rows(Round round, CiphertextRange range) {
    int[] features = features(round, range);
    int positions = round.positions();
    if (features.length == 0
        || features[0] % positions != 0
        || features.length % positions != 0
        || features[features.length - 1] - features[0] != features.length - 1) {
      throw new IllegalArgumentException(
          "%s does not hold whole rows of %d outputs".formatted(range, positions));
    }
    return new RowRange(features[0] / positions, features.length / positions);
  }

  /** Returns integers, feature by feature, as they lie in the ciphertexts of an upload. */
  default IntegerSlots arrange(Round round, IntegerColumns features) {
    int records = features.records();
    IntegerSlots arranged = IntegerSlots.zeros(uploaded(round), slots(records), records);
    for (int feature = 0; feature < features.columns(); feature++) {
      Place place = uploadPlace(round, feature);
      int first = arranged.index(place.ciphertext(), place.slot());
      System.arraycopy(features.values(), feature * records, arranged.values(), first, records);
    }
    return arranged;
  }

  /** Returns real numbers, feature by feature, as they lie in the ciphertexts of an upload. */
  default RealSlots arrange(Round round, RealColumns features) {
    int records = features.records();
    RealSlots arranged = RealSlots.zeros(uploaded(round), slots(records), records);
    for (int feature = 0; feature < features.columns(); feature++) {
      Place place = uploadPlace(round, feature);
      int first = arranged.index(place.ciphertext(), place.slot());
      System.arraycopy(features.values(), feature * records, arranged.values(), first, records);
    }
    return arranged;
  }

  /** Returns the integers of a result feature by feature. */
  default IntegerColumns collect(Round round, IntegerSlots results) {
    int features = round.outputFeatures();
    int records = results.records();
    long[] collected = new long[features * records];
    for (int feature = 0; feature < features; feature++) {
      Place place = resultPlace(round, feature);
      int first = results.index(place.ciphertext(), place.slot());
      System.arraycopy(results.values(), first, collected, feature * records, records);
    }
    return new IntegerColumns(features, records, collected);
  }

  /** Returns the real numbers of a result feature by feature. */
  default RealColumns collect(Round round, RealSlots results) {
    int features = round.outputFeatures();
    int records = results.records();
    double[] collected = new double[features * records];
    for (int feature = 0; feature < features; feature++) {
      Place place = resultPlace(round, feature);
      int first = results.index(place.ciphertext(), place.slot());
      System.arraycopy(results.values(), first, collected, feature * records, records);
    }
    return new RealColumns(features, records, collected);
  }
}
