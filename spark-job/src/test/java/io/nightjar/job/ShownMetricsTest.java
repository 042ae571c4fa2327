package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.exchange.Wave;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators see of a job where they look: in Spark's sinks, on its pages, in its event log.
 */
@Slow
class ShownMetricsTest {

  private static final String PLUGIN = "plugin.io.nightjar.spark.NightjarPlugin";
  private static final long BUDGET = 1_000_000;

  /** What a job counts as: three batches of 2,048 are answered, though the last is not full. */
  private static final long ANSWERS = 3L * 2048 * TestJobs.DRAWS;

  @TempDir private Path directory;

  /** One job with all that can be switched on; to start Spark for each would take longer. */
  @Test
  void aJobIsSeenInSinksOnPagesAndInTheEventLog() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Map<ProcessMetric, Long> before = totals();
    CompletableFuture<List<String>> scraped = new CompletableFuture<>();
    Path sink = Files.createDirectory(directory.resolve("sink"));
    Path events = Files.createDirectory(directory.resolve("events"));
    JobProgress last =
        new JobProgress() {
          @Override
          public void finished(Wave wave) {
            if (wave.index() == 2) { // the last one
              scraped.complete(
                  Stream.of("/metrics/prometheus", "/metrics/executors/prometheus")
                      .map(ShownMetricsTest::page)
                      .toList());
            }
          }
        };

    ScoreResult result =
        Parties.score(
            jobs.scoring(
                "out",
                jobs.keys("keys"),
                TestJobs.KEEP,
                TestJobs.WAVE_BY_WAVE,
                "spark.nightjar.ledger.budget=" + BUDGET,
                "spark.nightjar.openlineage.url=" + directory.resolve("lineage.jsonl"),
                "spark.nightjar.ledger.location=" + directory.resolve("ledger").toUri(),
                "spark.ui.enabled=true",
                "spark.ui.port=0",
                "spark.ui.prometheus.enabled=true",
                "spark.metrics.namespace=nightjar",
                "spark.metrics.conf.*.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
                "spark.metrics.conf.*.sink.csv.directory=" + sink,
                "spark.metrics.conf.*.sink.prometheusServlet.class=org.apache.spark.metrics.sink.PrometheusServlet",
                "spark.metrics.conf.*.sink.prometheusServlet.path=/metrics/prometheus",
                "spark.eventLog.enabled=true",
                "spark.eventLog.compress=false",
                "spark.eventLog.rolling.enabled=false",
                "spark.eventLog.dir=" + events.toUri()),
            last);

    List<String> lineage = Files.readAllLines(directory.resolve("lineage.jsonl"));
    assertEquals(2, lineage.size());
    assertTrue(lineage.get(1).contains("\"eventType\":\"COMPLETE\""), lineage.get(1));
    int rounds = jobs.plan().rounds().size();
    long up = bytes("up");
    long down = bytes("down");
    Map<ProcessMetric, Long> grown = new EnumMap<>(ProcessMetric.class);
    totals().forEach((metric, now) -> grown.put(metric, now - before.get(metric)));
    assertEquals(jobs.count(), grown.get(ProcessMetric.RECORDS));
    assertEquals(jobs.count(), grown.get(ProcessMetric.RECORDS_DONE));
    assertEquals(1, grown.get(ProcessMetric.JOBS_DONE));
    assertEquals(3L * rounds, grown.get(ProcessMetric.ROUNDS_DONE));
    assertEquals(3L * rounds * TestJobs.DRAWS, grown.get(ProcessMetric.EVALUATIONS));
    assertEquals(up + down, grown.get(ProcessMetric.EXCHANGE_BYTES_WRITTEN));
    long read = grown.get(ProcessMetric.EXECUTOR_BYTES_READ);
    assertTrue(read >= up, "one upload may be read by several tasks");
    assertEquals(read + down, grown.get(ProcessMetric.EXCHANGE_BYTES_READ));
    assertEquals(down, grown.get(ProcessMetric.EXECUTOR_BYTES_WRITTEN));
    assertEquals(3L, ProcessMetrics.value(ProcessMetric.WAVE).longValue());
    assertEquals(3L, ProcessMetrics.value(ProcessMetric.WAVES).longValue());
    assertEquals(rounds, ProcessMetrics.value(ProcessMetric.ROUND).intValue());
    assertEquals(rounds, ProcessMetrics.value(ProcessMetric.ROUNDS).intValue());
    assertEquals(BUDGET - ANSWERS, ProcessMetrics.value(ProcessMetric.ANSWERS_LEFT).longValue());
    Map<?, ?> margin = (Map<?, ?>) result.report().get("noiseMarginBits");
    assertEquals(margin.get("measuredMin"), ProcessMetrics.value(ProcessMetric.LEAST_MARGIN_BITS));

    assertEveryMetricIsOnThePage(scraped.get().get(0), before, jobs.count());
    assertTrue(scraped.get().get(1).contains("metrics_executor_totalInputBytes_bytes_total{"));
    assertEquals(
        margin.get("measuredMin").toString(),
        lastValue(sink, ProcessMetric.LEAST_MARGIN_BITS),
        "what is there at the end goes into sinks when Spark stops");
    assertEquals(read, logged(events, "Input Metrics", "Bytes Read"));
    assertEquals(down, logged(events, "Output Metrics", "Bytes Written"));
    assertTrue(logged(events, "Input Metrics", "Records Read") > 0);
    assertTrue(logged(events, "Output Metrics", "Records Written") > 0);
  }

  private static Map<ProcessMetric, Long> totals() {
    Map<ProcessMetric, Long> totals = new EnumMap<>(ProcessMetric.class);
    for (ProcessMetric metric : ProcessMetric.values()) {
      if (metric.kind() == ProcessMetric.Kind.TOTAL) {
        totals.put(metric, ProcessMetrics.value(metric).longValue());
      }
    }
    return totals;
  }

  private static String page(String path) {
    String pages = SparkContext.getOrCreate().uiWebUrl().get();
    try {
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(pages + path)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), path);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertEveryMetricIsOnThePage(
      String page, Map<ProcessMetric, Long> before, long records) {
    for (ProcessMetric metric : ProcessMetric.values()) {
      String name = "metrics_nightjar_driver_%s_%s_Value{".formatted(dashed(PLUGIN), metric.key());
      assertTrue(page.lines().anyMatch(line -> line.startsWith(name)), name + "\n" + page);
    }
    String done =
        "metrics_nightjar_driver_%s_recordsDone_Value{type=\"gauges\"} %d"
            .formatted(dashed(PLUGIN), before.get(ProcessMetric.RECORDS_DONE) + records);
    assertTrue(Arrays.asList(page.split("\n", -1)).contains(done), done + "\n" + page);
  }

  private static String dashed(String name) {
    return name.replaceAll("[^a-zA-Z0-9]", "_");
  }

  private static String lastValue(Path sink, ProcessMetric metric) throws IOException {
    List<String> lines =
        Files.readAllLines(
            sink.resolve("nightjar.driver.%s.%s.csv".formatted(PLUGIN, metric.key())));
    return lines.get(lines.size() - 1).replaceFirst(".*,", "");
  }

  private long bytes(String direction) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
      return files
          .filter(file -> file.toString().endsWith(".njb"))
          .filter(file -> file.getParent().endsWith(direction))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  /** Returns the sum of a figure over all tasks of an application's event log. */
  private static long logged(Path events, String group, String figure) throws IOException {
    ObjectMapper json = new ObjectMapper();
    long sum = 0;
    try (Stream<Path> logs = Files.list(events)) {
      for (Path log :
          logs.filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = json.readTree(line);
          if (event.path("Event").asText().equals("SparkListenerTaskEnd")) {
            sum += event.path("Task Metrics").path(group).path(figure).asLong();
          }
        }
      }
    }
    return sum;
  }
}
