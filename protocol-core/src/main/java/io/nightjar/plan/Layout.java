package io.nightjar.plan;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;

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

  /** Returns integers, feature by feature, as they lie in the ciphertexts of an upload. */
  default IntegerColumns arrange(Round round, IntegerColumns features) {
    int records = features.records();
    int slots = slots(records);
    long[] arranged = new long[uploaded(round) * slots];
    for (int feature = 0; feature < features.columns(); feature++) {
      int first = index(uploadPlace(round, feature), slots);
      System.arraycopy(features.values(), feature * records, arranged, first, records);
    }
    return new IntegerColumns(uploaded(round), slots, arranged);
  }

  /** Returns real numbers, feature by feature, as they lie in the ciphertexts of an upload. */
  default RealColumns arrange(Round round, RealColumns features) {
    int records = features.records();
    int slots = slots(records);
    double[] arranged = new double[uploaded(round) * slots];
    for (int feature = 0; feature < features.columns(); feature++) {
      int first = index(uploadPlace(round, feature), slots);
      System.arraycopy(features.values(), feature * records, arranged, first, records);
    }
    return new RealColumns(uploaded(round), slots, arranged);
  }

  /**
   * Returns integers of a result feature by feature.
   *
   * @param results slot by slot, ciphertext by ciphertext
   * @param records how many records the batch has
   */
  default IntegerColumns collect(Round round, long[] results, int records) {
    int features = round.outputFeatures();
    int slots = slots(records);
    long[] collected = new long[features * records];
    for (int feature = 0; feature < features; feature++) {
      int first = index(resultPlace(round, feature), slots);
      System.arraycopy(results, first, collected, feature * records, records);
    }
    return new IntegerColumns(features, records, collected);
  }

  /** Returns real numbers of a result feature by feature, as the other method does integers. */
  default RealColumns collect(Round round, double[] results, int records) {
    int features = round.outputFeatures();
    int slots = slots(records);
    double[] collected = new double[features * records];
    for (int feature = 0; feature < features; feature++) {
      int first = index(resultPlace(round, feature), slots);
      System.arraycopy(results, first, collected, feature * records, records);
    }
    return new RealColumns(features, records, collected);
  }

  private static int index(Place place, int slots) {
    return place.ciphertext() * slots + place.slot();
  }
}
