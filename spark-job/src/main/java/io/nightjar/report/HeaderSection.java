package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Writes the top of the page: what was scored, and the few figures to know first. */
final class HeaderSection {

  private final ReportFigures figures;
  private final PageWriter page;

  HeaderSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    Markup markup = page.markup();
    markup.open("header").element("p", "Nightjar", "class", "brand");
    markup.element("h1", figures.model());
    markup.element(
        "p",
        "%s, %s%s"
            .formatted(
                records(figures.at("records").asLong()),
                figures.draws() == 1
                    ? "one draw of the model"
                    : figures.draws() + " draws of the model each",
                figures.finished().map(time -> " · " + time).orElse("")));
    if (figures.isResumed()) {
      markup.element(
          "p",
          "The job was interrupted. All figures on this page are of the %s that %s scored after that; the others are in the results, but not here."
              .formatted(records(figures.scoredNow()), figures.scoredNow() == 1 ? "was" : "were"),
          "class",
          "warning");
    }
    if (figures.scoredNow() > 0) {
      markup.open("dl", "class", "tiles").line();
      if (figures.isRegression()) {
        values();
      } else {
        classes();
      }
      markup.close().line();
    }
    markup.close().line();
  }

  private static String records(long count) {
    return count == 1 ? "one record" : NumberText.count(count) + " records";
  }

  private void classes() {
    figures
        .interval("accuracyInterval")
        .ifPresent(
            interval -> {
              JsonNode base = figures.at("baseRate");
              page.tile(
                  "Accuracy",
                  NumberText.percent(figures.number("accuracy")),
                  "always %s: %s"
                      .formatted(
                          figures.quotedClass(base.path("class").asInt()),
                          NumberText.percent(base.path("share").asDouble())));
            });
    figures
        .riskRanking()
        .ifPresent(
            ranking -> {
              page.tile("AUROC", NumberText.digits(ranking.auroc(), 3), "by chance: 0.5");
              page.tile(
                  "Average precision",
                  NumberText.digits(ranking.averagePrecision(), 3),
                  "by chance: " + NumberText.digits(share(ranking), 3));
            });
    if (figures.at("meanAuroc").isNumber()) {
      page.tile(
          "Mean AUROC",
          NumberText.digits(figures.number("meanAuroc"), 3),
          "of each class against the rest");
    }
    if (figures.isLabelled()) {
      page.tile(
          "Calibration error",
          NumberText.percent(
              figures.riskClass().isPresent()
                  ? figures.number("riskCalibrationError")
                  : figures.number("expectedCalibrationError")),
          figures.riskClass().isPresent() ? "of the risk" : "of confidence");
    }
    figures
        .riskClass()
        .ifPresent(
            risk ->
                page.tile(
                    "Mean risk",
                    NumberText.percent(figures.at("risk").path("mean").asDouble()),
                    "probability of " + figures.quotedClass(risk)));
    Optional.ofNullable(figures.uncertainty().get(Measure.ENTROPY))
        .ifPresent(
            entropy ->
                page.tile(
                    "Median entropy",
                    NumberText.quantile(entropy, "p50"),
                    "of at most " + NumberText.of(Math.log(Math.max(2, figures.outputs())))));
  }

  private static double share(RankingFigures ranking) {
    return (double) ranking.positives() / (ranking.positives() + ranking.negatives());
  }

  private void values() {
    if (figures.at("rmse").isNumber()) {
      JsonNode errors = figures.at("errors").path(0);
      page.tile(
          "RMSE",
          NumberText.of(figures.number("rmse")),
          errors.path("standardDeviation").isNumber()
              ? "always the mean: " + NumberText.of(errors.path("standardDeviation").asDouble())
              : "root mean square error");
      page.tile("MAE", NumberText.of(figures.number("mae")), "mean absolute error");
      if (figures.at("r2").isNumber()) {
        page.tile("R²", NumberText.digits(figures.number("r2"), 3), "of the variance explained");
      }
    }
    JsonNode values = figures.at("predictedValues");
    if (values.size() == 1) {
      page.tile(
          "Median prediction",
          NumberText.of(values.get(0).path("quantiles").path("p50").asDouble()),
          "%s to %s"
              .formatted(
                  NumberText.of(values.get(0).path("least").asDouble()),
                  NumberText.of(values.get(0).path("largest").asDouble())));
    } else {
      page.tile("Outputs", NumberText.count(figures.outputs()), "values for each record");
    }
    Optional.ofNullable(figures.uncertainty().get(Measure.DEVIATION))
        .filter(deviation -> deviation.largest() > 0)
        .ifPresent(
            deviation ->
                page.tile(
                    "Median deviation",
                    NumberText.quantile(deviation, "p50"),
                    "between the draws"));
  }
}
