package io.nightjar.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.report.PhaseChart.Party;
import io.nightjar.report.PhaseChart.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes a page of a {@code report.json}: it says what is there, and nothing else.
 *
 * <p>The page is one file, well-formed as XML too, without scripts; it asks no server for anything,
 * and its policy forbids it to. What others wrote in the report, such as names and ids, can only
 * ever be text.
 */
public final class HtmlReport {

  private static final int MOST_VERDICT = 500;

  /** The most columns with numbers beyond their ends that are shown; a table may have thousands. */
  private static final int MOST_COLUMNS = 10;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String NATS = "nats";
  private static final String DOT = " · ";

  private final JsonNode report;
  private final Markup page = new Markup();

  private HtmlReport(JsonNode report) {
    this.report = report;
  }

  /** Returns the page of a report. */
  public static String of(Map<String, Object> report) {
    return of(MAPPER.<JsonNode>valueToTree(report));
  }

  static String of(JsonNode report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    page.open("html", "lang", "en").line().open("head").line();
    page.empty("meta", "charset", "utf-8").line();
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", Stylesheet.policy())
        .line();
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    page.element("title", "Nightjar: " + model() + when().map(time -> ", " + time).orElse(""));
    page.line().open("style").markup(Stylesheet.CSS).close().line().close().line();
    page.open("body").line();
    header();
    page.open("main").line();
    scored();
    time();
    bytes();
    noise();
    leakage();
    uncertainty();
    leastCertain();
    correctness();
    page.close().line();
    page.open("footer").open("p");
    page.text("The same figures, for programs, are in report.json beside this page.");
    page.close().close().line().close().close().line();
    return "<!DOCTYPE html>\n" + page;
  }

  private void header() {
    page.open("header").element("p", "Nightjar", "class", "brand").element("h1", model());
    int draws = report.path("draws").asInt();
    page.element(
        "p",
        "%s records, %s from the posterior, all encrypted%s"
            .formatted(
                count("records"),
                draws == 1 ? "one draw" : draws + " draws",
                when().map(time -> DOT + time).orElse("")));
    page.open("dl", "class", "tiles");
    interval()
        .ifPresent(interval -> tile("Accuracy", NumberText.percent(number("accuracy")), interval));
    if (scoredNow() > 0) {
      tile("Throughput", NumberText.of(number("recordsPerSecond")), "records/s");
      tile("Wall time", NumberText.seconds(number("wallSeconds")), cores());
    }
    for (Map.Entry<String, Distribution> first : first(distributions())) {
      tile(
          "Mean " + title(first.getKey()),
          NumberText.of(first.getValue().mean()),
          unit(first.getKey()));
    }
    JsonNode margin = report.path("noiseMarginBits").path("measuredMin");
    if (margin.isNumber()) {
      tile("Least noise margin", NumberText.of(margin.asDouble()), "bits, measured");
    }
    page.close().close().line();
  }

  private static Iterable<Map.Entry<String, Distribution>> first(
      Map<String, Distribution> distributions) {
    return distributions.entrySet().stream().limit(1).toList();
  }

  private void tile(String name, String value, String note) {
    page.open("div").element("dt", name).open("dd").text(value).element("span", note);
    page.close().close();
  }

  private void scored() {
    section("What was scored", Optional.empty());
    if (scoredNow() < report.path("records").asLong()) {
      page.element(
          "p",
          "The job was interrupted. This page is of the %s records that were scored after that; the others are in the results, but not in the figures here."
              .formatted(NumberText.count(scoredNow())),
          "class",
          "warning");
    }
    page.open("dl", "class", "facts");
    fact("Model", model());
    if (report.path("task").isTextual()) {
      fact("Task", report.path("task").asText());
    }
    fact("Protocol", Foreign.shorten(report.path("protocol").asText()));
    fact("Records", count("records"));
    outsideColumns().ifPresent(columns -> fact("Numbers outside their columns' ends", columns));
    fact("Draws from the posterior", count("draws"));
    fact(
        "Model privacy",
        report.path("modelPrivacy").asText().equals("none")
            ? "none: the data owner can compute the drawn weights"
            : Foreign.shorten(report.path("modelPrivacy").asText()));
    fact("Executors", isRemote() ? "the model owner's, elsewhere" : "of this job's Spark");
    when().ifPresent(time -> fact("Finished", time));
    results().ifPresent(where -> fact("Results", where));
    if (report.path("version").isTextual()) {
      fact("Software", "Nightjar " + Foreign.shorten(report.path("version").asText()));
    }
    code("Plan digest", "planDigest");
    if (report.path("modelDigest").isTextual()) {
      code("Model digest", "modelDigest");
    }
    if (report.path("modelOwner").isTextual()) {
      code("Answered and signed by", "modelOwner");
    }
    page.close().close().line();
  }

  /** Says where the results are, if a report says it. */
  private Optional<String> results() {
    JsonNode results = report.path("results");
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

  private void code(String what, String name) {
    page.open("div", "class", "wide").element("dt", what);
    page.element("dd", Foreign.shorten(report.path(name).asText()), "class", "code").close();
  }

  /** Says how many numbers lay beyond the ends of the model's columns, if any did. */
  private Optional<String> outsideColumns() {
    List<String> columns =
        report.path("outside").properties().stream()
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

  private void fact(String name, String value) {
    page.open("div").element("dt", name).element("dd", value).close();
  }

  private void time() {
    section(
        "Where the time went",
        Optional.of(
            isRemote()
                ? "Processor time of the data owner's process, summed over its threads. What the executors did is the model owner's to know."
                : "Processor time summed over threads. Spark and the rest is the cores' wall time less everything else: scheduling, waiting, and in short jobs Java's compiler."));
    page.open("div", "class", "figures").line();
    List<Party> parties = parties();
    double all = parties.stream().mapToDouble(Party::seconds).sum();
    figure("Processor time", "seconds, and the share of all of them");
    page.markup(PhaseChart.draw(parties));
    List<List<String>> rows = new ArrayList<>();
    for (Party party : parties) {
      for (Phase phase : party.phases()) {
        rows.add(List.of(party.name(), phase.name(), PhaseChart.figure(phase.seconds(), all)));
      }
    }
    details(List.of("Whose", "Phase", "Processor time"), rows);
    page.close().line();
    figure("The whole job", "");
    List<List<String>> whole = new ArrayList<>();
    whole.add(List.of("Wall time", NumberText.seconds(number("wallSeconds"))));
    whole.add(List.of("Records scored", NumberText.count(scoredNow())));
    whole.add(List.of("Records per second", NumberText.of(number("recordsPerSecond"))));
    whole.add(List.of("Cores", count("cores")));
    if (scoredNow() > 0) {
      whole.add(List.of("Processor time per record", NumberText.micros(all / scoredNow())));
    }
    if (report.path("peakExecutorBytes").asLong() > 0) {
      whole.add(
          List.of("Executors' native memory, peak", NumberText.bytes(number("peakExecutorBytes"))));
    }
    HtmlTable.write(page, List.of(), whole);
    page.close().close().close().line();
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
    if (!isRemote()) {
      parties.add(
          new Party(
              "Executors",
              "executors",
              List.of(phase("draw weights", "draw"), phase("linear layers", "linear"))));
    }
    parties.add(new Party("Exchange", "exchange", List.of(phase("blocks and files", "exchange"))));
    parties.add(
        isRemote()
            ? new Party("Waiting, the rest", "rest", List.of(phase("idle cores", "spark")))
            : new Party("Spark, the rest", "rest", List.of(phase("scheduling, waiting", "spark"))));
    return parties;
  }

  private Phase phase(String name, String key) {
    return new Phase(name, report.path("phases").path(key).asDouble());
  }

  private void bytes() {
    section("Where the bytes went", Optional.empty());
    double up = number("bytesUpPerRecord");
    double down = number("bytesDownPerRecord");
    HtmlTable.write(
        page,
        List.of("Ciphertexts", "Bytes per record", "In all"),
        List.of(
            bytes("Up, to the executors", up),
            bytes("Down, to the data owner", down),
            bytes("Both", up + down)));
    page.close().line();
  }

  private List<String> bytes(String name, double perRecord) {
    return List.of(
        name, NumberText.count(Math.round(perRecord)), NumberText.bytes(perRecord * scoredNow()));
  }

  private void noise() {
    section(
        "Noise margins",
        Optional.of(
            "How often the noise in a result could double before a value would be wrong, in bits. The prediction is the plan's, before the job; the measurement is the least over all results of the round that were decrypted. Both are rounded down to half a bit, and the largest value is rounded up to a power of two, because more would say something of the noise and the values themselves. Values outside the range that a round takes count as its nearer end; where everything is evaluated on ciphertexts they stay as they are, and the plan's bounds do not hold."));
    JsonNode margins = report.path("noiseMarginBits");
    List<List<String>> rows = new ArrayList<>();
    int round = 1;
    for (JsonNode each : report.path("rounds")) {
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
    HtmlTable.write(
        page,
        List.of(
            "Results of",
            "Predicted",
            "Measured",
            "Largest value, of bound, at most",
            "Taken, out of range"),
        rows);
    page.close().line();
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

  /**
   * Shows what answers give away of the model, which takes the model to compute: an agent cannot.
   */
  private void leakage() {
    JsonNode leakage = report.path("leakage");
    if (!leakage.isObject()) {
      return;
    }
    section(
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
    HtmlTable.write(page, List.of("Weights of", "Records such as these", "Chosen inputs"), rows);
    page.close().line();
  }

  private static String recordsTo(JsonNode curve) {
    JsonNode records = curve.path("recordsToTenPercent");
    if (records.isNumber()) {
      return NumberText.count(records.asLong());
    }
    return curve.isObject() ? "never" : "not computed";
  }

  private void uncertainty() {
    Map<String, Distribution> distributions = distributions();
    if (distributions.isEmpty()) {
      return;
    }
    section("How unsure the model is", Optional.of(explanation()));
    page.open("div", "class", "figures").line();
    distributions.forEach(
        (key, distribution) -> {
          String title = capital(title(key));
          String unit = unit(key);
          figure(
              title,
              "median %s, 95th percentile %s, largest %s"
                  .formatted(
                      quantile(distribution, "p50"),
                      quantile(distribution, "p95"),
                      NumberText.of(distribution.largest())));
          page.markup(HistogramChart.draw(title, title(key) + ", " + unit, distribution));
          List<List<String>> rows = new ArrayList<>();
          rows.add(List.of("mean", NumberText.of(distribution.mean())));
          distribution
              .quantiles()
              .keySet()
              .forEach(name -> rows.add(List.of(percentile(name), quantile(distribution, name))));
          rows.add(List.of("largest", NumberText.of(distribution.largest())));
          rows.add(List.of("percentiles are exact to", NumberText.of(distribution.resolution())));
          page.open("details").element("summary", "Figures");
          HtmlTable.write(page, List.of(title, unit), rows);
          HtmlTable.write(page, List.of("Bin of the histogram", "Records"), bins(distribution));
          page.close().close().line();
        });
    page.close().close().line();
  }

  /** Returns the bins that hold records. */
  private static List<List<String>> bins(Distribution distribution) {
    double width = distribution.binWidth();
    return IntStream.range(0, distribution.bins().size())
        .filter(bin -> distribution.bins().get(bin) > 0)
        .mapToObj(
            bin ->
                List.of(
                    "%s to %s"
                        .formatted(NumberText.of(bin * width), NumberText.of((bin + 1) * width)),
                    NumberText.count(distribution.bins().get(bin))))
        .toList();
  }

  private String explanation() {
    if (distributions().containsKey(Measure.ENTROPY)) {
      int classes = report.path("classes").size();
      return "Entropy says how spread out a prediction is%s; mutual information is the part of it that the draws disagree about, which more training data could reduce."
          .formatted(
              classes > 1
                  ? ": from 0 where the model is certain to %s nats where it knows nothing"
                      .formatted(NumberText.of(Math.log(classes)))
                  : "");
    }
    return "How far the draws from the posterior are from their mean, in units of the output.";
  }

  private static String percentile(String name) {
    return name.equals("p50") ? "median" : name.substring(1) + "th percentile";
  }

  /**
   * Returns a quantile as text. A number in the first bin may be anything from 0 to the bin's end.
   */
  private static String quantile(Distribution distribution, String name) {
    double value = distribution.quantiles().getOrDefault(name, 0.0);
    return value > 0 && value < distribution.resolution()
        ? "under " + NumberText.of(distribution.resolution())
        : NumberText.of(value);
  }

  private void leastCertain() {
    JsonNode records = report.path("leastCertain");
    if (records.isEmpty()) {
      return;
    }
    List<String> keys = new ArrayList<>();
    records.get(0).fieldNames().forEachRemaining(keys::add);
    keys.remove("id");
    section(
        "The records it is least sure of",
        Optional.of(
            "The %d of highest %s: the first that a person should look at."
                .formatted(records.size(), title(keys.get(0)))));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode each : records) {
      List<String> row = new ArrayList<>();
      row.add(Foreign.shorten(each.path("id").asText()));
      keys.forEach(key -> row.add(NumberText.of(each.path(key).asDouble())));
      rows.add(row);
    }
    Stream<String> titles = keys.stream().map(key -> capital(title(key)) + ", " + unit(key));
    HtmlTable.write(page, Stream.concat(Stream.of("Id"), titles).toList(), rows);
    page.close().line();
  }

  private void correctness() {
    if (interval().isEmpty()) {
      return;
    }
    section(
        "How right it is",
        Optional.of("On the %s records with labels.".formatted(count("labelledRecords"))));
    page.open("div", "class", "figures").line();
    accuracy();
    reliability();
    referral();
    confusion();
    page.close().close().line();
  }

  private void accuracy() {
    figure("Accuracy", "");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Encrypted", NumberText.percent(number("accuracy"))));
    rows.add(List.of("95\u00a0% interval (Wilson)", interval().orElse("")));
    accuracy(rows, "In the clear, the same integers", "referenceAccuracy");
    accuracy(rows, "In the clear, not quantised", "floatAccuracy");
    agreement(rows, "Predictions as in the clear, the same integers", "referenceAgreement");
    agreement(rows, "Predictions as in the clear, not quantised", "floatAgreement");
    accuracy(rows, "Expected calibration error", "expectedCalibrationError");
    referralCurve()
        .ifPresent(
            curve -> {
              rows.add(
                  List.of(
                      "Area under the referral curve", NumberText.percent(curve.areaUnderCurve())));
              rows.add(
                  List.of(
                      "Wrong with 80\u00a0% of records kept",
                      NumberText.percent(curve.riskAt80())));
            });
    HtmlTable.write(page, List.of(), rows);
    page.close().line();
  }

  private void agreement(List<List<String>> rows, String name, String key) {
    JsonNode agreement = report.path(key);
    if (agreement.path("records").asLong() > 0) {
      rows.add(
          List.of(
              name,
              "%s of %s, logits within %s"
                  .formatted(
                      NumberText.count(agreement.path("samePredictions").asLong()),
                      NumberText.count(agreement.path("records").asLong()),
                      NumberText.of(agreement.path("largestLogitError").asDouble()))));
    }
  }

  private void accuracy(List<List<String>> rows, String name, String key) {
    if (report.path(key).isNumber()) {
      rows.add(List.of(name, NumberText.percent(number(key))));
    }
  }

  private void reliability() {
    List<Calibration.Bin> bins = read("reliability", new TypeReference<>() {});
    if (bins.isEmpty()) {
      return;
    }
    figure(
        "Reliability",
        "on the dashed line predictions are as often right as they say; whiskers are 95\u00a0% intervals");
    page.markup(ReliabilityChart.draw(bins, number("expectedCalibrationError")));
    details(
        List.of("Confidence", "Records", "Mean", "Accuracy"),
        bins.stream()
            .map(
                bin ->
                    List.of(
                        "%s to %s".formatted(NumberText.of(bin.from()), NumberText.of(bin.to())),
                        NumberText.count(bin.count()),
                        NumberText.percent(bin.confidence()),
                        NumberText.percent(bin.accuracy())))
            .toList());
    page.close().line();
  }

  private void referral() {
    if (referralCurve().isEmpty()) {
      return;
    }
    ReferralCurve curve = referralCurve().get();
    figure(
        "Referral",
        "accuracy among the records kept when those of highest entropy go to a person; the dot is at 80\u00a0%");
    page.markup(ReferralChart.draw(curve));
    List<List<String>> rows = new ArrayList<>();
    int every = Math.max(1, curve.curve().size() / 20);
    for (int i = every - 1; i < curve.curve().size(); i += every) {
      ReferralCurve.Point point = curve.curve().get(i);
      rows.add(List.of(NumberText.percent(point.coverage()), NumberText.percent(point.accuracy())));
    }
    details(List.of("Records kept", "Accuracy among them"), rows);
    page.close().line();
  }

  private void confusion() {
    List<List<Long>> rows = read("confusionMatrix", new TypeReference<>() {});
    if (rows.isEmpty()) {
      return;
    }
    figure("Confusion", "rows are true classes, columns predicted ones", "class", "whole");
    List<String> classes = new ArrayList<>();
    report.path("classes").forEach(name -> classes.add(name.asText()));
    HtmlTable.confusion(page, rows, classes);
    page.close().line();
  }

  private void section(String title, Optional<String> text) {
    page.open("section").element("h2", title);
    text.ifPresent(words -> page.element("p", words));
    page.line();
  }

  private void figure(String title, String note, String... attributes) {
    page.open("figure", attributes).open("figcaption").text(title);
    if (!note.isEmpty()) {
      page.element("span", note);
    }
    page.close().line();
  }

  private void details(List<String> head, List<List<String>> rows) {
    page.open("details").element("summary", "Figures");
    HtmlTable.write(page, head, rows);
    page.close();
  }

  private String model() {
    return Foreign.shorten(report.path("model").asText());
  }

  private Optional<String> when() {
    JsonNode time = report.path("finishedAt");
    return time.isTextual()
        ? Optional.of(Foreign.shorten(time.asText().replace("T", " ").replace("Z", " UTC")))
        : Optional.empty();
  }

  private String cores() {
    int cores = report.path("cores").asInt();
    return cores == 1 ? "on one core" : "on %s cores".formatted(count("cores"));
  }

  private boolean isRemote() {
    return report.path("topology").asText().equals("remote");
  }

  private long scoredNow() {
    return report.path("recordsScoredNow").asLong();
  }

  private double number(String key) {
    return report.path(key).asDouble();
  }

  private String count(String key) {
    return NumberText.count(report.path(key).asLong());
  }

  private Optional<String> interval() {
    JsonNode interval = report.path("accuracyInterval");
    return interval.isObject()
        ? Optional.of(
            "%s to %s"
                .formatted(
                    NumberText.percent(interval.path("from").asDouble()),
                    NumberText.percent(interval.path("to").asDouble())))
        : Optional.empty();
  }

  private Optional<ReferralCurve> referralCurve() {
    return report.path("referral").isObject()
        ? Optional.of(read(report.path("referral"), new TypeReference<>() {}))
        : Optional.empty();
  }

  private Map<String, Distribution> distributions() {
    return report.path("uncertainty").isObject()
        ? read(
            report.path("uncertainty"), new TypeReference<LinkedHashMap<String, Distribution>>() {})
        : Map.of();
  }

  private <T> List<T> read(String key, TypeReference<List<T>> type) {
    return report.path(key).isArray() ? read(report.path(key), type) : List.of();
  }

  private static <T> T read(JsonNode node, TypeReference<T> type) {
    try {
      return MAPPER.treeToValue(node, MAPPER.constructType(type));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This is no report of ours", e);
    }
  }

  private String title(String key) {
    return switch (key) {
      case Measure.ENTROPY -> "predictive entropy";
      case Measure.MUTUAL_INFORMATION -> "mutual information";
      case Measure.DEVIATION ->
          report.path("outputs").asInt() > 1 ? "largest standard deviation" : "standard deviation";
      default -> "standard deviation of output " + key.substring(Measure.DEVIATION_OF.length());
    };
  }

  private static String unit(String key) {
    boolean nats = key.equals(Measure.ENTROPY) || key.equals(Measure.MUTUAL_INFORMATION);
    return nats ? NATS : "units of the output";
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
