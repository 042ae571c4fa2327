package io.nightjar.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes how far predicted values are from true ones, where labels say what these are. */
final class ValueErrorsSection {

  private final ReportFigures figures;
  private final PageWriter page;

  ValueErrorsSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    JsonNode errors = figures.at("errors");
    if (!errors.isArray()) {
      return;
    }
    page.section("How right it is", Optional.of(judgement(errors)));
    page.figures();
    if (errors.size() == 1) {
      errors(errors.get(0));
    } else {
      outputs(errors);
    }
    coverage(errors);
    for (int k = 0; k < errors.size(); k++) {
      parity(errors.get(k), errors.size() == 1 ? "" : ", output " + k);
    }
    page.end();
    page.end();
  }

  private String records() {
    long records = figures.at("labelledRecords").asLong();
    return records == 1
        ? "the one record with a label"
        : "the %s records with labels".formatted(NumberText.count(records));
  }

  private String judgement(JsonNode errors) {
    JsonNode r2 = errors.get(0).path("r2");
    if (errors.size() > 1 || !r2.isNumber()) {
      return "On %s.".formatted(records());
    }
    return r2.asDouble() > 0
        ? "On %s, predictions explain %s of the variance of the true values (R²)."
            .formatted(records(), NumberText.roughPercent(r2.asDouble()))
        : "On %s, predictions are no nearer to the true values than their mean would be (R² is not above 0)."
            .formatted(records());
  }

  private void errors(JsonNode of) {
    page.figure("Errors", "over " + records());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RMSE", figure(of, "rmse")));
    rows.add(List.of("MAE", figure(of, "mae")));
    rows.add(
        List.of(
            "R²", of.path("r2").isNumber() ? NumberText.digits(of.path("r2").asDouble(), 4) : "–"));
    rows.add(List.of("Mean error (predicted less true)", figure(of, "bias")));
    if (of.path("standardDeviation").isNumber()) {
      rows.add(List.of("RMSE of always the true mean", figure(of, "standardDeviation")));
    }
    clear(rows, "RMSE in the clear, the same integers", "referenceRmse");
    clear(rows, "RMSE in the clear, not quantised", "floatRmse");
    agreement(rows, "From the same integers in the clear", "referenceAgreement");
    agreement(rows, "From the model without quantisation", "floatAgreement");
    page.table("Errors", List.of(), rows);
    page.end();
  }

  private void clear(List<List<String>> rows, String name, String key) {
    if (figures.at(key).isNumber()) {
      rows.add(List.of(name, NumberText.of(figures.number(key))));
    }
  }

  private void agreement(List<List<String>> rows, String name, String key) {
    JsonNode agreement = figures.at(key);
    if (agreement.path("records").asLong() > 0) {
      rows.add(
          List.of(
              name,
              "of %s records %s"
                  .formatted(
                      NumberText.count(agreement.path("records").asLong()),
                      NumberText.difference(
                          "values", agreement.path("largestDifference").asDouble()))));
    }
  }

  private void outputs(JsonNode errors) {
    page.figure("Errors", "of each output, over " + records(), "class", "wide");
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < errors.size() && k < PredictionsSection.MOST_CLASSES; k++) {
      JsonNode of = errors.get(k);
      rows.add(
          List.of(
              "Output " + k,
              figure(of, "rmse"),
              figure(of, "mae"),
              of.path("r2").isNumber() ? NumberText.digits(of.path("r2").asDouble(), 3) : "–",
              figure(of, "bias")));
    }
    page.table("Errors", List.of("Of", "RMSE", "MAE", "R²", "Mean error"), rows);
    if (errors.size() > rows.size()) {
      page.paragraph(
          "%s more outputs are in report.json."
              .formatted(NumberText.count(errors.size() - rows.size())));
    }
    page.end();
  }

  private static String figure(JsonNode of, String key) {
    return NumberText.of(of.path(key).asDouble());
  }

  private void parity(JsonNode of, String which) {
    if (!of.path("parity").isObject()) {
      return;
    }
    ParityGrid.Squares squares =
        ReportFigures.read(of.path("parity"), new TypeReference<ParityGrid.Squares>() {});
    page.figure(
        "Predicted against true" + which,
        "on the dashed line predictions are right; the darker a square, the more records");
    page.markup().markup(ParityChart.draw(squares, "Predicted against true" + which));
    page.details(
        "predicted against true" + which,
        List.of("True value", "Records", "Mean prediction"),
        ParityChart.rows(squares));
    page.end();
  }

  private void coverage(JsonNode errors) {
    page.figure(
        "Coverage of intervals",
        "which share of true values is within so many standard deviations of the draws (sd) around the prediction");
    JsonNode levels = errors.get(0).path("intervals");
    if (!levels.isArray()) {
      page.paragraph(
          figures.draws() == 1
              ? "There are no intervals: with one draw nothing says how far draws are apart. Score with --samples of 2 or more."
              : "There are no intervals: all draws are the same.");
      page.end();
      return;
    }
    List<String> head = new ArrayList<>(List.of("Meant to cover"));
    for (int k = 0; k < errors.size() && k < Measure.MOST_OUTPUTS; k++) {
      head.add(errors.size() == 1 ? "Covers" : "Output " + k);
    }
    List<List<String>> rows = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      JsonNode interval = levels.get(level);
      List<String> row = new ArrayList<>();
      row.add(
          "%s, ±\u00a0%s\u00a0sd"
              .formatted(
                  NumberText.roughPercent(interval.path("level").asDouble()),
                  NumberText.of(interval.path("deviations").asDouble())));
      for (int k = 0; k < head.size() - 1; k++) {
        JsonNode covered = errors.get(k).path("intervals").path(level).path("covered");
        row.add(covered.isNumber() ? NumberText.percent(covered.asDouble()) : "–");
      }
      rows.add(row);
    }
    page.table("Coverage of intervals", head, rows);
    page.paragraph(
        "Intervals come from the draws alone, as of a normal distribution. Models say nothing of the noise of single values, so that fewer are covered than meant.");
    page.end();
  }
}
