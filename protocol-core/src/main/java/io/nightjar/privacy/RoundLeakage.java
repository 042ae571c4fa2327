package io.nightjar.privacy;

import java.util.Optional;

/**
 * A prediction of what the answers of one round give away of its mean weights.
 *
 * @param index the number of the round, from 0
 * @param title the layers of the linear step, for people
 * @param inputs the number of terms of each row
 * @param outputs the number of rows
 * @param natural the error on each row by itself after answers to records such as the data owner
 *     has; absent without calibration records
 * @param chosen the error on each row by itself after answers to the best single inputs
 * @param chosenTogether the error after the same answers, with what all rows have in common taken
 *     out
 */
public record RoundLeakage(
    int index,
    String title,
    int inputs,
    int outputs,
    Optional<LeakageCurve> natural,
    LeakageCurve chosen,
    LeakageCurve chosenTogether) {

  /** Returns whether chosen inputs give the weights to a tenth at some time. */
  boolean knownWhenChosen() {
    return chosenTogether.recordsToTenPercent().isPresent();
  }
}
