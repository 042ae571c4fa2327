package io.nightjar.report;

import java.util.Collections;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * Draws a distribution: how many records are in each bin. Where a few bins hold nearly all of them,
 * which is so of uncertainties and risks, the scale is logarithmic and has a 0.
 */
final class HistogramChart {

  private static final int HEIGHT = 230;
  private static final int TICKS = 5;

  /** The least distance between the numbers of two ticks, so that they do not touch. */
  private static final double LEAST_GAP = 15;

  private HistogramChart() {}

  static String draw(String title, String xTitle, Distribution distribution) {
    List<Long> bins = distribution.bins();
    double right = bins.size() * distribution.binWidth();
    long most = Collections.max(bins);
    Plot plot =
        new Plot(
            HEIGHT,
            title,
            "Histogram of %s records from 0 to %s; the mean is %s."
                .formatted(
                    NumberText.count(distribution.count()),
                    NumberText.of(distribution.largest()),
                    NumberText.of(distribution.mean())),
            new double[] {0, right},
            new double[] {0, level(most) * 1.02});
    plot.yTick(0, "0");
    double below = plot.y().at(0);
    for (long power = 1; power <= most && power > 0; power *= 10) {
      if (below - plot.y().at(level(power)) >= LEAST_GAP) {
        plot.yTick(level(power), NumberText.brief(power));
        below = plot.y().at(level(power));
      }
    }
    for (int bin = 0; bin < bins.size(); bin++) {
      double left = plot.x().at(bin * distribution.binWidth());
      double end = plot.x().at((bin + 1) * distribution.binWidth());
      if (bins.get(bin) > 0) {
        plot.bar("accent", left + 0.5, end - 0.5, level(bins.get(bin)));
      }
    }
    return plot.xAxis(xTitle, TICKS).yTitle("records, logarithmic").end();
  }

  /** Draws values of either sign, on a linear scale. */
  static String draw(String title, String xTitle, ValueDistribution distribution) {
    List<Long> bins = distribution.bins();
    double width = distribution.binWidth();
    boolean single = distribution.least() == distribution.largest();
    // Of a single value there is a bar in the middle of an axis that has nothing else.
    double from = single ? distribution.least() - span(distribution.least()) : distribution.from();
    double to =
        single ? distribution.least() + span(distribution.least()) : from + bins.size() * width;
    long most = Collections.max(bins);
    Plot plot =
        new Plot(
            HEIGHT,
            title,
            "Histogram of %s records from %s to %s; the mean is %s."
                .formatted(
                    NumberText.count(distribution.count()),
                    NumberText.of(distribution.least()),
                    NumberText.of(distribution.largest()),
                    NumberText.of(distribution.mean())),
            new double[] {from, to},
            new double[] {0, most * 1.02});
    Ticks ticks = Ticks.of(0, (double) Math.max(most, 2), TICKS - 1);
    ticks.values().stream()
        .filter(value -> value == Math.rint(value) && value <= most)
        .forEach(value -> plot.yTick(value, NumberText.brief(Math.round(value))));
    if (single) {
      double middle = plot.x().at(distribution.least());
      plot.bar("accent", middle - 6, middle + 6, (double) most);
    } else {
      for (int bin = 0; bin < bins.size(); bin++) {
        if (bins.get(bin) > 0) {
          double left = plot.x().at(from + bin * width);
          double right = plot.x().at(from + (bin + 1) * width);
          plot.bar("accent", left + 0.5, right - 0.5, bins.get(bin));
        }
      }
    }
    return plot.xAxis(xTitle, TICKS).yTitle("records").end();
  }

  private static double span(double value) {
    return Math.max(Math.abs(value) / 2, 0.5);
  }

  /** Returns the bins that hold records, with their counts. */
  static List<List<String>> rows(Distribution distribution, DoubleFunction<String> text) {
    double width = distribution.binWidth();
    return IntStream.range(0, distribution.bins().size())
        .filter(bin -> distribution.bins().get(bin) > 0)
        .mapToObj(
            bin ->
                List.of(
                    "%s to %s".formatted(text.apply(bin * width), text.apply((bin + 1) * width)),
                    NumberText.count(distribution.bins().get(bin))))
        .toList();
  }

  /**
   * Returns the height of a count on the logarithmic scale: 0 for none, and otherwise nearly the
   * number of its decimal digits.
   */
  private static double level(long count) {
    return Math.log10(1.0 + count);
  }
}
