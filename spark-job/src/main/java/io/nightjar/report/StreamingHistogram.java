package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Counts numbers from zero upwards, of any size and any many, in bins of equal width.
 *
 * <p>The range of the bins is a power of two and doubles when a number is beyond it; pairs of bins
 * become one then, exactly. So the counts do not depend on the order of the numbers, and the memory
 * not on how many there are. It is safe to use from many threads.
 */
public final class StreamingHistogram {

  /** How many bins numbers are counted in; quantiles are as fine as these. */
  static final int BINS = 1 << 16;

  /**
   * The most bins of the histogram that is shown; each of them joins many of the bins counted in.
   */
  static final int SHOWN = 64;

  private static final int[] PERCENTILES = {5, 25, 50, 75, 95, 99};

  private final long[] counts = new long[BINS];
  private double range;
  private long count;
  private double sum;
  private double largest;

  /**
   * Creates an empty histogram.
   *
   * @param leastRange a power of two; what differs by far less is nothing but rounding
   */
  public StreamingHistogram(double leastRange) {
    if (Math.scalb(1.0, Math.getExponent(leastRange)) != leastRange) {
      throw new IllegalArgumentException("The range %s is no power of two".formatted(leastRange));
    }
    this.range = leastRange;
  }

  /** Counts a number. */
  public synchronized void add(double value) {
    if (!(value >= 0 && value <= Double.MAX_VALUE / 2)) {
      throw new IllegalArgumentException("%s is not a number from 0 upwards".formatted(value));
    }
    while (value >= range) {
      widen();
    }
    counts[(int) (value / width())]++; // an exact division
    count++;
    sum += value;
    largest = Math.max(largest, value);
  }

  /** What a histogram has counted, as it travels from one process to another. */
  static final class Counts implements Serializable {
    private static final long serialVersionUID = 1;

    private final double range;
    private final int[] bins; // those with any
    private final long[] counts;
    private final double sum;
    private final double largest;

    private Counts(StreamingHistogram of) {
      range = of.range;
      bins = IntStream.range(0, BINS).filter(bin -> of.counts[bin] > 0).toArray();
      counts = Arrays.stream(bins).mapToLong(bin -> of.counts[bin]).toArray();
      sum = of.sum;
      largest = of.largest;
    }
  }

  /** Returns what was counted so far. */
  synchronized Counts counts() {
    return new Counts(this);
  }

  /** Adds what another histogram of the same least range has counted. */
  synchronized void add(Counts others) {
    while (range < others.range) {
      widen();
    }
    double widths = range / others.range; // an integer, as both are powers of two
    for (int i = 0; i < others.bins.length; i++) {
      counts[(int) (others.bins[i] / widths)] += others.counts[i];
      count += others.counts[i];
    }
    sum += others.sum;
    largest = Math.max(largest, others.largest);
  }

  private void widen() {
    for (int bin = 0; bin < BINS / 2; bin++) {
      counts[bin] = counts[2 * bin] + counts[2 * bin + 1];
    }
    Arrays.fill(counts, BINS / 2, BINS, 0);
    range *= 2;
  }

  private double width() {
    return range / BINS;
  }

  /** Returns what was counted so far; there must be something. */
  public synchronized Distribution distribution() {
    if (count == 0) {
      throw new IllegalStateException("A distribution of nothing");
    }
    Map<String, Double> quantiles = new LinkedHashMap<>();
    for (int percentile : PERCENTILES) {
      quantiles.put("p" + percentile, quantile(percentile));
    }
    return new Distribution(
        count, sum / count, largest, quantiles, width(), range / SHOWN, shownBins());
  }

  /** The middle of the bin where the quantile is. */
  private double quantile(int percentile) {
    double rank = percentile / 100.0 * count;
    long seen = 0;
    int bin = -1;
    while (bin < BINS - 1 && (seen < rank || seen == 0)) {
      seen += counts[++bin];
    }
    return Math.min((bin + 0.5) * width(), largest);
  }

  private List<Long> shownBins() {
    int each = BINS / SHOWN;
    int used = (int) (largest / (range / SHOWN)) + 1;
    List<Long> bins = new ArrayList<>();
    for (int shown = 0; shown < used; shown++) {
      long records = 0;
      for (int bin = shown * each; bin < (shown + 1) * each; bin++) {
        records += counts[bin];
      }
      bins.add(records);
    }
    return bins;
  }
}
