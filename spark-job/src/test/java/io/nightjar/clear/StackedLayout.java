package io.nightjar.clear;

import io.nightjar.plan.Layout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Round;

/**
 * A layout that is not one of columns: several features of a batch stand in one ciphertext, one
 * after another.
 *
 * @param records the most records that a batch holds
 * @param together how many features a ciphertext has
 */
record StackedLayout(int records, int together) implements Layout {

  @Override
  public int uploaded(Round round) {
    return ciphertexts(round.inputFeatures());
  }

  @Override
  public int returned(Round round) {
    return ciphertexts(round.outputFeatures());
  }

  private int ciphertexts(int features) {
    return (features - 1) / together + 1;
  }

  @Override
  public int slots(int count) {
    return together * records; // a feature's place does not depend on how full the batch is
  }

  @Override
  public Place uploadPlace(Round round, int feature) {
    return new Place(feature / together, feature % together * records);
  }

  @Override
  public Place resultPlace(Round round, int feature) {
    return uploadPlace(round, feature);
  }
}
