package io.nightjar.records;

import java.util.Objects;

/**
 * The true values of every record of an input, in the order of the records. It keeps eight bytes
 * for each value.
 */
public final class NumberLabels implements Labels {

  private final double[][] values; // by output and record

  /**
   * Creates labels, of which all are 0.
   *
   * @param records how many there are
   * @param outputs how many values each has
   */
  public NumberLabels(long records, int outputs) {
    this.values = new double[outputs][Math.toIntExact(records)];
  }

  @Override
  public int size() {
    return values[0].length;
  }

  @Override
  public double[] label(int record) {
    double[] label = new double[values.length];
    for (int k = 0; k < label.length; k++) {
      label[k] = values[k][record];
    }
    return label;
  }

  @Override
  public void set(long record, double[] label) {
    int place = (int) Objects.checkIndex(record, (long) size());
    for (int k = 0; k < values.length; k++) {
      values[k][place] = label[k];
    }
  }

  @Override
  public String toString() {
    return "NumberLabels[%d records]".formatted(size());
  }
}
