package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts numbers of either sign, of any size and any many, in the cells of a {@link DyadicWindow}.
 * The memory that it takes does not depend on how many there are.
 */
final class SignedHistogram implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int CELLS = 1 << 12;

  /** The most bins of the histogram that is shown; each of them joins many cells. */
  static final int SHOWN = 64;

  private static final int[] PERCENTILES = {5, 25, 50, 75, 95};

  private final Moments moments = new Moments();
  private DyadicWindow window = new DyadicWindow(CELLS);
  private long[] counts = new long[CELLS];

  void add(double value) {
    if (!window.has(value)) {
      move(window.with(value));
    }
    counts[window.cell(value)]++;
    moments.add(value);
  }

  /** Takes the numbers of another. */
  void add(SignedHistogram other) {
    if (other.window.isEmpty()) {
      return;
    }
    move(window.with(other.window));
    for (int cell = 0; cell < CELLS; cell++) {
      if (other.counts[cell] > 0) {
        counts[window.cell(other.window, cell)] += other.counts[cell];
      }
    }
    moments.add(other.moments);
  }

  private void move(DyadicWindow to) {
    long[] moved = new long[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      if (counts[cell] > 0) {
        moved[to.cell(window, cell)] += counts[cell];
      }
    }
    window = to;
    counts = moved;
  }

  /** Returns what was counted so far; there must be something. */
  ValueDistribution distribution() {
    if (window.isEmpty()) {
      throw new IllegalStateException("A distribution of nothing");
    }
    Map<String, Double> quantiles = new LinkedHashMap<>();
    for (int percentile : PERCENTILES) {
      quantiles.put("p" + percentile, quantile(percentile));
    }
    int low = window.cell(window.least());
    int high = window.cell(window.largest());
    int each = 1;
    while (high / each - low / each >= SHOWN) {
      each *= 2;
    }
    List<Long> bins = new ArrayList<>();
    for (int bin = low / each; bin <= high / each; bin++) {
      bins.add(Arrays.stream(counts, bin * each, (bin + 1) * each).sum());
    }
    return new ValueDistribution(
        moments.count(),
        moments.mean(),
        moments.deviation(),
        window.least(),
        window.largest(),
        quantiles,
        window.width(),
        window.start(low / each * each),
        each * window.width(),
        bins);
  }

  /** The middle of the cell where the quantile is. */
  private double quantile(int percentile) {
    double rank = percentile / 100.0 * moments.count();
    long seen = 0;
    int cell = -1;
    while (cell < CELLS - 1 && (seen < rank || seen == 0)) {
      seen += counts[++cell];
    }
    double middle = window.start(cell) + window.width() / 2;
    return Math.max(window.least(), Math.min(middle, window.largest()));
  }
}
