package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what was protected from whom, in a sentence each. */
final class ProtectionSection {

  private static final int MOST_LEARNED = 500;

  private final ReportFigures figures;
  private final PageWriter page;

  ProtectionSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    page.section("What was protected", Optional.empty());
    page.markup().open("dl", "class", "facts sentences").line();
    page.fact(
        "Records",
        figures.isRemote()
            ? "They left this side only encrypted: the model owner's executors saw ciphertexts, and how many records there are."
            : "They went to executors only encrypted: these saw ciphertexts, and how many records there are. The driver read the model, so one owner ran both sides.");
    model().ifPresent(text -> page.fact("Model", text));
    page.fact(
        "Results",
        figures.isRemote()
            ? "The model owner signed them and did not prove them: whether it computed something else, nobody would notice."
            : "What the executors computed is not proved: they are taken to follow the protocol.");
    ledger().ifPresent(text -> page.fact("Answers counted", text));
    page.markup().close().close().line();
  }

  private Optional<String> model() {
    List<String> lines = new ArrayList<>();
    figures.at("learned").forEach(line -> lines.add(line.asText()));
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(Foreign.shorten(String.join(" ", lines), MOST_LEARNED));
  }

  private Optional<String> ledger() {
    JsonNode ledger = figures.at("ledger");
    if (!ledger.isObject()) {
      return Optional.empty();
    }
    String answered =
        "%s was answered %s times with this job"
            .formatted(
                Foreign.shorten(ledger.path("owner").asText()),
                NumberText.count(ledger.path("answered").asLong()));
    return Optional.of(
        ledger.path("budget").isNumber()
            ? "%s, of %s; %s are left."
                .formatted(
                    answered,
                    NumberText.count(ledger.path("budget").asLong()),
                    NumberText.count(ledger.path("left").asLong()))
            : answered + ", and there is no limit.");
  }
}
