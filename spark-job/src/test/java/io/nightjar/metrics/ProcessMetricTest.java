package io.nightjar.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of metrics, the dashboard and the declarations are of the same metrics. */
class ProcessMetricTest {

  private static final Pattern NAME =
      Pattern.compile(
          "\\bmetrics_nightjar_driver_plugin_io_nightjar_spark_NightjarPlugin_(\\w+)_Value\\b");

  /** Spark's own; a test of a job looks for it on Spark's page. */
  private static final String OF_SPARK = "metrics_executor_totalInputBytes_bytes_total";

  /** Surefire sets basedir to the module's folder. */
  private static String repositoryFile(String name) throws IOException {
    return Files.readString(Path.of(System.getProperty("basedir", "."), "..", name));
  }

  @Test
  void thePageHasExactlyTheDeclaredMetrics() throws IOException {
    List<String> rows =
        repositoryFile("docs/metrics.md").lines().filter(line -> line.startsWith("| `")).toList();

    assertEquals(
        Arrays.stream(ProcessMetric.values())
            .map(ProcessMetricTest::row)
            .collect(Collectors.joining("\n")),
        String.join("\n", rows));
  }

  private static String row(ProcessMetric metric) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric.key(),
            metric.role().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            metric.kind() == ProcessMetric.Kind.TOTAL ? "total" : "now",
            metric.help());
  }

  @Test
  void theDashboardNamesNothingElse() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(repositoryFile("conf/grafana-dashboard.json"));
    Set<String> known =
        Arrays.stream(ProcessMetric.values())
            .filter(metric -> metric.role() == ProcessMetric.Role.DRIVER)
            .map(ProcessMetric::key)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> shown = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertFalse(panel.get("targets").isEmpty(), panel.get("title").asText());
      for (JsonNode target : panel.get("targets")) {
        String query = target.get("expr").asText();
        Matcher names = NAME.matcher(query);
        while (names.find()) {
          shown.add(names.group(1));
        }
        String rest = NAME.matcher(query).replaceAll("").replace(OF_SPARK, "");
        assertFalse(rest.contains("metrics_"), query);
      }
    }
    assertEquals(known, shown, "an operator sees all metrics of drivers, and only such");
    Set<Integer> ids = new TreeSet<>();
    dashboard.get("panels").forEach(panel -> ids.add(panel.get("id").asInt()));
    assertEquals(dashboard.get("panels").size(), ids.size());
    for (JsonNode variable : dashboard.at("/templating/list")) {
      Matcher name = NAME.matcher(variable.path("definition").asText());
      assertTrue(!name.find() || known.contains(name.group(1)), variable.toString());
    }
  }

  @Test
  void whatCountsForItselfIsCountedWhileItIsOpenAndStays() {
    long before = ProcessMetrics.value(ProcessMetric.EVALUATIONS).longValue();
    AtomicLong counter = new AtomicLong(2);
    ProcessMetrics.Counting counting =
        ProcessMetrics.count(Map.of(ProcessMetric.EVALUATIONS, counter::get));
    ProcessMetrics.add(ProcessMetric.EVALUATIONS, 10);
    assertEquals(before + 12, ProcessMetrics.value(ProcessMetric.EVALUATIONS).longValue());
    counter.set(5);
    assertEquals(before + 15, ProcessMetrics.value(ProcessMetric.EVALUATIONS).longValue());
    counting.close();
    counting.close();
    counter.set(100);
    assertEquals(before + 15, ProcessMetrics.value(ProcessMetric.EVALUATIONS).longValue());
  }

  @Test
  void aTotalIsNeverSet() {
    assertThrows(
        IllegalArgumentException.class, () -> ProcessMetrics.set(ProcessMetric.RECORDS_DONE, 1));
  }
}
