package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Writes, folded, how a job ran: times, bytes, margins, what answers give away. */
final class JobSection {

  private final ReportFigures figures;
  private final PageWriter page;

  JobSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    page.section("How the job ran", Optional.empty());
    page.markup().element("p", "Unfold this on the page to have it printed.", "class", "folded");
    page.markup().open("details", "class", "job");
    page.markup().element("summary", summary()).line();
    scored();
    new CostSection(figures, page).write();
    new MarginSection(figures, page).write();
    new LeakageSection(figures, page).write();
    page.end();
    page.end();
  }

  private String summary() {
    return figures.scoredNow() == 0
        ? "Digests and margins"
        : "%s records/s in the rounds, which took %s: time, bytes, margins, digests"
            .formatted(
                NumberText.of(figures.number("recordsPerSecond")),
                NumberText.seconds(figures.number("wallSeconds")));
  }

  private void scored() {
    page.part("What was scored", Optional.empty());
    page.markup().open("dl", "class", "facts").line();
    page.fact("Model", figures.model());
    if (figures.at("task").isTextual()) {
      page.fact("Task", figures.text("task"));
    }
    page.fact("Protocol", figures.text("protocol"));
    page.fact("Records", figures.count("records"));
    page.fact("Draws of the model", figures.count("draws"));
    page.fact("Model privacy", figures.text("modelPrivacy"));
    page.fact(
        "Executors", figures.isRemote() ? "the model owner's, elsewhere" : "of this job's Spark");
    figures.finished().ifPresent(time -> page.fact("Finished", time));
    results().ifPresent(where -> page.fact("Results", where));
    if (figures.at("version").isTextual()) {
      page.fact("Software", "Nightjar " + figures.text("version"));
    }
    page.code("Plan digest", figures.text("planDigest"));
    if (figures.at("modelDigest").isTextual()) {
      page.code("Model digest", figures.text("modelDigest"));
    }
    if (figures.at("modelOwner").isTextual()) {
      page.code("Answered and signed by", figures.text("modelOwner"));
    }
    page.markup().close().close().line();
  }

  /** Says where the results are, if a report says it. */
  private Optional<String> results() {
    JsonNode results = figures.at("results");
    if (results.path("table").isTextual()) {
      String version = results.path("version").asText();
      return Optional.of(
          "in table "
              + Foreign.shorten(results.path("table").asText())
              + (version.isEmpty() ? "" : ", version " + Foreign.shorten(version)));
    }
    return results.path("format").isTextual()
        ? Optional.of("as " + Foreign.shorten(results.path("format").asText()))
        : Optional.empty();
  }
}
