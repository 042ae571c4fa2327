package io.nightjar.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Which share of a class is among the records of highest probability.
 *
 * @param curve a point for each hundredth of the records, as far as there are so many
 */
public record GainsCurve(List<Point> curve) {

  /** Copies the points. */
  public GainsCurve {
    curve = List.copyOf(curve);
  }

  /**
   * One point.
   *
   * @param share the share of records that are taken, those of highest probability
   * @param found the share of the class that is among them
   * @param precision the share of them that is of the class
   */
  public record Point(double share, double found, double precision) {}

  /** Makes a curve of groups of equals, of which any could be the first to be taken. */
  static final class Maker {

    private static final int MOST_POINTS = 100;

    private final long positives;
    private final long all;
    private final List<Point> points = new ArrayList<>();
    private long taken;
    private double found;
    private int next = 1;

    Maker(long positives, long negatives) {
      this.positives = positives;
      this.all = positives + negatives;
    }

    void take(long positive, long negative) {
      long size = positive + negative;
      while (next <= MOST_POINTS && wanted() <= taken + size) {
        long count = wanted();
        double among = found + (count - taken) * ((double) positive / size);
        points.add(new Point((double) count / all, among / positives, among / count));
        while (next <= MOST_POINTS && wanted() == count) {
          next++;
        }
      }
      taken += size;
      found += positive;
    }

    /** Returns how many records the next point is about: a share of all, rounded up. */
    private long wanted() {
      return (all * next + MOST_POINTS - 1) / MOST_POINTS;
    }

    GainsCurve curve() {
      return new GainsCurve(points);
    }
  }
}
