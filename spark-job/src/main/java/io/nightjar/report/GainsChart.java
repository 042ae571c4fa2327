package io.nightjar.report;

import java.util.List;
import java.util.stream.Collectors;

/** Draws which share of a class is found against how many records of highest risk are taken. */
final class GainsChart {

  private static final int HEIGHT = 330;
  private static final int TICKS = 5;

  private GainsChart() {}

  static String draw(List<GainsCurve.Point> curve) {
    GainsCurve.Point fifth =
        curve.stream().filter(point -> point.share() >= 0.2 - 1e-9).findFirst().orElseThrow();
    Plot plot =
        new Plot(
            HEIGHT,
            "Share found among the highest risks",
            "Among the %s of records with the highest risk are %s of the class."
                .formatted(
                    NumberText.roughPercent(fifth.share()), NumberText.roughPercent(fifth.found())),
            new double[] {0, 100},
            new double[] {0, 100});
    Ticks ticks = Ticks.of(0, 100, TICKS);
    ticks.values().forEach(value -> plot.yTick(value, ticks.label(value)));
    String points =
        curve.stream()
            .map(point -> place(plot, 100 * point.share(), 100 * point.found()))
            .collect(Collectors.joining(" "));
    return plot.line("ideal", plot.x().at(0), plot.y().at(0), plot.x().at(100), plot.y().at(100))
        .path("curve", place(plot, 0, 0) + " " + points)
        .xAxis("records of highest risk, %", TICKS)
        .yTitle("found of the class, %")
        .end();
  }

  private static String place(Plot plot, double x, double y) {
    return Plot.number(plot.x().at(x)) + "," + Plot.number(plot.y().at(y));
  }
}
