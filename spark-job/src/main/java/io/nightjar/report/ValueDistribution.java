package io.nightjar.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How numbers of either sign are distributed over the records.
 *
 * @param count how many there are
 * @param mean their average
 * @param standardDeviation how far they are from it
 * @param least the least
 * @param largest the largest
 * @param quantiles by name, from {@code p5} to {@code p95}; {@code p50} is the median
 * @param resolution how far a quantile is from its true value at the most
 * @param from where the first bin of the histogram begins
 * @param binWidth the width of its bins
 * @param bins how many numbers are in each of them
 */
public record ValueDistribution(
    long count,
    double mean,
    double standardDeviation,
    double least,
    double largest,
    Map<String, Double> quantiles,
    double resolution,
    double from,
    double binWidth,
    List<Long> bins) {

  /** Copies the collections, in their order. */
  public ValueDistribution {
    quantiles = Collections.unmodifiableMap(new LinkedHashMap<>(quantiles));
    bins = List.copyOf(bins);
  }
}
