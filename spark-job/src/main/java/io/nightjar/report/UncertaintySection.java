package io.nightjar.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes how unsure the model is, and what that is good for. */
final class UncertaintySection {

  private final ReportFigures figures;
  private final PageWriter page;

  UncertaintySection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    Map<String, Distribution> measures = figures.uncertainty();
    if (measures.isEmpty()) {
      return;
    }
    page.section("How sure it is", Optional.of(use()));
    // A measure that is zero for all records says one thing, and no picture is needed for it.
    List<String> known =
        measures.keySet().stream().filter(key -> measures.get(key).largest() > 0).toList();
    if (known.size() < measures.size()) {
      page.paragraph(
          figures.draws() == 1
              ? "With one draw of the model nothing says what draws disagree about: score with --samples of 2 or more."
              : "All draws of the model are the same: there is nothing that they disagree about.");
    }
    if (known.isEmpty() && figures.referral().isEmpty()) {
      page.end();
      return;
    }
    page.figures();
    known.forEach(key -> measure(key, measures.get(key)));
    figures.referral().filter(curve -> curve.curve().size() > 1).ifPresent(this::referral);
    page.end();
    page.end();
  }

  private String use() {
    if (figures.isRegression()) {
      return "The draws of the model differ most where it has seen least: have a person look at records whose predictions have the largest standard deviation before relying on them.";
    }
    return "Have a person decide the records of highest entropy, from 0 where the model is certain to %s nats where it knows nothing: mutual information is the part of it that the draws disagree about, which more training data could reduce."
        .formatted(NumberText.of(Math.log(Math.max(2, figures.outputs()))));
  }

  private void measure(String key, Distribution distribution) {
    String name = name(key, figures.outputs());
    String title = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    page.figure(
        title,
        "median %s, 95th percentile %s, largest %s, of %s"
            .formatted(
                NumberText.quantile(distribution, "p50"),
                NumberText.quantile(distribution, "p95"),
                NumberText.of(distribution.largest()),
                distribution.count() == 1
                    ? "one record"
                    : NumberText.count(distribution.count()) + " records"));
    page.markup().markup(HistogramChart.draw(title, name + ", " + unit(key), distribution));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("mean", NumberText.of(distribution.mean())));
    distribution
        .quantiles()
        .keySet()
        .forEach(
            quantile ->
                rows.add(
                    List.of(
                        NumberText.percentile(quantile),
                        NumberText.quantile(distribution, quantile))));
    rows.add(List.of("largest", NumberText.of(distribution.largest())));
    rows.add(List.of("percentiles are exact to", NumberText.of(distribution.resolution())));
    page.details(name, List.of(title, unit(key)), rows);
    page.end();
  }

  private void referral(ReferralCurve curve) {
    page.figure(
        "Referral",
        "accuracy among the records kept when those of highest entropy go to a person; at the dot, with 80\u00a0%% kept, %s are wrong"
            .formatted(NumberText.percent(curve.riskAt80())));
    page.markup().markup(ReferralChart.draw(curve));
    List<List<String>> rows = new ArrayList<>();
    int every = Math.max(1, curve.curve().size() / 20);
    for (int i = every - 1; i < curve.curve().size(); i += every) {
      ReferralCurve.Point point = curve.curve().get(i);
      rows.add(List.of(NumberText.percent(point.coverage()), NumberText.percent(point.accuracy())));
    }
    rows.add(List.of("Mean over all shares", NumberText.percent(curve.areaUnderCurve())));
    page.details("referral", List.of("Records kept", "Accuracy among them"), rows);
    page.end();
  }

  static String name(String key, int outputs) {
    return switch (key) {
      case Measure.ENTROPY -> "entropy";
      case Measure.MUTUAL_INFORMATION -> "mutual information";
      case Measure.DEVIATION -> outputs > 1 ? "largest standard deviation" : "standard deviation";
      default -> "standard deviation of output " + key.substring(Measure.DEVIATION_OF.length());
    };
  }

  private static String unit(String key) {
    boolean nats = key.equals(Measure.ENTROPY) || key.equals(Measure.MUTUAL_INFORMATION);
    return nats ? "nats" : "units of the output";
  }
}
