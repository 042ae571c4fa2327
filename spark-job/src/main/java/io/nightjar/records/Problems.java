package io.nightjar.records;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Collects bad rows: all are counted, and the first few are kept. */
final class Problems {

  /** How many bad rows, or missing columns, a message has room for. */
  static final int MOST_SHOWN = 5;

  private final List<Problem> first = new ArrayList<>();
  private long count;

  void add(Problem problem) {
    count++;
    if (first.size() < MOST_SHOWN) {
      first.add(problem);
    }
  }

  boolean areNone() {
    return count == 0;
  }

  /**
   * Throws if there are any.
   *
   * @param rows how many rows were looked at
   */
  void throwIfAny(long rows) {
    if (count > 0) {
      throw new InvalidInputException(
          "%s; correct these rows or leave them out".formatted(text(rows)));
    }
  }

  /** Returns the exception that ended the reading, with the problems of the rows before it. */
  InvalidInputException before(long rows, InvalidInputException last) {
    return count == 0
        ? last
        : new InvalidInputException(text(rows) + "; and then " + last.getMessage(), last);
  }

  private String text(long rows) {
    String shown = first.stream().map(Problem::toString).collect(Collectors.joining("; "));
    String more = count > first.size() ? "; and %d more".formatted(count - first.size()) : "";
    return "%d of %d rows %s bad: %s%s"
        .formatted(count, rows, count == 1 ? "is" : "are", shown, more);
  }
}
