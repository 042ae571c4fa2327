package io.nightjar.history;

/**
 * How right a night's predictions are as far as labels are known.
 *
 * @param records how many records have a label
 * @param right the share that was predicted right, or the root mean square error of a regression
 * @param figure which of the two it is
 * @param late whether the labels came after the night
 */
public record Labelled(long records, double right, Figure figure, boolean late) {

  Measured measured() {
    return figure == Figure.ACCURACY
        ? Measured.share(right, records)
        : Measured.rootMeanSquare(right, records);
  }
}
