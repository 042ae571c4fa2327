package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  @Test
  void predictionsComeFirstAndHowTheJobRanIsFoldedAtTheEnd() throws Exception {
    Document page = parse(HtmlReport.of(report("a model", List.of("cat", "dog", "owl"))));

    assertEquals(
        List.of(
            "What was predicted",
            "How right it is",
            "How sure it is",
            "Records to look at",
            "What was protected",
            "How the job ran"),
        texts(page, "h2"));
    Element last = elements(page, "section").get(5);
    assertEquals(
        List.of("What was scored", "Where the time went", "Where the bytes went", "Noise margins"),
        texts(page, "h3"));
    for (Element heading : elements(page, "h3")) {
      Element details = (Element) heading.getParentNode().getParentNode();
      assertEquals("details", details.getTagName());
      assertFalse(details.hasAttribute("open"));
      assertEquals(last, details.getParentNode());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindOfReportIsAPageWithoutNumbersThatAreNone(String kind) throws Exception {
    Document page = parse(HtmlReport.of(SampleReports.of(kind)));

    String text = page.getDocumentElement().getTextContent();
    for (String none : List.of("NaN", "Infinity", "null", "Optional", "java.")) {
      assertFalse(elements(page, "body").get(0).getTextContent().contains(none), text);
    }
    assertNothingOutside(page);
    List<String> sections = texts(page, "h2");
    assertEquals("How the job ran", sections.get(sections.size() - 1));
    assertEquals(1, elements(page, "h1").size());
    for (Element table : elements(page, "table")) {
      assertFalse(table.getAttribute("aria-label").isBlank());
      int rows = elements(page, "tbody").size();
      assertTrue(rows > 0 && table.getElementsByTagName("tr").getLength() <= 70, "rows");
    }
  }

  static Stream<String> kinds() {
    return SampleReports.KINDS.keySet().stream();
  }

  @Test
  void accuracyStandsBesideWhatAlwaysOneAnswerWouldGetRight() throws Exception {
    Map<String, Object> report = SampleReports.of("two-classes");
    report.put("accuracy", 0.867);
    report.put("accuracyInterval", Map.of("from", 0.85, "to", 0.88));
    report.put("baseRate", Map.of("class", 0, "share", 0.86));

    Document page = parse(HtmlReport.of(report));

    assertEquals("always “no”: 86.00\u00a0%", texts(page, "span").get(0));
    assertTrue(
        texts(page, "p").stream()
            .anyMatch(
                text ->
                    text.startsWith("On the 300 records with labels, 86.70\u00a0%")
                        && text.contains("Accuracy does not tell the model from")));
    report.put("accuracyInterval", Map.of("from", 0.861, "to", 0.88));
    assertTrue(
        texts(parse(HtmlReport.of(report)), "p").stream()
            .anyMatch(text -> text.contains("more than answering “no” every time")));
  }

  @Test
  void ofManyClassesTwentyAreListedAndTheOthersAddedUp() throws Exception {
    Document page = parse(HtmlReport.of(SampleReports.of("thousand-classes")));

    List<Element> classes =
        elements(page, "table").stream()
            .filter(table -> table.getAttribute("aria-label").startsWith("Class"))
            .toList();
    assertEquals(2, classes.size());
    assertEquals(1 + 20 + 1, classes.get(0).getElementsByTagName("tr").getLength());
    assertTrue(classes.get(0).getTextContent().contains("980 other classes"));
    assertEquals(1 + 20, classes.get(1).getElementsByTagName("tr").getLength());
  }

  @Test
  void whatIsZeroForAllRecordsIsASentenceAndNoPicture() throws Exception {
    Document classes = parse(HtmlReport.of(SampleReports.of("one-draw")));
    Document values = parse(HtmlReport.of(SampleReports.of("regression-one-draw")));

    for (Document page : List.of(classes, values)) {
      assertTrue(
          texts(page, "p").stream()
              .anyMatch(text -> text.startsWith("With one draw of the model nothing says")));
      assertTrue(
          elements(page, "figcaption").stream()
              .noneMatch(
                  caption ->
                      caption.getTextContent().startsWith("Mutual")
                          || caption.getTextContent().startsWith("Standard")));
    }
    assertTrue(
        texts(values, "p").stream().anyMatch(text -> text.startsWith("There are no intervals")));
    assertFalse(texts(values, "h2").contains("Records to look at"), "none is less certain");
  }

  @Test
  void aRegressionHasErrorsIntervalsAndPredictedAgainstTrue() throws Exception {
    Document page = parse(HtmlReport.of(SampleReports.of("regression")));

    List<String> captions = texts(page, "figcaption");
    for (String title :
        List.of("Predictions", "Errors", "Coverage of intervals", "Predicted against true")) {
      assertTrue(captions.stream().anyMatch(text -> text.startsWith(title)), title);
    }
    assertEquals(List.of("RMSE", "MAE", "R²"), texts(page, "dt").subList(0, 3));
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
    assertTrue(outside(report).isEmpty());

    report.put("outside", Map.of("age<b>", 1200));

    assertTrue(outside(report).get(0).endsWith("age<b>: 1,200"));
  }

  private static List<String> outside(Map<String, Object> report) throws Exception {
    return texts(parse(HtmlReport.of(report)), "p").stream()
        .filter(text -> text.startsWith("Numbers outside their columns' ends"))
        .toList();
  }

  @Test
  void ofManySuchColumnsTheFirstTenAreNamed() throws Exception {
    Map<String, Object> report = report("a model", List.of());
    Map<String, Long> columns = new LinkedHashMap<>();
    IntStream.range(0, 13).forEach(k -> columns.put("c" + k, 1L));
    report.put("outside", columns);

    assertTrue(outside(report).get(0).endsWith("c9: 1 · 3 columns more"));
  }

  @Test
  void everyPictureHasATitleADescriptionAndItsFiguresInATable() throws Exception {
    Document page = parse(HtmlReport.of(report("a model", List.of())));

    for (Element picture : elements(page, "svg")) {
      if (picture.getAttribute("aria-hidden").equals("true")) {
        assertEquals("td", picture.getParentNode().getNodeName(), "beside its figures");
        continue;
      }
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
    assertNothingOutside(parse(HtmlReport.of(report("a model", List.of()))));
  }

  static void assertNothingOutside(Document page) {
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
    String html = HtmlReport.of(SampleReports.hostile());

    Document page = parse(html);
    Document harmless = parse(HtmlReport.of(report("a model", List.of("a", "b", "c"))));
    assertEquals(names(harmless), names(page), "the same elements and attributes");
    assertTrue(texts(page, "th").stream().anyMatch(text -> text.startsWith("</title>")), "ids");
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
    Document page = parse(HtmlReport.of(SampleReports.nothing()));

    assertEquals(List.of("What was protected", "How the job ran"), texts(page, "h2"));
    assertEquals(1, page.getElementsByTagName("svg").getLength());
    assertFalse(texts(page, "text").contains("draw weights"), "the executors are elsewhere");
    assertTrue(texts(page, "p").stream().anyMatch(text -> text.contains("was interrupted")));
  }

  @Test
  void whatAnEarlierProcessScoredIsSaidToBeMissing() throws Exception {
    List<String> texts = texts(parse(HtmlReport.of(SampleReports.of("resumed"))), "p");

    assertTrue(
        texts.stream()
            .anyMatch(text -> text.contains("of the 800 records that were scored after")));
  }

  /** Returns the report of a job with three classes, the first of which is often the true one. */
  private static Map<String, Object> report(String model, List<String> classes) {
    return SampleReports.classes(model, classes, 3, SampleReports.RECORDS, 4, true);
  }

  static Document parse(String html) throws Exception {
    assertTrue(html.startsWith("<!DOCTYPE html>\n"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  static List<String> texts(Document page, String name) {
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
