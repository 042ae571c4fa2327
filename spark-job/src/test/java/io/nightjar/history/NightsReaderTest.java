package io.nightjar.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.records.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NightsReaderTest {

  private static final String REPORT =
      """
      {"model": "triage", "planDigest": "aa", "modelDigest": "bb", "task": "classification",
       "outputs": 2, "classes": ["no", "yes"], "draws": 8, "records": 1000, "recordsScoredNow": 1000,
       "recordsPerSecond": 500.5, "wallSeconds": 2.0, "outside": {"age": 20, "pulse": 3},
       "noiseMarginBits": {"predicted": 3.0, "measuredMin": 5.5},
       "rounds": [{"inputs": 4000, "outside": 10}, {"inputs": 10, "outside": 9}],
       "labelledRecords": 1000, "accuracy": 0.9,
       "predictedClasses": [{"class": 0, "records": 900}, {"class": 1, "records": 100}],
       "uncertainty": {"entropy": {"count": 1000, "mean": 0.2, "largest": 0.7,
         "quantiles": {"p5": 0.0, "p25": 0.1, "p50": 0.2, "p75": 0.3, "p95": 0.5, "p99": 0.6}}},
       "results": {"format": "parquet"}}
      """;

  @TempDir private Path root;

  private List<Night> read() throws IOException {
    return NightsReader.read(
        new org.apache.hadoop.fs.Path(root.toUri()),
        100,
        new Configuration(),
        output -> output.getName().endsWith("-09"));
  }

  private void output(String date, boolean finished, String report) throws IOException {
    Path output = Files.createDirectories(root.resolve("date=" + date));
    Path reports = Files.createDirectories(output.resolve("_report"));
    if (!report.isEmpty()) {
      Files.writeString(reports.resolve("report.json"), report);
      Files.writeString(reports.resolve("report.html"), "<html/>");
    }
    if (finished) {
      Files.createFile(output.resolve("_SUCCESS"));
    }
  }

  private void line(String date, String json) throws IOException {
    Files.writeString(
        Files.createDirectories(root.resolve(".nightly")).resolve(date + ".json"), json);
  }

  @Test
  void aReportSaysWhatNightsAreComparedBy() throws Exception {
    output("2024-03-01", true, REPORT);
    line("2024-03-01", "{\"date\":\"2024-03-01\",\"status\":\"done\",\"seconds\":17}");

    Night night = read().get(0);

    assertEquals(NightStatus.DONE, night.status());
    assertTrue(night.hasPage() && night.faults().isEmpty());
    Map<Figure, Double> expected =
        Map.of(
            Figure.RECORDS, 1000.0,
            Figure.SECONDS, 17.0,
            Figure.SPEED, 500.5,
            Figure.ACCURACY, 0.9,
            Figure.ENTROPY, 0.2,
            Figure.OUTSIDE_RANGE, 10.0 / 4000,
            Figure.OUTSIDE_COLUMN, 0.02,
            Figure.MARGIN, 5.5);
    assertEquals(expected.keySet(), night.figures().keySet());
    expected.forEach((figure, value) -> assertEquals(value, night.value(figure).getAsDouble()));
    assertEquals(List.of(900L, 100L), night.scored().get().counts());
    assertEquals(OptionalDouble.of(3), night.predictedMargin());
    // The masses of the quantiles, by hand: 0.0243 is the sum of their squares about the mean.
    assertEquals(0.0243, 1000 * Math.pow(night.figures().get(Figure.ENTROPY).noise(), 2), 0.003);
  }

  @Test
  void anEarlierVersionsReportSaysLess() throws Exception {
    output("2024-03-01", true, "{\"records\": 7, \"uncertainty\": null, \"rounds\": [{}]}");

    Night night = read().get(0);

    assertEquals(Set.of(Figure.RECORDS), night.figures().keySet());
    assertTrue(night.faults().isEmpty() && night.scored().isEmpty());
  }

  @Test
  void aNightsStatusIsThatOfItsLineUnlessItsOutputSaysMore() throws Exception {
    for (String date :
        List.of("2024-03-01", "2024-03-02", "2024-03-03", "2024-03-09", "2024-03-10")) {
      line(date, "{\"status\":\"failed\",\"exitCode\":1,\"seconds\":3}");
    }
    output("2024-03-02", true, ""); // finished by hand
    output("2024-03-03", false, "");
    output("2024-03-09", false, "");
    output("2024-03-08", false, ""); // started by hand
    line("2024-03-04", "{\"status\":\"done\",\"records\":9,\"accuracy\":0.5}"); // removed since
    line("2024-03-05", "{\"status\":\"marvellous\"}");
    line("2024-03-06", "{\"status\":\"empty\"}");

    List<Night> nights = read();

    assertEquals(
        List.of(
            NightStatus.FAILED,
            NightStatus.DONE,
            NightStatus.FAILED,
            NightStatus.DONE,
            NightStatus.UNKNOWN,
            NightStatus.EMPTY,
            NightStatus.UNFINISHED,
            NightStatus.IN_WORK,
            NightStatus.FAILED),
        nights.stream().map(Night::status).toList());
    assertEquals(OptionalDouble.of(0.5), nights.get(3).value(Figure.ACCURACY));
    assertFalse(nights.get(3).hasOutput());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "SECRET",
        "{\"records\": \"SECRETS",
        "{\"records\": -1}",
        "{\"records\": 1e300}",
        "{\"records\": 99999999999999999999}",
        "{\"records\": {}}",
        "{\"wallSeconds\": \"1\"}",
        "{\"wallSeconds\": NaN}",
        "{\"labelledRecords\": 1, \"accuracy\": 1.5}",
        "{\"records\": 1, \"uncertainty\": [1]}",
        "{\"records\": 1, \"uncertainty\": {\"entropy\": {\"mean\": -0.5, \"count\": 1}}}",
        "{\"outside\": {\"age\": \"many\"}, \"records\": 1}",
        "{\"rounds\": [7], \"records\": 1}",
        "{\"model\": \"m\", \"task\": \"classification\", \"outputs\": 1000000}",
        "{\"model\": \"m\", \"task\": \"classification\", \"outputs\": 2, \"predictedClasses\": [{\"class\": 5}]}",
        "{\"model\": \"m\", \"task\": \"classification\", \"outputs\": 2, \"predictedClasses\": [{\"class\": 0}]}",
        "{} {}"
      })
  void aBadReportIsOneLineAndTheOtherNightsAreThere(String bad) throws Exception {
    output("2024-03-01", true, REPORT);
    output("2024-03-02", true, bad.isEmpty() ? " " : bad);
    output("2024-03-03", true, REPORT);

    assertOneFault(read());
  }

  @Test
  void whatIsTooLongTooDeepOrNoFileIsOneLine() throws Exception {
    for (String bad :
        List.of("[".repeat(5000), "{\"a\":" + "9".repeat(100) + "}", " ".repeat((8 << 20) + 1))) {
      output("2024-03-01", false, REPORT);
      output("2024-03-02", false, bad);
      output("2024-03-03", false, REPORT);
      assertOneFault(read());
    }
    Path report = root.resolve("date=2024-03-02/_report/report.json");
    Files.delete(report);
    Files.createDirectory(report);
    assertOneFault(read());
  }

  private static void assertOneFault(List<Night> nights) {
    assertEquals(List.of(0, 1, 0), nights.stream().map(night -> night.faults().size()).toList());
    String fault = nights.get(1).faults().get(0);
    assertTrue(fault.startsWith("date=2024-03-02/_report/report.json: "), fault);
    assertFalse(fault.contains("\n") || fault.contains("SECRET") || fault.length() > 300, fault);
    assertFalse(nights.get(0).figures().isEmpty() || nights.get(2).figures().isEmpty());
  }

  @Test
  void aBadStatusLineIsOneLineToo() throws Exception {
    line("2024-03-01", "{\"status\":");
    output("2024-03-02", true, REPORT);
    line("2024-03-02", "{\"status\":7}");

    List<Night> nights = read();

    assertEquals(NightStatus.UNKNOWN, nights.get(0).status());
    assertEquals(NightStatus.DONE, nights.get(1).status());
    assertEquals(
        List.of(".nightly/2024-03-02.json: status is \"7\": it must be a text"),
        nights.get(1).faults());
  }

  @Test
  void onlyWhatIsNamedForADateIsANight() throws Exception {
    for (String name :
        List.of(
            "date=2023-02-29", "date=2024-3-1", "date=", "other", ".removing.date=2024-03-01")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.createFile(root.resolve("date=2024-03-05"));

    InvalidInputException none = assertThrows(InvalidInputException.class, this::read);
    assertTrue(none.getMessage().startsWith("There are no nights in "), none.getMessage());

    output("2024-03-01", true, REPORT);
    assertEquals(1, read().size());
  }
}
