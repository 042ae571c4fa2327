package io.nightjar.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The curve of an attacker's predicted error, which falls with the number of records that are
 * answered.
 *
 * @param points the errors after some numbers of records
 * @param recordsToTenPercent the number of records after which the error is a tenth, if it ever is
 */
public record LeakageCurve(List<Point> points, OptionalLong recordsToTenPercent) {

  /** The error that counts as knowing the weights. */
  public static final double KNOWN = 0.1;

  /** The largest number of records that are looked at: nobody is answered more. */
  private static final long MOST_RECORDS = 1_000_000_000_000L;

  /**
   * The error after a number of records.
   *
   * @param records the records that were answered
   * @param error the root mean square error over the root mean square of the weights, at most 1
   */
  public record Point(long records, double error) {}

  /** Copies the list. */
  public LeakageCurve {
    points = List.copyOf(points);
  }

  static LeakageCurve of(ErrorLaw law, List<Long> records) {
    List<Point> points = new ArrayList<>();
    double best = 1; // whoever has more answers may leave some out
    for (long count : records) {
      best = Math.min(best, law.error((double) count));
      points.add(new Point(count, best));
    }
    return new LeakageCurve(points, recordsTo(law));
  }

  private static OptionalLong recordsTo(ErrorLaw law) {
    if (law.error((double) MOST_RECORDS) > KNOWN) {
      return OptionalLong.empty();
    }
    long low = 0;
    long high = 1;
    while (law.error((double) high) > KNOWN) {
      low = high;
      high *= 2;
    }
    while (high - low > Math.max(1, low / 200)) {
      long middle = low + (high - low) / 2;
      if (law.error((double) middle) > KNOWN) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return OptionalLong.of(high);
  }

  /** Returns the error after one of the points' numbers of records. */
  public OptionalDouble errorAfter(long records) {
    return points.stream()
        .filter(point -> point.records() == records)
        .mapToDouble(Point::error)
        .findFirst();
  }
}
