package io.nightjar.privacy;

import java.util.Optional;

/**
 * What the answers of one round give away of its mean weights.
 *
 * @param index from 0
 * @param title the layers of the linear step, for people
 * @param inputs terms of each row
 * @param outputs rows
 * @param natural answers to records such as the data owner has, each row by itself; absent without
 *     calibration records
 * @param chosen answers to the best single inputs, each row by itself
 * @param chosenTogether the same, with what all rows have in common taken out
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
