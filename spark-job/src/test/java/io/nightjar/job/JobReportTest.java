package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What jobs leave beside their results. */
class JobReportTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  @Test
  void aReportHasWhatScriptsReadAndThePageShowsIt() throws Exception {
    ScoreResult result = Parties.score(labelled());

    JsonNode report = report();
    for (String key :
        List.of(
            "protocol",
            "planDigest",
            "modelDigest",
            "records",
            "draws",
            "modelPrivacy",
            "wallSeconds",
            "recordsPerSecond",
            "phases",
            "bytesUpPerRecord",
            "bytesDownPerRecord",
            "accuracy",
            "referenceAccuracy",
            "floatAccuracy",
            "expectedCalibrationError")) {
      assertTrue(report.has(key), key);
    }
    assertTrue(report.at("/noiseMarginBits/predicted").isNumber());
    JsonNode times = report.path("times");
    double parts =
        Stream.of("start", "read", "rounds", "compare", "write")
            .mapToDouble(part -> times.path(part).asDouble(-1))
            .sum();
    assertEquals(times.path("all").asDouble(), parts, 1e-6, times.toString());
    assertTrue(times.path("rounds").asDouble() >= report.path("wallSeconds").asDouble());
    assertTrue(page().getDocumentElement().getTextContent().contains("All of it"));
    assertEquals(
        report.at("/noiseMarginBits/measuredMin").asDouble(),
        stream(report.at("/rounds"))
            .mapToDouble(round -> round.at("/noiseMarginBits/measuredMin").asDouble())
            .min()
            .orElseThrow());
    assertCoarse(report.at("/noiseMarginBits"));
    for (JsonNode round : report.at("/rounds")) {
      assertCoarse(round.at("/noiseMarginBits"));
      long largest = round.path("largestOutput").asLong();
      assertTrue(
          Long.bitCount(largest) == 1 || largest == round.path("bound").asLong(), round.toString());
    }
    assertEquals("in-driver", report.path("topology").asText());
    assertTaken(TestJobs.RECORDS, report);
    assertFalse(result.report().containsKey("leastCertain"), "ids are not for terminals");
    assertEquals("small", page().getElementsByTagName("h1").item(0).getTextContent());
    assertTrue(page().getDocumentElement().getTextContent().contains("How right it is"));
  }

  /** Half bits say little of the noise that was decrypted. */
  private static void assertCoarse(JsonNode margin) {
    for (String each : List.of("predicted", "measuredMin")) {
      assertEquals(0, margin.path(each).asDouble(Double.NaN) % 0.5, margin.toString());
    }
  }

  /** Six values of each record, which are all in range, and what five neurons make of them. */
  private static void assertTaken(long records, JsonNode report) {
    assertEquals(records * 6, report.at("/rounds/0/inputs").asLong());
    assertEquals(0, report.at("/rounds/0/outside").asLong(-1));
    assertEquals(records * 5 * TestJobs.DRAWS, report.at("/rounds/1/inputs").asLong());
    assertTrue(report.at("/rounds/1/outside").isNumber());
  }

  @Test
  void aResumedJobHasCountedWhatItTookItself() throws Exception {
    ScoreRequest request = jobs.scoring("out", TestJobs.WAVE_BY_WAVE);
    assertThrows(Moment.Ended.class, () -> Parties.score(request, Moment.finished(0, Moment::end)));

    Parties.score(request);

    assertTaken(TestJobs.RECORDS - jobs.plan().batchSize(), report());
  }

  @Test
  void figuresAreThoseOfTheResults() throws Exception {
    Parties.score(labelled());

    JsonNode report = report();
    SortedMap<Long, List<String>> rows = ResultFiles.read(directory.resolve("out"));
    List<String> expected =
        rows.entrySet().stream()
            .sorted(Comparator.comparingDouble(row -> -entropy(row.getValue())))
            .limit(20)
            .map(row -> row.getKey().toString())
            .toList();
    assertEquals(
        expected,
        stream(report.path("leastCertain")).map(each -> each.path("id").asText()).toList());
    JsonNode entropy = report.at("/uncertainty/entropy");
    assertEquals(TestJobs.RECORDS, stream(entropy.path("bins")).mapToLong(JsonNode::asLong).sum());
    assertEquals(
        rows.values().stream().mapToDouble(JobReportTest::entropy).average().orElseThrow(),
        entropy.path("mean").asDouble(),
        1e-9);
    // the labels are those of the second and the third class in turn
    JsonNode confusion = report.path("confusionMatrix");
    long right = confusion.at("/1/1").asLong() + confusion.at("/2/2").asLong();
    assertEquals((double) right / TestJobs.RECORDS, report.path("accuracy").asDouble(), 1e-12);
    assertEquals(0, stream(confusion.get(0)).mapToLong(JsonNode::asLong).sum());
    JsonNode curve = report.at("/referral/curve");
    assertEquals(
        report.path("accuracy").asDouble(),
        curve.get(curve.size() - 1).path("accuracy").asDouble(),
        1e-12);
  }

  @Test
  void aChosenClassHasItsRisksAndItsRanking() throws Exception {
    Path labels = jobs.writeLabels("labels.idx", TestJobs.RECORDS);
    ScoreRequest request = jobs.scoring("out", "spark.nightjar.report.riskClass=yes");

    Parties.score(Requests.labelled(labels, request));

    JsonNode report = report();
    SortedMap<Long, List<String>> rows = ResultFiles.read(directory.resolve("out"));
    int risk = 4; // behind the number and the name of the class and two probabilities
    List<String> expected =
        rows.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(row -> -Double.parseDouble(row.getValue().get(risk))))
            .limit(20)
            .map(row -> row.getKey().toString())
            .toList();
    assertEquals(
        expected,
        stream(report.path("highestRisk")).map(each -> each.path("id").asText()).toList());
    long predicted = rows.values().stream().filter(row -> row.get(0).equals("2")).count();
    assertEquals(predicted, report.at("/predictedClasses/2/records").asLong());
    assertEquals(predicted, report.at("/riskRanking/positives").asLong(), "all are right");
  }

  @Test
  void progressIsHeardOfWhereThereAreLabelsToo() throws Exception {
    AtomicInteger uploads = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    JobProgress watcher =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            uploads.incrementAndGet();
          }

          @Override
          public void finished(Wave wave) {
            finished.incrementAndGet();
          }
        };

    Parties.score(labelled(), watcher);

    assertEquals(3, finished.get());
    assertEquals(3 * jobs.plan().rounds().size(), uploads.get());
  }

  @Test
  void aDataOwnerWithoutExecutorsHasItsOwnReport() throws Exception {
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));

    Parties.ask(jobs.asking(exchange, jobs.keys("keys"), "out"));

    assertEquals(0, serving.get());
    assertEquals("remote", report().path("topology").asText());
    assertEquals(20, report().path("leastCertain").size());
    assertFalse(page().getDocumentElement().getTextContent().contains("draw weights"));
    assertTrue(
        page().getDocumentElement().getTextContent().contains("the model owner's, elsewhere"));
  }

  /** A request with labels that have nothing to do with the records. */
  private ScoreRequest labelled() throws IOException {
    List<Integer> labels = IntStream.range(0, TestJobs.RECORDS).mapToObj(i -> 1 + i % 2).toList();
    return Requests.labelled(jobs.writeLabels("labels.idx", labels), jobs.scoring("out"));
  }

  private JsonNode report() throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readString(directory.resolve("out/_report/report.json")));
  }

  private Document page() throws Exception {
    String html = Files.readString(directory.resolve("out/_report/report.html"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static double entropy(List<String> row) {
    return Double.parseDouble(row.get(row.size() - 2));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
