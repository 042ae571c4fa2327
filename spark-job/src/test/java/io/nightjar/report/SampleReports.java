package io.nightjar.report;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Reports of jobs that never ran, of every kind of model and job that a page is made for. */
final class SampleReports {

  /**
   * A text that would break out of elements, attributes and CDATA, and turn what follows around.
   */
  static final String HOSTILE =
      "</title></style><script src='https://evil.example/'>x</script>\"' onload=\"x\" ]]>&amp;\u202e\u0000\ufffe";

  static final int RECORDS = 300;
  static final int DRAWS = 4;

  private static final List<String> NO_YES = List.of("no", "yes");

  /** All kinds by name. */
  static final Map<String, Supplier<Map<String, Object>>> KINDS = kinds();

  private SampleReports() {}

  /**
   * Writes the page of each kind of report, and one of nights, into a directory, for whoever looks
   * at them.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    for (String kind : KINDS.keySet()) {
      Files.writeString(directory.resolve(kind + ".html"), HtmlReport.of(of(kind)));
    }
    Files.writeString(
        directory.resolve("nights.html"),
        HistoryPage.of(
            HistoryPageTest.history(),
            PageLinks.from(directory.resolve("nights.html").toUri(), directory.toUri())));
  }

  /** Returns the report of a kind. */
  static Map<String, Object> of(String kind) {
    return KINDS.get(kind).get();
  }

  private static Map<String, Supplier<Map<String, Object>>> kinds() {
    Map<String, Supplier<Map<String, Object>>> all = new LinkedHashMap<>();
    all.put("two-classes", () -> classes("readmission", NO_YES, 2, RECORDS, DRAWS, true));
    all.put("two-classes-no-labels", () -> classes("risk", NO_YES, 2, 500, DRAWS, false));
    all.put(
        "three-classes",
        () -> classes("species", List.of("cat", "dog", "owl"), 3, 300, DRAWS, true));
    all.put("ten-classes", () -> classes("digits", List.of(), 10, 2000, DRAWS, true));
    all.put("hundred-classes", () -> classes("birds", names(100), 100, 1000, DRAWS, true));
    all.put("thousand-classes", () -> classes("things", names(1000), 1000, 300, DRAWS, true));
    all.put("one-record", () -> classes("lonely", NO_YES, 2, 1, DRAWS, true));
    all.put("one-draw", () -> classes("point", NO_YES, 2, RECORDS, 1, true));
    all.put("regression", () -> values("prices", 1, RECORDS, DRAWS, true));
    all.put("regression-one-draw", () -> values("prices", 1, RECORDS, 1, true));
    all.put("regression-one-record", () -> values("prices", 1, 1, DRAWS, true));
    all.put("regression-no-labels", () -> values("prices", 1, RECORDS, DRAWS, false));
    all.put("regression-three-outputs", () -> values("tides", 3, RECORDS, DRAWS, true));
    all.put("regression-many-outputs", () -> values("grid", 40, RECORDS, DRAWS, true));
    all.put("two-owners", SampleReports::remote);
    all.put("resumed", SampleReports::resumed);
    all.put("nothing-left", SampleReports::nothing);
    all.put("hostile", SampleReports::hostile);
    return all;
  }

  private static Map<String, Object> remote() {
    Map<String, Object> report = classes("digits", List.of(), 10, 800, DRAWS, true);
    report.put("topology", "remote");
    report.put("modelOwner", "ed25519:" + "4f".repeat(32));
    report.put("modelPrivacy", "bayesian");
    report.put(
        "learned",
        List.of(
            "The data owner learns the outputs of every round, with weights drawn anew for every record."));
    report.remove("referenceAccuracy");
    report.remove("referenceAgreement");
    report.put("ledger", Map.of("owner", "ward-7", "answered", 3200, "budget", 100_000, "left", 4));
    return report;
  }

  private static Map<String, Object> resumed() {
    Map<String, Object> report = classes("digits", List.of(), 10, 800, DRAWS, false);
    report.put("records", 2000);
    report.put("outside", Map.of("age", 1200, "creatinine", 7));
    return report;
  }

  /** Returns what a process leaves that found all records scored. */
  static Map<String, Object> nothing() {
    Map<String, Object> report = costs("done", 0);
    report.put("records", 2000);
    report.put("topology", "remote");
    report.put("task", "classification");
    report.put("outputs", 3);
    report.put("classes", List.of());
    return report;
  }

  static Map<String, Object> hostile() {
    Map<String, Object> report =
        classes(HOSTILE, List.of(HOSTILE, HOSTILE + "2", "owl"), 3, RECORDS, DRAWS, true);
    for (String key :
        List.of("version", "planDigest", "modelDigest", "modelOwner", "protocol", "modelPrivacy")) {
      report.put(key, HOSTILE);
    }
    report.put("learned", List.of(HOSTILE, HOSTILE));
    report.put("outside", Map.of(HOSTILE, 3));
    report.put("ledger", Map.of("owner", HOSTILE, "answered", 1));
    report.put("results", Map.of("table", HOSTILE, "version", HOSTILE));
    return report;
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(c -> "kind number " + c).toList();
  }

  /** Returns the report of a classification whose model knows something; its ids have its name. */
  static Map<String, Object> classes(
      String model, List<String> names, int classes, int records, int draws, boolean labelled) {
    Random random = new Random(5);
    int[] truths = IntStream.range(0, records).map(j -> truth(random, classes)).toArray();
    double[] knowledge =
        IntStream.range(0, records).mapToDouble(j -> 3 * random.nextDouble()).toArray();
    List<RealColumns> outputs = new ArrayList<>();
    double[][] shared = noise(random, classes, records, 1);
    for (int draw = 0; draw < draws; draw++) {
      double[][] own = noise(random, classes, records, 0.3);
      double[] values = new double[classes * records];
      for (int j = 0; j < records; j++) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          double logit =
              shared[c][j] + own[c][j] + (c == truths[j] ? knowledge[j] : 0) - (c > 0 ? 0.5 : 0);
          values[c * records + j] = Math.exp(2 * logit);
          sum += values[c * records + j];
        }
        for (int c = 0; c < classes; c++) {
          values[c * records + j] /= sum;
        }
      }
      outputs.add(new RealColumns(classes, records, values));
    }
    Map<String, Object> report = costs(model, records);
    report.put("draws", draws);
    report.put("classes", names);
    double[][] labels =
        IntStream.range(0, records)
            .mapToObj(j -> new double[] {truths[j]})
            .toArray(double[][]::new);
    count(
        report, ReportSubject.of(Task.CLASSIFICATION, classes), outputs, labelled ? labels : null);
    if (labelled) {
      report.put("referenceAccuracy", report.get("accuracy"));
      report.put(
          "referenceAgreement",
          Map.of("records", records, "samePredictions", records, "largestDifference", 0.0));
    }
    return report;
  }

  /** The first class is the one of most records. */
  private static int truth(Random random, int classes) {
    return random.nextInt(3) > 0 && classes < 10 ? 0 : random.nextInt(classes);
  }

  private static double[][] noise(Random random, int rows, int columns, double size) {
    double[][] noise = new double[rows][columns];
    for (double[] row : noise) {
      for (int j = 0; j < columns; j++) {
        row[j] = size * random.nextGaussian();
      }
    }
    return noise;
  }

  /** Returns the report of a regression. */
  static Map<String, Object> values(
      String model, int outputs, int records, int draws, boolean labelled) {
    Random random = new Random(5);
    double[][] truths = new double[records][outputs];
    for (double[] truth : truths) {
      for (int k = 0; k < outputs; k++) {
        truth[k] = 150 + 60 * random.nextGaussian() - 40 * k;
      }
    }
    double[][] error = noise(random, outputs, records, 25);
    List<RealColumns> drawn = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      double[][] own = noise(random, outputs, records, 15);
      double[] values = new double[outputs * records];
      for (int k = 0; k < outputs; k++) {
        for (int j = 0; j < records; j++) {
          values[k * records + j] = truths[j][k] + error[k][j] + own[k][j];
        }
      }
      drawn.add(new RealColumns(outputs, records, values));
    }
    Map<String, Object> report = costs(model, records);
    report.put("draws", draws);
    report.put("classes", List.of());
    count(report, ReportSubject.of(Task.REGRESSION, outputs), drawn, labelled ? truths : null);
    return report;
  }

  /**
   * Adds what is found of predictions.
   *
   * @param labels the labels of the records; null if nobody knows them
   */
  private static void count(
      Map<String, Object> report,
      ReportSubject subject,
      List<RealColumns> outputs,
      double[][] labels) {
    Predictions predictions = Predictions.average(subject.task(), outputs);
    List<RecordId> ids =
        IntStream.range(0, predictions.records())
            .mapToObj(j -> RecordId.of(report.get("model") + "-" + j))
            .toList();
    Findings findings = new Findings(subject);
    findings.add(0, ids, predictions);
    report.put("task", subject.task().name().toLowerCase(Locale.ROOT));
    report.put("outputs", subject.outputs());
    report.put(
        "learned",
        List.of(
            "The data owner learns the outputs of every round, and from them the drawn weights:",
            "this plan does not protect the model."));
    findings.report(report);
    if (labels != null) {
      Correctness correctness = Correctness.of(subject);
      for (int j = 0; j < labels.length; j++) {
        correctness.add(predictions, j, labels[j]);
      }
      correctness.reportSummary(report);
      correctness.reportDetails(report);
    }
  }

  /** Returns what every job costs. */
  static Map<String, Object> costs(String model, int records) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("protocol", "bayhenn");
    report.put("model", model);
    report.put("planDigest", "00ff".repeat(16));
    report.put("modelDigest", "ab".repeat(32));
    report.put("version", "1.0");
    report.put("records", records);
    report.put("recordsScoredNow", records);
    report.put("draws", DRAWS);
    report.put("modelPrivacy", "none");
    report.put("topology", "in-driver");
    report.put("noiseMarginBits", Map.of("predicted", 3.5));
    report.put(
        "rounds",
        List.of(Map.of("title", model, "noiseMarginBits", Map.of("predicted", 3.5), "bound", 100)));
    report.put("wallSeconds", 1.5);
    report.put(
        "times",
        Map.of(
            "start", 2.0, "read", 0.5, "rounds", 1.5, "compare", 0.75, "write", 0.25, "all", 5.0));
    report.put("recordsPerSecond", records / 1.5);
    report.put("cores", 2);
    report.put("phases", Map.of("encrypt", 0.5, "draw", 0.25, "exchange", 0.125, "spark", 2.0));
    report.put("bytesUpPerRecord", 100.5);
    report.put("bytesDownPerRecord", 200.5);
    report.put("finishedAt", "2024-02-29T12:00:00Z");
    return report;
  }
}
