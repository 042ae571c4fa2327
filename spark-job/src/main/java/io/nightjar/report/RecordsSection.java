package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the records that a person should look at first, by their ids. */
final class RecordsSection {

  private final ReportFigures figures;
  private final PageWriter page;

  RecordsSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    JsonNode risks = figures.at("highestRisk");
    JsonNode unsure = figures.at("leastCertain");
    // Where the measure is 0 for all records, no record is less certain than another.
    boolean differ = !unsure.isEmpty() && measure(unsure.get(0)) > 0;
    if (risks.isEmpty() && !differ) {
      return;
    }
    page.section(
        "Records to look at",
        Optional.of("Ids are the input's; whoever is given this page is given them."));
    page.figures();
    if (!risks.isEmpty()) {
      risks(risks);
    }
    if (differ) {
      if (figures.isRegression()) {
        values(unsure);
      } else {
        classes(unsure);
      }
    }
    page.end();
    page.end();
  }

  private static double measure(JsonNode record) {
    return record
        .path(record.has(Measure.ENTROPY) ? Measure.ENTROPY : Measure.DEVIATION)
        .asDouble();
  }

  private boolean drawsDiffer() {
    return figures.draws() > 1;
  }

  private void risks(JsonNode risks) {
    page.figure(
        "Highest risk",
        "of %s, the most probable first"
            .formatted(figures.quotedClass(figures.riskClass().orElseThrow())));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode each : risks) {
      List<String> row = new ArrayList<>();
      row.add(Foreign.shorten(each.path("id").asText()));
      row.add(NumberText.percent(each.path("risk").asDouble()));
      if (drawsDiffer()) {
        row.add("± " + NumberText.percent(each.path("standardDeviation").asDouble()));
      }
      rows.add(row);
    }
    page.table(
        "Highest risk",
        drawsDiffer()
            ? List.of("Id", "Risk", "Standard deviation of the draws")
            : List.of("Id", "Risk"),
        rows);
    page.end();
  }

  private void classes(JsonNode unsure) {
    page.figure("Least certain", "of highest entropy, which a person should decide");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode each : unsure) {
      List<String> row = new ArrayList<>();
      row.add(Foreign.shorten(each.path("id").asText()));
      row.add(figures.className(each.path("prediction").asInt()));
      row.add(NumberText.percent(each.path("probability").asDouble()));
      if (figures.outputs() > 2) { // of two classes the probability says it
        row.add(NumberText.of(each.path(Measure.ENTROPY).asDouble()));
      }
      if (drawsDiffer()) {
        row.add(NumberText.of(each.path(Measure.MUTUAL_INFORMATION).asDouble()));
      }
      rows.add(row);
    }
    List<String> head = new ArrayList<>(List.of("Id", "Predicted", "Probability"));
    if (figures.outputs() > 2) {
      head.add("Entropy, nats");
    }
    if (drawsDiffer()) {
      head.add("Mutual information, nats");
    }
    page.table("Least certain", head, rows);
    page.end();
  }

  private void values(JsonNode unsure) {
    String name = UncertaintySection.name(Measure.DEVIATION, figures.outputs());
    page.figure("Least certain", "of " + (figures.outputs() > 1 ? "" : "largest ") + name);
    boolean single = unsure.get(0).has("prediction");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode each : unsure) {
      List<String> row = new ArrayList<>();
      row.add(Foreign.shorten(each.path("id").asText()));
      if (single) {
        row.add(NumberText.of(each.path("prediction").asDouble()));
      }
      row.add("± " + NumberText.of(each.path(Measure.DEVIATION).asDouble()));
      rows.add(row);
    }
    page.table(
        "Least certain",
        single
            ? List.of("Id", "Predicted", "Standard deviation")
            : List.of("Id", "Standard deviation"),
        rows);
    page.end();
  }
}
