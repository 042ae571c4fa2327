package io.nightjar.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How numbers from zero upwards are distributed over the records.
 *
 * @param count how many there are
 * @param mean their average
 * @param largest the largest
 * @param quantiles by name, from {@code p5} to {@code p99}; {@code p50} is the median
 * @param resolution how far a quantile is from its true value at the most
 * @param binWidth the width of the histogram's bins
 * @param bins how many numbers are in each bin of the histogram, from zero to the largest
 */
public record Distribution(
    long count,
    double mean,
    double largest,
    Map<String, Double> quantiles,
    double resolution,
    double binWidth,
    List<Long> bins) {

  /** Copies the collections, in their order. */
  public Distribution {
    quantiles = Collections.unmodifiableMap(new LinkedHashMap<>(quantiles));
    bins = List.copyOf(bins);
  }
}
