package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  private static final int RECORDS = 300;

  /**
   * A text that would break out of elements, attributes and CDATA, and turn what follows around.
   */
  private static final String HOSTILE =
      "</title></style><script src='https://evil.example/'>x</script>\"' onload=\"x\" ]]>&amp;\u202e\u0000\ufffe";

  @Test
  void thePageOfAWholeReportIsWellFormedAndHasAllItsParts() throws Exception {
    Document page = parse(HtmlReport.of(report("a model", List.of("cat", "dog", "owl"))));

    assertEquals(
        List.of(
            "What was scored",
            "Where the time went",
            "Where the bytes went",
            "Noise margins",
            "How unsure the model is",
            "The records it is least sure of",
            "How right it is"),
        texts(page, "h2"));
    assertEquals(5, page.getElementsByTagName("svg").getLength());
  }

  @Test
  void whatARoundTookOutsideItsRangeIsBesideItsMargin() throws Exception {
    Map<String, Object> report = report("a model", List.of());
    report.put(
        "rounds",
        List.of(
            round(Map.of()),
            round(Map.of("inputs", 2000, "outside", 0)),
            round(Map.of("inputs", 2000, "outside", 50))));

    List<String> taken =
        elements(parse(HtmlReport.of(report)), "tr").stream()
            .filter(row -> row.getTextContent().startsWith("Round "))
            .map(row -> row.getLastChild().getTextContent())
            .toList();

    assertEquals(List.of("not measured", "none", "2.50\u00a0% of 2,000"), taken);
  }

  private static Map<String, Object> round(Map<String, Object> taken) {
    Map<String, Object> round = new LinkedHashMap<>(taken);
    round.put("title", "fc");
    round.put("noiseMarginBits", Map.of("predicted", 3.5));
    round.put("bound", 100);
    return round;
  }

  @Test
  void columnsWithNumbersBeyondTheirEndsAreNamed() throws Exception {
    Map<String, Object> report = report("a model", List.of());
    String title = "Numbers outside their columns' ends";
    assertFalse(texts(parse(HtmlReport.of(report)), "dt").contains(title));

    report.put("outside", Map.of("age<b>", 1200));

    Document page = parse(HtmlReport.of(report));
    assertTrue(texts(page, "dt").contains(title));
    assertTrue(texts(page, "dd").contains("age<b>: 1,200"));
  }

  @Test
  void ofManySuchColumnsTheFirstTenAreNamed() throws Exception {
    Map<String, Object> report = report("a model", List.of());
    Map<String, Long> columns = new LinkedHashMap<>();
    IntStream.range(0, 13).forEach(k -> columns.put("c" + k, 1L));
    report.put("outside", columns);

    List<String> values = texts(parse(HtmlReport.of(report)), "dd");

    assertEquals(
        1, values.stream().filter(text -> text.endsWith("c9: 1 · 3 columns more")).count());
  }

  @Test
  void everyPictureHasATitleADescriptionAndItsFiguresInATable() throws Exception {
    Document page = parse(HtmlReport.of(report("a model", List.of())));

    for (Element picture : elements(page, "svg")) {
      assertEquals("img", picture.getAttribute("role"));
      assertFalse(picture.getElementsByTagName("title").item(0).getTextContent().isBlank());
      assertFalse(picture.getElementsByTagName("desc").item(0).getTextContent().isBlank());
      Element figure = (Element) picture.getParentNode();
      assertEquals("figure", figure.getTagName());
      assertTrue(figure.getElementsByTagName("td").getLength() > 0);
    }
  }

  @Test
  void nothingInAPictureLiesOutsideIt() throws Exception {
    Document page = parse(HtmlReport.of(report("a model", List.of())));

    for (Element picture : elements(page, "svg")) {
      double height = Double.parseDouble(picture.getAttribute("viewBox").split(" ", 4)[3]);
      NodeList all = picture.getElementsByTagName("*");
      for (int i = 0; i < all.getLength(); i++) {
        Element each = (Element) all.item(i);
        for (String name : List.of("x", "x1", "x2", "cx")) {
          assertWithin(Plot.WIDTH, each, name);
        }
        for (String name : List.of("y", "y1", "y2", "cy")) {
          assertWithin(height, each, name);
        }
      }
    }
  }

  private static void assertWithin(double most, Element element, String name) {
    if (element.hasAttribute(name)) {
      double value = Double.parseDouble(element.getAttribute(name));
      assertTrue(
          value >= 0 && value <= most, () -> element.getTagName() + " " + name + " " + value);
    }
  }

  @Test
  void whatOthersWroteIsOnlyEverText() throws Exception {
    Map<String, Object> report = report(HOSTILE, List.of(HOSTILE, HOSTILE + "2", "owl"));
    report.put("version", HOSTILE);
    report.put("planDigest", HOSTILE);
    report.put("modelDigest", HOSTILE);
    report.put("modelOwner", HOSTILE);
    report.put("protocol", HOSTILE);
    report.put("modelPrivacy", HOSTILE);
    report.put("task", HOSTILE);

    String html = HtmlReport.of(report);

    Document page = parse(html);
    Document harmless = parse(HtmlReport.of(report("a model", List.of("a", "b", "c"))));
    assertEquals(names(harmless), names(page), "the same elements and attributes");
    String shown = elements(page, "h1").get(0).getTextContent();
    assertTrue(shown.startsWith("</title></style><script src='https:"), shown);
    assertFalse(html.contains("\u202e") || html.contains("\u0000"), "invisible characters");
    assertTrue(elements(page, "h1").get(0).getTextContent().length() <= 80 + 5);
  }

  @Test
  void thePageAsksForNothingAndItsPolicyForbidsIt() throws Exception {
    String html = HtmlReport.of(report("a model", List.of("cat", "dog", "owl")));

    assertFalse(html.replace("http-equiv", "").contains("http"));
    assertFalse(html.contains("url(") || html.contains("@import") || html.contains("//"));
    Document page = parse(html);
    for (String name : names(page)) {
      assertFalse(
          List.of("script", "link", "img", "iframe", "object", "src", "href", "style=")
              .contains(name),
          name);
      assertFalse(name.startsWith("on"), name);
    }
    Element policy = elements(page, "meta").get(1);
    assertEquals("Content-Security-Policy", policy.getAttribute("http-equiv"));
    String style = elements(page, "style").get(0).getTextContent();
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
            .formatted(Base64.getEncoder().encodeToString(digest)),
        policy.getAttribute("content"));
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    Map<String, Object> report = report("a model", List.of());
    for (String key :
        List.of("uncertainty", "leastCertain", "accuracyInterval", "accuracy", "referral")) {
      report.remove(key);
    }
    report.put("topology", "remote");
    report.put("recordsScoredNow", 0);

    Document page = parse(HtmlReport.of(report));

    assertEquals(4, texts(page, "h2").size());
    assertEquals(1, page.getElementsByTagName("svg").getLength());
    assertFalse(texts(page, "text").contains("draw weights"), "the executors are elsewhere");
    assertTrue(texts(page, "p").stream().anyMatch(text -> text.contains("was interrupted")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  void aRegressionHasItsDeviations(int outputs) throws Exception {
    RealColumns low = new RealColumns(outputs, 2, new double[2 * outputs]);
    RealColumns high =
        new RealColumns(outputs, 2, IntStream.range(0, 2 * outputs).asDoubleStream().toArray());
    Uncertainty uncertainty = new Uncertainty(Task.REGRESSION, outputs);
    uncertainty.add(
        0,
        List.of(RecordId.of(1), RecordId.of(2)),
        Predictions.average(Task.REGRESSION, List.of(low, high)));
    Map<String, Object> report = costs("prices");
    report.put("outputs", outputs);
    uncertainty.report(report);

    Document page = parse(HtmlReport.of(report));

    String title = outputs == 1 ? "Standard deviation" : "Largest standard deviation";
    assertTrue(texts(page, "figcaption").stream().anyMatch(text -> text.startsWith(title)));
    assertTrue(texts(page, "th").contains("2"), "the ids");
  }

  /** Returns the report of a job with three classes, the first of which is often the true one. */
  private static Map<String, Object> report(String model, List<String> classes) {
    Random random = new Random(5);
    double[] values = new double[3 * RECORDS];
    List<RecordId> ids = new ArrayList<>();
    for (int j = 0; j < RECORDS; j++) {
      values[j] = random.nextDouble();
      values[RECORDS + j] = (1 - values[j]) * random.nextDouble();
      values[2 * RECORDS + j] = 1 - values[j] - values[RECORDS + j];
      ids.add(RecordId.of(model + j));
    }
    Predictions predictions =
        Predictions.average(Task.CLASSIFICATION, List.of(new RealColumns(3, RECORDS, values)));
    Uncertainty uncertainty = new Uncertainty(Task.CLASSIFICATION, 3);
    uncertainty.add(0, ids, predictions);
    Correctness correctness = new Correctness(3);
    for (int j = 0; j < RECORDS; j++) {
      correctness.add(predictions, j, random.nextInt(3) == 0 ? 0 : predictions.predictedClass(j));
    }
    Map<String, Object> report = costs(model);
    report.put("version", "1.0");
    report.put("task", "classification");
    report.put("classes", classes);
    uncertainty.report(report);
    correctness.reportSummary(report);
    correctness.reportDetails(report);
    return report;
  }

  private static Map<String, Object> costs(String model) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("protocol", "bayhenn");
    report.put("model", model);
    report.put("planDigest", "00ff");
    report.put("records", RECORDS);
    report.put("recordsScoredNow", RECORDS);
    report.put("draws", 4);
    report.put("modelPrivacy", "none");
    report.put("noiseMarginBits", Map.of("predicted", 3.5));
    report.put(
        "rounds",
        List.of(Map.of("title", model, "noiseMarginBits", Map.of("predicted", 3.5), "bound", 100)));
    report.put("wallSeconds", 1.5);
    report.put("recordsPerSecond", 200.0);
    report.put("cores", 2);
    report.put("phases", Map.of("encrypt", 0.5, "draw", 0.25, "exchange", 0.125, "spark", 2.0));
    report.put("bytesUpPerRecord", 100.5);
    report.put("bytesDownPerRecord", 200.5);
    report.put("finishedAt", "2024-02-29T12:00:00Z");
    return report;
  }

  private static Document parse(String html) throws Exception {
    assertTrue(html.startsWith("<!DOCTYPE html>\n"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<String> texts(Document page, String name) {
    return elements(page, name).stream().map(Element::getTextContent).toList();
  }

  /** Returns the names of all elements and attributes. */
  private static SortedSet<String> names(Document page) {
    SortedSet<String> names = new TreeSet<>();
    for (Element element : elements(page, "*")) {
      names.add(element.getTagName());
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        names.add(element.getAttributes().item(i).getNodeName());
      }
    }
    return names;
  }
}
