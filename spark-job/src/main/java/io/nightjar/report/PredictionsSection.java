package io.nightjar.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes which classes or values were predicted, whatever the truth is. */
final class PredictionsSection {

  /** The most classes that are listed; of more the most frequent ones are. */
  static final int MOST_CLASSES = 20;

  /** The most columns with numbers beyond their ends that are shown; a table may have thousands. */
  private static final int MOST_COLUMNS = 10;

  private static final String DOT = " · ";

  private final ReportFigures figures;
  private final PageWriter page;

  PredictionsSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    if (figures.at("predictedClasses").isArray()) {
      classes();
    } else if (figures.at("predictedValues").isArray()) {
      values();
    }
  }

  /** How often a class was predicted. */
  private record ClassCount(int number, long records, double meanProbability) {}

  private void classes() {
    List<ClassCount> counts = new ArrayList<>();
    for (JsonNode each : figures.at("predictedClasses")) {
      counts.add(
          new ClassCount(
              each.path("class").asInt(),
              each.path("records").asLong(),
              each.path("meanProbability").asDouble()));
    }
    page.section("What was predicted", Optional.of(scored()));
    outside();
    page.figures();
    boolean all = counts.size() <= MOST_CLASSES;
    page.figure(
        "Classes",
        all
            ? "of each record the most probable one"
            : "the %d most frequent of %s; of each record the most probable one"
                .formatted(MOST_CLASSES, NumberText.count(counts.size())));
    List<ClassCount> shown =
        all
            ? counts
            : counts.stream()
                .sorted(
                    Comparator.comparingLong(ClassCount::records)
                        .reversed()
                        .thenComparing(
                            Comparator.comparingDouble(ClassCount::meanProbability).reversed()))
                .limit(MOST_CLASSES)
                .toList();
    table(shown, counts);
    page.end();
    figures.riskClass().ifPresent(this::risk);
    page.end();
    page.end();
  }

  private void table(List<ClassCount> shown, List<ClassCount> all) {
    long records = all.stream().mapToLong(ClassCount::records).sum();
    long most = Math.max(1, all.stream().mapToLong(ClassCount::records).max().orElse(1));
    HtmlTable.Bars bars =
        new HtmlTable.Bars(
            page.markup(), "Classes", List.of("Class", "Records", "Share", "Mean probability"));
    for (ClassCount each : shown) {
      bars.row(
          List.of(
              figures.className(each.number()),
              NumberText.count(each.records()),
              NumberText.percent((double) each.records() / records),
              NumberText.percent(each.meanProbability())),
          (double) each.records() / most);
    }
    if (shown.size() < all.size()) {
      long others = records - shown.stream().mapToLong(ClassCount::records).sum();
      double probability =
          all.stream().mapToDouble(ClassCount::meanProbability).sum()
              - shown.stream().mapToDouble(ClassCount::meanProbability).sum();
      bars.row(
          List.of(
              NumberText.count(all.size() - shown.size()) + " other classes",
              NumberText.count(others),
              NumberText.percent((double) others / records),
              NumberText.percent(Math.max(0, probability))),
          Math.min(1, (double) others / most));
    }
    bars.end();
  }

  private void risk(int risk) {
    Distribution distribution =
        figures.read("risk", new TypeReference<Distribution>() {}).orElseThrow();
    String title = "Risk: the probability of " + figures.quotedClass(risk);
    page.figure(
        title,
        "median %s, 95th percentile %s, highest %s"
            .formatted(
                NumberText.percent(distribution.quantiles().get("p50")),
                NumberText.percent(distribution.quantiles().get("p95")),
                NumberText.percent(distribution.largest())));
    page.markup().markup(HistogramChart.draw("Risk", "risk", distribution));
    page.details(
        "risk", List.of("Risk", "Records"), HistogramChart.rows(distribution, NumberText::of));
    page.end();
  }

  private void outside() {
    outsideColumns()
        .ifPresent(
            columns ->
                page.paragraph(
                    "Numbers outside their columns' ends, which count as the nearer end (where they are many, look at the units): "
                        + columns));
  }

  private String scored() {
    long records = figures.scoredNow();
    return "Of %s that %s scored."
        .formatted(
            records == 1 ? "one record" : NumberText.count(records) + " records",
            records == 1 ? "was" : "were");
  }

  private void values() {
    List<ValueDistribution> outputs =
        figures.list("predictedValues", new TypeReference<List<ValueDistribution>>() {});
    String more =
        figures.outputs() > outputs.size()
            ? " The first %d of %s outputs are shown."
                .formatted(outputs.size(), NumberText.count(figures.outputs()))
            : "";
    page.section("What was predicted", Optional.of(scored() + more));
    outside();
    page.figures();
    for (int k = 0; k < outputs.size(); k++) {
      String title = outputs.size() == 1 ? "Predictions" : "Output " + k;
      ValueDistribution of = outputs.get(k);
      page.figure(
          title,
          "mean %s, standard deviation %s"
              .formatted(NumberText.of(of.mean()), NumberText.of(of.standardDeviation())));
      page.markup().markup(HistogramChart.draw(title, "predicted value", of));
      page.details(title.toLowerCase(Locale.ROOT), List.of("Predicted", "Value"), quantiles(of));
      page.end();
    }
    if (outputs.size() == 1) {
      page.figure("Quantiles", "exact to " + NumberText.of(outputs.get(0).resolution()));
      page.table("Quantiles", List.of(), quantiles(outputs.get(0)));
      page.end();
    }
    page.end();
    page.end();
  }

  private static List<List<String>> quantiles(ValueDistribution of) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("least", NumberText.of(of.least())));
    of.quantiles()
        .forEach(
            (name, value) -> rows.add(List.of(NumberText.percentile(name), NumberText.of(value))));
    rows.add(List.of("largest", NumberText.of(of.largest())));
    rows.add(List.of("mean", NumberText.of(of.mean())));
    rows.add(List.of("standard deviation", NumberText.of(of.standardDeviation())));
    return rows;
  }

  /** Says how many numbers lay beyond the ends of the model's columns, if any did. */
  private Optional<String> outsideColumns() {
    List<String> columns =
        figures.at("outside").properties().stream()
            .map(
                column ->
                    Foreign.shorten(column.getKey())
                        + ": "
                        + NumberText.count(column.getValue().asLong()))
            .toList();
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    int more = columns.size() - MOST_COLUMNS;
    String shown = String.join(DOT, columns.subList(0, Math.min(MOST_COLUMNS, columns.size())));
    return Optional.of(more > 0 ? shown + DOT + more + " columns more" : shown);
  }
}
