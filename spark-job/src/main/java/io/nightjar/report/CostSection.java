package io.nightjar.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.report.PhaseChart.Party;
import io.nightjar.report.PhaseChart.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the time and the bytes that a job took. */
final class CostSection {

  private final ReportFigures figures;
  private final PageWriter page;

  CostSection(ReportFigures figures, PageWriter page) {
    this.figures = figures;
    this.page = page;
  }

  void write() {
    time();
    bytes();
  }

  private void time() {
    page.part(
        "Where the time went",
        Optional.of(
            figures.isRemote()
                ? "Processor time of the data owner's process, summed over its threads. What the executors did is the model owner's to know."
                : "Processor time summed over threads. Spark and the rest is the cores' wall time less everything else: scheduling, waiting, and in short jobs Java's compiler."));
    page.figures();
    List<Party> parties = parties();
    double all = parties.stream().mapToDouble(Party::seconds).sum();
    page.figure("Processor time", "seconds, and the share of all of them");
    page.markup().markup(PhaseChart.draw(parties));
    List<List<String>> rows = new ArrayList<>();
    for (Party party : parties) {
      for (Phase phase : party.phases()) {
        rows.add(List.of(party.name(), phase.name(), PhaseChart.figure(phase.seconds(), all)));
      }
    }
    page.details("processor time", List.of("Whose", "Phase", "Processor time"), rows);
    page.end();
    page.figure("The whole job", "");
    List<List<String>> whole = new ArrayList<>();
    times(whole);
    whole.add(List.of("Records scored", NumberText.count(figures.scoredNow())));
    whole.add(
        List.of(
            "Records per second of the rounds", NumberText.of(figures.number("recordsPerSecond"))));
    whole.add(List.of("Cores", figures.count("cores")));
    if (figures.scoredNow() > 0) {
      whole.add(List.of("Processor time per record", NumberText.micros(all / figures.scoredNow())));
    }
    if (figures.at("peakExecutorBytes").asLong() > 0) {
      whole.add(
          List.of(
              "Executors' native memory, peak",
              NumberText.bytes(figures.number("peakExecutorBytes"))));
    }
    page.table("The whole job", List.of(), whole);
    page.end();
    page.end();
    page.end();
  }

  /** Adds the time that somebody waited for, all of it in parts that follow each other. */
  private void times(List<List<String>> rows) {
    rows.add(List.of("Time of the rounds", NumberText.seconds(figures.number("wallSeconds"))));
    time(rows, "Before: to start", "start");
    time(rows, "Before: to read the records", "read");
    time(rows, "After: to compare with the model in the clear", "compare");
    time(rows, "After: to write the results, up to this page", "write");
    time(rows, "All of it", "all");
  }

  private void time(List<List<String>> rows, String name, String key) {
    JsonNode seconds = figures.at("times").path(key);
    if (seconds.isNumber()) {
      rows.add(List.of(name, NumberText.seconds(seconds.asDouble())));
    }
  }

  private List<Party> parties() {
    List<Party> parties = new ArrayList<>();
    parties.add(
        new Party(
            "Data owner",
            "owner",
            List.of(
                phase("read and write", "records"),
                phase("encrypt", "encrypt"),
                phase("decrypt", "decrypt"),
                phase("activate", "activate"))));
    if (!figures.isRemote()) {
      parties.add(
          new Party(
              "Executors",
              "executors",
              List.of(phase("draw weights", "draw"), phase("linear layers", "linear"))));
    }
    parties.add(new Party("Exchange", "exchange", List.of(phase("blocks and files", "exchange"))));
    parties.add(
        figures.isRemote()
            ? new Party("Waiting, the rest", "rest", List.of(phase("idle cores", "spark")))
            : new Party("Spark, the rest", "rest", List.of(phase("scheduling, waiting", "spark"))));
    return parties;
  }

  private Phase phase(String name, String key) {
    return new Phase(name, figures.at("phases").path(key).asDouble());
  }

  private void bytes() {
    page.part("Where the bytes went", Optional.empty());
    double up = figures.number("bytesUpPerRecord");
    double down = figures.number("bytesDownPerRecord");
    page.table(
        "Bytes",
        List.of("Ciphertexts", "Bytes per record", "In all"),
        List.of(
            bytes("Up, to the executors", up),
            bytes("Down, to the data owner", down),
            bytes("Both", up + down)));
    page.end();
  }

  private List<String> bytes(String name, double perRecord) {
    return List.of(
        name,
        NumberText.count(Math.round(perRecord)),
        NumberText.bytes(perRecord * figures.scoredNow()));
  }
}
