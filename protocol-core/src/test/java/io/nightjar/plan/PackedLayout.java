package io.nightjar.plan;

/**
 * A layout in which every ciphertext holds a row of features, the last of them in its first slots:
 * it stands for the layouts of protocols to come.
 *
 * @param records the most records that a batch holds
 * @param features how many features a ciphertext holds
 */
public record PackedLayout(int records, int features) implements Layout {

  @Override
  public int uploaded(Round round) {
    return ciphertexts(round.inputFeatures());
  }

  @Override
  public int returned(Round round) {
    return ciphertexts(round.outputFeatures());
  }

  private int ciphertexts(int count) {
    return (count + features - 1) / features;
  }

  @Override
  public int slots(int count) {
    return (features - 1) * records + count;
  }

  @Override
  public Place uploadPlace(Round round, int feature) {
    return place(feature);
  }

  @Override
  public Place resultPlace(Round round, int feature) {
    return place(feature);
  }

  private Place place(int feature) {
    return new Place(feature / features, (features - 1 - feature % features) * records);
  }
}
