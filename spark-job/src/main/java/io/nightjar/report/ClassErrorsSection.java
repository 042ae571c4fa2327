package io.nightjar.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Writes how often predicted classes are right, where labels say what is. */
final class ClassErrorsSection {

  /** A matrix of so many classes fits beside other figures. */
  private static final int MOST_NARROW = 4;

  private static final int[] GAINS = {1, 5, 10, 20, 50};

  private final ReportFigures figures;
  private final PageWriter page;

  ClassErrorsSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    if (figures.interval("accuracyInterval").isEmpty()) {
      return;
    }
    page.section("How right it is", Optional.of(judgement()));
    page.figures();
    accuracy();
    ranking();
    if (figures.outputs() <= MOST_NARROW) {
      confusion();
    }
    gains();
    riskReliability();
    reliability();
    perClass();
    if (figures.outputs() > MOST_NARROW) {
      confusion();
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

  /** Says what accuracy means beside the base rate. */
  private String judgement() {
    JsonNode base = figures.at("baseRate");
    String always = figures.quotedClass(base.path("class").asInt());
    String share = NumberText.percent(base.path("share").asDouble());
    JsonNode interval = figures.at("accuracyInterval");
    String judgement =
        base.path("share").asDouble() < interval.path("from").asDouble()
            ? "That is more than answering %s every time would get right: %s."
            : base.path("share").asDouble() > interval.path("to").asDouble()
                ? "That is less than answering %s every time would get right: %s."
                : "Accuracy does not tell the model from answering %s every time, which gets %s right: look at the ranking and the calibration instead.";
    return "On %s, %s of the predictions are right. %s"
        .formatted(
            records(),
            NumberText.percent(figures.number("accuracy")),
            judgement.formatted(always, share));
  }

  private void accuracy() {
    page.figure("Accuracy", "over " + records());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Right", NumberText.percent(figures.number("accuracy"))));
    rows.add(
        List.of("95\u00a0% interval (Wilson)", figures.interval("accuracyInterval").orElse("")));
    JsonNode base = figures.at("baseRate");
    rows.add(
        List.of(
            "Always " + figures.quotedClass(base.path("class").asInt()),
            NumberText.percent(base.path("share").asDouble())));
    add(rows, "In the clear, the same integers", "referenceAccuracy");
    add(rows, "In the clear, not quantised", "floatAccuracy");
    agreement(rows, "Predictions as with the same integers", "referenceAgreement");
    agreement(rows, "Predictions as without quantisation", "floatAgreement");
    add(rows, "Expected calibration error", "expectedCalibrationError");
    page.table("Accuracy", List.of(), rows);
    page.end();
  }

  private void agreement(List<List<String>> rows, String name, String key) {
    JsonNode agreement = figures.at(key);
    if (agreement.path("records").asLong() > 0) {
      rows.add(
          List.of(
              name,
              "%s of %s; %s"
                  .formatted(
                      NumberText.count(agreement.path("samePredictions").asLong()),
                      NumberText.count(agreement.path("records").asLong()),
                      NumberText.difference(
                          "probabilities", agreement.path("largestDifference").asDouble()))));
    }
  }

  private void add(List<List<String>> rows, String name, String key) {
    if (figures.at(key).isNumber()) {
      rows.add(List.of(name, NumberText.percent(figures.number(key))));
    }
  }

  private void ranking() {
    if (figures.riskRanking().isEmpty()) {
      return;
    }
    RankingFigures ranking = figures.riskRanking().get();
    long all = ranking.positives() + ranking.negatives();
    page.figure(
        "Ranking by risk",
        "how well the probability of %s puts records of it before others"
            .formatted(figures.quotedClass(figures.riskClass().orElseThrow())));
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "Records of it",
            "%s of %s, %s"
                .formatted(
                    NumberText.count(ranking.positives()),
                    NumberText.count(all),
                    NumberText.percent((double) ranking.positives() / all))));
    rows.add(List.of("AUROC", within(ranking.auroc(), ranking.aurocWithin())));
    rows.add(
        List.of(
            "95\u00a0% interval (Hanley and McNeil)",
            "%s to %s"
                .formatted(
                    NumberText.digits(ranking.aurocFrom(), 3),
                    NumberText.digits(ranking.aurocTo(), 3))));
    rows.add(
        List.of(
            "Average precision",
            within(ranking.averagePrecision(), ranking.averagePrecisionWithin())));
    rows.add(
        List.of(
            "By chance",
            "AUROC 0.5, average precision "
                + NumberText.digits((double) ranking.positives() / all, 3)));
    page.table("Ranking by risk", List.of(), rows);
    page.end();
  }

  /** Says how exact a figure is, if it is not. */
  private static String within(double value, double bound) {
    return bound == 0
        ? NumberText.digits(value, 4)
        : "%s, exact to %s".formatted(NumberText.digits(value, 4), NumberText.of(bound));
  }

  private void gains() {
    Optional<GainsCurve> found = figures.read("riskGains", new TypeReference<GainsCurve>() {});
    if (found.isEmpty() || found.get().curve().size() < 2) {
      return;
    }
    List<GainsCurve.Point> curve = found.get().curve();
    String risk = figures.quotedClass(figures.riskClass().orElseThrow());
    page.figure(
        "Acting on the highest risks",
        "which share of %s is found among the records of highest risk; chance is the dashed line"
            .formatted(risk));
    page.markup().markup(GainsChart.draw(curve));
    List<List<String>> rows = new ArrayList<>();
    for (int percent : GAINS) {
      curve.stream()
          .filter(point -> point.share() >= percent / 100.0 - 1e-9)
          .findFirst()
          .map(
              point ->
                  List.of(
                      NumberText.roughPercent(point.share()),
                      NumberText.roughPercent(point.found()),
                      NumberText.roughPercent(point.precision())))
          .filter(row -> !rows.contains(row))
          .ifPresent(rows::add);
    }
    page.table(
        "Acting on the highest risks",
        List.of("Of highest risk", "Found of " + risk, "Right among them"),
        rows);
    page.end();
  }

  private void riskReliability() {
    List<Calibration.Bin> bins =
        figures.list("riskReliability", new TypeReference<List<Calibration.Bin>>() {});
    if (bins.isEmpty()) {
      return;
    }
    page.figure(
        "Calibration of the risk",
        "on the dashed line as many records are %s as the risk says; whiskers are 95\u00a0%% intervals, below are the records of each bin; the mean distance is %s"
            .formatted(
                figures.quotedClass(figures.riskClass().orElseThrow()),
                NumberText.percent(figures.number("riskCalibrationError"))));
    page.markup()
        .markup(
            ReliabilityChart.draw(
                bins,
                "Calibration of the risk",
                "risk",
                "share of the class",
                figures.number("riskCalibrationError")));
    bins("calibration of the risk", "Risk", "Are of the class", bins);
    page.end();
  }

  private void reliability() {
    List<Calibration.Bin> bins =
        figures.list("reliability", new TypeReference<List<Calibration.Bin>>() {});
    if (bins.isEmpty()) {
      return;
    }
    page.figure(
        "Calibration of the predicted class",
        "on the dashed line predictions are as often right as their probability says; whiskers are 95\u00a0% intervals, below are the records of each bin");
    page.markup()
        .markup(
            ReliabilityChart.draw(
                bins,
                "Calibration of the predicted class",
                "probability of the predicted class",
                "accuracy",
                figures.number("expectedCalibrationError")));
    bins("calibration of the predicted class", "Probability", "Accuracy", bins);
    page.end();
  }

  private void bins(String what, String of, String share, List<Calibration.Bin> bins) {
    page.details(
        what,
        List.of(of, "Records", "Mean", share),
        bins.stream()
            .map(
                bin ->
                    List.of(
                        "%s to %s".formatted(NumberText.of(bin.from()), NumberText.of(bin.to())),
                        NumberText.count(bin.count()),
                        NumberText.percent(bin.confidence()),
                        NumberText.percent(bin.accuracy())))
            .toList());
  }

  private void perClass() {
    List<JsonNode> classes = new ArrayList<>();
    figures
        .at("perClass")
        .forEach(
            each -> {
              if (each.path("records").asLong() + each.path("predicted").asLong() > 0) {
                classes.add(each);
              }
            });
    boolean all = classes.size() <= PredictionsSection.MOST_CLASSES;
    page.figure(
        "Class by class",
        (all ? "" : "the %d with most mistakes; ".formatted(PredictionsSection.MOST_CLASSES))
            + "recall is the share of a class's records that was found, precision the share of its predictions that is right",
        "class",
        "wide");
    if (!all) {
      classes.sort(Comparator.comparingLong(ClassErrorsSection::mistakes).reversed());
    }
    // Of two classes the chosen one has its figures above, and the other one's are the same.
    boolean ranked =
        figures.outputs() > 2 && classes.stream().anyMatch(each -> each.path("ranking").isObject());
    List<String> head =
        new ArrayList<>(List.of("Class", "Records", "Predicted", "Recall", "Precision"));
    if (ranked) {
      head.addAll(List.of("AUROC", "Average precision"));
    }
    List<List<String>> rows =
        classes.stream()
            .limit(PredictionsSection.MOST_CLASSES)
            .map(each -> row(each, ranked))
            .toList();
    page.table("Class by class", head, rows);
    page.end();
  }

  /** Records of a class that were not found, and those that were taken for it. */
  private static long mistakes(JsonNode each) {
    return each.path("records").asLong()
        + each.path("predicted").asLong()
        - 2 * each.path("right").asLong();
  }

  private List<String> row(JsonNode each, boolean ranked) {
    long right = each.path("right").asLong();
    List<String> row = new ArrayList<>();
    row.add(figures.className(each.path("class").asInt()));
    row.add(NumberText.count(each.path("records").asLong()));
    row.add(NumberText.count(each.path("predicted").asLong()));
    row.add(share(right, each.path("records").asLong()));
    row.add(share(right, each.path("predicted").asLong()));
    if (ranked) {
      JsonNode ranking = each.path("ranking");
      row.add(figure(ranking, "auroc"));
      row.add(figure(ranking, "averagePrecision"));
    }
    return row;
  }

  private static String figure(JsonNode ranking, String key) {
    return ranking.isObject() ? NumberText.digits(ranking.path(key).asDouble(), 3) : "–";
  }

  private static String share(long part, long of) {
    return of == 0 ? "–" : NumberText.percent((double) part / of);
  }

  private void confusion() {
    List<List<Long>> rows =
        figures.list("confusionMatrix", new TypeReference<List<List<Long>>>() {});
    if (rows.isEmpty()) {
      return;
    }
    page.figure(
        "Confusion",
        "rows are true classes, columns predicted ones",
        "class",
        rows.size() > MOST_NARROW ? "wide" : "");
    List<String> classes = new ArrayList<>();
    figures.at("classes").forEach(name -> classes.add(name.asText()));
    HtmlTable.confusion(page.markup(), rows, classes);
    page.end();
  }
}
