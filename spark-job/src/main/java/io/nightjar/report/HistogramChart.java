package io.nightjar.report;

import java.util.Collections;
import java.util.List;

/** Draws a distribution: how many records are in each bin, on a logarithmic scale that has a 0. */
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

  /**
   * Returns the height of a count on the logarithmic scale: 0 for none, and otherwise nearly the
   * number of its decimal digits.
   */
  private static double level(long count) {
    return Math.log10(1.0 + count);
  }
}
