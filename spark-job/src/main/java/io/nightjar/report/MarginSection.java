package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the margins of the rounds, as planned and as measured. */
final class MarginSection {

  private final ReportFigures figures;
  private final PageWriter page;

  MarginSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    page.part(
        "Noise margins",
        Optional.of(
            "How often the noise in a result could double before a value would be wrong, in bits. The prediction is the plan's, before the job; the measurement is the least over all results of the round that were decrypted. Both are rounded down to half a bit, and the largest value is rounded up to a power of two, because more would say something of the noise and the values themselves. Values outside the range that a round takes count as its nearer end; where everything is evaluated on ciphertexts they stay as they are, and the plan's bounds do not hold."));
    JsonNode margins = figures.at("noiseMarginBits");
    List<List<String>> rows = new ArrayList<>();
    int round = 1;
    for (JsonNode each : figures.at("rounds")) {
      String title = "Round " + round++ + ", " + Foreign.shorten(each.path("title").asText());
      JsonNode bits = each.path("noiseMarginBits");
      rows.add(
          List.of(
              title,
              margin(bits.path("predicted")),
              margin(bits.path("measuredMin")),
              ofBound(each),
              outside(each)));
    }
    rows.add(
        List.of(
            "Least of the job",
            margin(margins.path("predicted")),
            margin(margins.path("measuredMin")),
            "",
            ""));
    page.table(
        "Noise margins",
        List.of(
            "Results of",
            "Predicted",
            "Measured",
            "Largest value, of bound, at most",
            "Taken, out of range"),
        rows);
    page.end();
  }

  /** Says which share of a round's inputs was outside its range. */
  private static String outside(JsonNode round) {
    long inputs = round.path("inputs").asLong();
    long outside = round.path("outside").asLong();
    if (inputs == 0) {
      return "not measured";
    }
    return outside == 0
        ? "none"
        : "%s of %s"
            .formatted(NumberText.percent((double) outside / inputs), NumberText.count(inputs));
  }

  /** Says which share of the plan's bound a round's largest output came to. */
  private static String ofBound(JsonNode round) {
    JsonNode largest = round.path("largestOutput");
    return largest.isNumber()
        ? NumberText.percent(largest.asDouble() / round.path("bound").asDouble())
        : "not measured";
  }

  private static String margin(JsonNode bits) {
    return bits.isNumber() ? NumberText.withUnit(bits.asDouble(), "bits") : "not measured";
  }
}
