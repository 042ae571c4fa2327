package io.nightjar.report;

import java.util.List;

/**
 * Accuracy against the share of records that a model keeps to itself, the most certain first.
 *
 * @param areaUnderCurve the mean accuracy over all shares, from one record to all
 * @param riskAt80 how often predictions are wrong when the least certain fifth goes to a person
 * @param curve at most a hundred points, the last of which is that of all records
 */
public record ReferralCurve(double areaUnderCurve, double riskAt80, List<Point> curve) {

  /** Copies the points. */
  public ReferralCurve {
    curve = List.copyOf(curve);
  }

  /**
   * One point.
   *
   * @param coverage the share of records that are kept
   * @param accuracy the accuracy among them
   */
  public record Point(double coverage, double accuracy) {}
}
