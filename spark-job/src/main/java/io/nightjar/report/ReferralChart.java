package io.nightjar.report;

import java.util.stream.Collectors;

/** Draws accuracy among the records kept against their share. */
final class ReferralChart {

  private static final int HEIGHT = 330;
  private static final int TICKS = 5;

  /**
   * The least range of the accuracy axis; without it, the curve of a nearly perfect model would
   * look like a mountain range.
   */
  private static final double LEAST_RANGE = 0.01;

  private ReferralChart() {}

  static String draw(ReferralCurve referral) {
    double low =
        referral.curve().stream()
            .mapToDouble(ReferralCurve.Point::accuracy)
            .reduce(1 - LEAST_RANGE, Math::min);
    double overall = referral.curve().get(referral.curve().size() - 1).accuracy();
    Ticks ticks = Ticks.of(100 * low, 100, TICKS);
    double floor = ticks.step() * Math.floor(100 * low / ticks.step());
    Plot plot =
        new Plot(
            HEIGHT,
            "Referral curve",
            "Accuracy among the records kept, from the most certain to all: %s with 80 %% of them kept, %s with all."
                .formatted(
                    NumberText.percent(1 - referral.riskAt80()), NumberText.percent(overall)),
            new double[] {0, 100},
            new double[] {floor, 100});
    Ticks marks = Ticks.of(floor, 100, TICKS + 1);
    marks.values().forEach(value -> plot.yTick(value, marks.label(value)));
    String points =
        referral.curve().stream()
            .map(point -> place(plot, 100 * point.coverage(), 100 * point.accuracy()))
            .collect(Collectors.joining(" "));
    double eighty = plot.y().at(100 * (1 - referral.riskAt80()));
    return plot.line("ideal", plot.x().at(80), plot.y().start(), plot.x().at(80), eighty)
        .path("curve", points)
        .dot("point", plot.x().at(80), eighty)
        .xAxis("records kept by the model, %", TICKS)
        .yTitle("accuracy among them, %")
        .end();
  }

  private static String place(Plot plot, double x, double y) {
    return Plot.number(plot.x().at(x)) + "," + Plot.number(plot.y().at(y));
  }
}
