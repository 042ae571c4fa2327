package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.history.Figure;
import io.nightjar.history.History;
import io.nightjar.history.Night;
import io.nightjar.history.NightStatus;
import io.nightjar.history.SampleNights;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class HistoryPageTest {

  private static final Optional<PageLinks> LINKS =
      PageLinks.from(URI.create("file:/srv/pages/nights.html"), URI.create("file:/srv/scores"));

  /** Returns stable nights, one that drifted, and one that was refused, with a hostile file. */
  static History history() {
    List<Night> nights = new ArrayList<>(SampleNights.stable(45, 1));
    nights.add(SampleNights.drifted(SampleNights.FIRST.plusDays(45), 2));
    nights.add(SampleNights.stable(47, 3).get(46));
    nights.add(
        SampleNights.bare(
            SampleNights.FIRST.plusDays(48), NightStatus.REFUSED, SampleReports.HOSTILE));
    return SampleNights.history(nights, 30);
  }

  private static Document page(History history, Optional<PageLinks> links) throws Exception {
    Document page = HtmlReportTest.parse(HistoryPage.of(history, links));
    HtmlReportTest.assertNothingOutside(page);
    String text = HtmlReportTest.elements(page, "body").get(0).getTextContent();
    for (String none : List.of("NaN", "Infinity", "null", "Optional", "java.")) {
      assertFalse(text.contains(none), text);
    }
    return page;
  }

  @Test
  void nightsThatStandOutComeFirstWithTheirReasonsAndTheLastOfThemOnTop() throws Exception {
    Document page = page(history(), LINKS);

    assertEquals(
        List.of("Nights that stand out", "Night by night", "All nights", "How nights are judged"),
        HtmlReportTest.texts(page, "h2"));
    Element table = HtmlReportTest.elements(page, "table").get(0);
    String text = table.getTextContent();
    assertTrue(text.indexOf("2024-02-18") < text.indexOf("2024-02-15"), text);
    assertTrue(text.contains("the job was refused") && text.contains("accuracy is lower"), text);
    assertTrue(text.contains("evil.example"), "a hostile text is only a text");
    assertEquals(
        1, HtmlReportTest.texts(page, "p").stream().filter(p -> p.contains("no trace")).count());
  }

  @Test
  void aNightLeadsToItsReportAndToNothingElse() throws Exception {
    List<String> links =
        HtmlReportTest.elements(page(history(), LINKS), "a").stream()
            .map(link -> link.getAttribute("href"))
            .toList();

    assertTrue(links.contains("./../scores/date=2024-02-15/_report/report.html"), links.toString());
    assertEquals(1 + 29, links.size());
    assertTrue(
        links.stream()
            .allMatch(
                link -> link.matches("\\./\\.\\./scores/date=[0-9-]{10}/_report/report\\.html")));
    assertTrue(HtmlReportTest.elements(page(history(), Optional.empty()), "a").isEmpty());
  }

  @Test
  void linksAreOfOneFileSystemAndAnyName() {
    URI root = URI.create("hdfs://names/a%20b/sco:res");

    assertEquals(
        "./date=1",
        PageLinks.from(URI.create("hdfs://names/a%20b/sco:res/n.html"), root).get().to("date=1"));
    assertEquals(
        "./sco:res/date=1",
        PageLinks.from(URI.create("hdfs://names/a%20b/n.html"), root).get().to("date=1"));
    assertEquals(
        "./../../a%20b/sco:res/x",
        PageLinks.from(URI.create("hdfs://names/c/d/n.html"), root).get().to("x"));
    assertEquals(Optional.empty(), PageLinks.from(URI.create("file:/a%20b/sco:res/n.html"), root));
    assertEquals(
        Optional.empty(), PageLinks.from(URI.create("hdfs://others/a%20b/sco:res/n.html"), root));
  }

  @Test
  void everyFigureHasAPictureWithItsNumbersFolded() throws Exception {
    Document page = page(history(), LINKS);

    List<String> captions =
        HtmlReportTest.elements(page, "figcaption").stream()
            .map(caption -> caption.getFirstChild().getTextContent())
            .toList();

    assertEquals(
        List.of(
            "Number of records",
            "Speed, records/s",
            "Accuracy, %",
            "Mean entropy, nats",
            "Mean mutual information, nats",
            "Share of values outside the model's range, %",
            "Least noise margin, bits",
            "Distance of the predicted classes from usual shares",
            "Predicted as “low”, %",
            "Predicted as “medium”, %",
            "Predicted as “high”, %"),
        captions);
    assertEquals(captions.size(), HtmlReportTest.elements(page, "svg").size());
    assertEquals(captions.size(), HtmlReportTest.elements(page, "details").size());
    for (Element svg : HtmlReportTest.elements(page, "svg")) {
      assertFalse(svg.getElementsByTagName("desc").item(0).getTextContent().isBlank());
    }
    long odd =
        HtmlReportTest.elements(page, "rect").stream()
            .filter(rect -> rect.getAttribute("class").equals("odd"))
            .count();
    assertTrue(odd >= 4 + 1 + 3, "squares: " + odd);
  }

  @Test
  void oneNightAndNightsWithoutAnythingArePagesToo() throws Exception {
    Night empty = SampleNights.bare(SampleNights.FIRST, NightStatus.EMPTY);

    Document bare = page(SampleNights.history(List.of(empty), 30), LINKS);
    Document one = page(SampleNights.history(SampleNights.stable(1, 1), 30), LINKS);

    assertTrue(HtmlReportTest.texts(bare, "p").contains("None does."));
    assertTrue(HtmlReportTest.elements(bare, "svg").isEmpty());
    assertEquals(
        Figure.MARGIN.title(),
        HtmlReportTest.texts(one, "figcaption")
            .get(6)
            .toLowerCase(java.util.Locale.ROOT)
            .split(",", 2)[0]);
    assertEquals(
        List.of("one night, 2024-01-01"),
        HtmlReportTest.texts(one, "p").stream().filter(p -> p.startsWith("one night")).toList());
  }

  @Test
  void aThousandNightsAreAPageOfSomeSize() {
    String page = HistoryPage.of(SampleNights.history(SampleNights.stable(1000, 4), 1000), LINKS);

    assertTrue(page.length() < 4_000_000, "characters: " + page.length());
  }
}
