package io.nightjar.report;

import java.util.List;

/**
 * Draws how often something is so against its probability, with Wilson intervals, over how many
 * records each bin has.
 */
final class ReliabilityChart {

  private static final int HEIGHT = 330;
  private static final int TICKS = 5;

  /** The part of the height, below the diagram, in which the counts are drawn. */
  private static final double STRIP = 0.28;

  private ReliabilityChart() {}

  static String draw(
      List<Calibration.Bin> bins, String title, String probability, String share, double error) {
    Plot plot =
        new Plot(
            HEIGHT,
            title,
            "The %s against the mean %s in %d bins; the expected calibration error is %s."
                .formatted(share, probability, bins.size(), NumberText.percent(error)),
            new double[] {0, 1},
            new double[] {-STRIP, 1});
    Ticks ticks = Ticks.of(0, 1, TICKS);
    ticks.values().forEach(value -> plot.yTick(value, ticks.label(value)));
    plot.line("ideal", plot.x().at(0), plot.y().at(0), plot.x().at(1), plot.y().at(1));
    double most = bins.stream().mapToDouble(bin -> level(bin.count())).max().orElse(1);
    for (Calibration.Bin bin : bins) {
      double left = plot.x().at(bin.from()) + 1;
      double right = plot.x().at(bin.to()) - 1;
      double top = STRIP * 0.72 * level(bin.count()) / most - STRIP;
      plot.bar("muted", left, right, top);
      plot.text(
          "small middle", (left + right) / 2, plot.y().at(top) - 3, NumberText.brief(bin.count()));
      Proportion right95 = new Proportion(Math.round(bin.accuracy() * bin.count()), bin.count());
      double centre = plot.x().at(bin.confidence());
      plot.line("whisker", centre, plot.y().at(right95.from()), centre, plot.y().at(right95.to()));
      plot.dot("point", centre, plot.y().at(bin.accuracy()));
    }
    return plot.xAxis(probability, TICKS).yTitle(share).end();
  }

  private static double level(long count) {
    return Math.log10(1.0 + count);
  }
}
