package io.nightjar.report;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Counts probabilities in thousandths. */
final class RiskHistogram implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int CELLS = 1000;

  /** The bins of the histogram that is shown. */
  private static final int SHOWN = 50;

  private static final int[] PERCENTILES = {5, 25, 50, 75, 95, 99};

  private final long[] counts = new long[CELLS];
  private double sum;
  private double largest;

  void add(double probability) {
    counts[Math.min((int) (probability * CELLS), CELLS - 1)]++;
    sum += probability;
    largest = Math.max(largest, probability);
  }

  void add(RiskHistogram other) {
    Arrays.setAll(counts, cell -> counts[cell] + other.counts[cell]);
    sum += other.sum;
    largest = Math.max(largest, other.largest);
  }

  /** Returns what was counted so far; there must be something. */
  Distribution distribution() {
    long count = Arrays.stream(counts).sum();
    Map<String, Double> quantiles = new LinkedHashMap<>();
    for (int percentile : PERCENTILES) {
      quantiles.put("p" + percentile, quantile(percentile / 100.0 * count));
    }
    int each = CELLS / SHOWN;
    List<Long> bins =
        IntStream.range(0, SHOWN)
            .mapToObj(bin -> Arrays.stream(counts, bin * each, (bin + 1) * each).sum())
            .toList();
    return new Distribution(
        count, sum / count, largest, quantiles, 1.0 / CELLS, (double) each / CELLS, bins);
  }

  /** The middle of the cell where the quantile is. */
  private double quantile(double rank) {
    long seen = 0;
    int cell = -1;
    while (cell < CELLS - 1 && (seen < rank || seen == 0)) {
      seen += counts[++cell];
    }
    return Math.min((cell + 0.5) / CELLS, largest);
  }
}
