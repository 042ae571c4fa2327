package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes what answers give away of the model, which takes the model to compute: an agent cannot.
 */
final class LeakageSection {

  private static final int MOST_VERDICT = 500;

  private final ReportFigures figures;
  private final PageWriter page;

  LeakageSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    JsonNode leakage = figures.at("leakage");
    if (!leakage.isObject()) {
      return;
    }
    page.part(
        "What answers give away of the model",
        Optional.of(
            "Records after which the best estimate that a data owner can compute of a round's mean weights is off by 10 % of their size. "
                + Foreign.shorten(leakage.path("verdict").asText(), MOST_VERDICT)));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode round : leakage.path("rounds")) {
      rows.add(
          List.of(
              "Round "
                  + (round.path("index").asInt() + 1)
                  + ", "
                  + Foreign.shorten(round.path("title").asText()),
              recordsTo(round.path("natural")),
              recordsTo(round.path("chosenTogether"))));
    }
    page.table(
        "What answers give away",
        List.of("Weights of", "Records such as these", "Chosen inputs"),
        rows);
    page.end();
  }

  private static String recordsTo(JsonNode curve) {
    JsonNode records = curve.path("recordsToTenPercent");
    if (records.isNumber()) {
      return NumberText.count(records.asLong());
    }
    return curve.isObject() ? "never" : "not computed";
  }
}
